import type { VNode } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { inOrder } from '../model/line';
import { usePage } from './context';
import { Filter } from './filter';
import { type Column, Grid } from './grid';
import { Line } from './line';
import { IconButton, Notice } from './parts';
import { fill } from './words';

/** So many characters of a value show in a narrow window. */
const FITS = 30;

/** What a run was started with: name and value, Enter copies the value. */
export function Parameters({ parameters }: { readonly parameters: Readonly<Record<string, string>> }): VNode {
  const { host, strings: { tabs, texts }, count, number } = usePage();
  const [filter, setFilter] = useState(host.memory.filters.parameters);
  const all = useMemo(() => Object.entries(parameters), [parameters]);
  const found = useMemo(() => {
    const text = filter.toLowerCase();
    return all.filter(([name, value]) => name.toLowerCase().includes(text) || value.toLowerCase().includes(text));
  }, [all, filter]);
  const copy = (index: number): void => {
    const name = found[index]?.[0];
    if (name !== undefined) {
      host.post({ kind: 'copyParameter', name });
    }
  };
  const onKey = (event: KeyboardEvent, index: number): boolean => {
    const copies = (event.ctrlKey || event.metaKey) && event.key === 'c';
    if (copies) {
      copy(index);
    }
    return copies;
  };
  const [active, setActive] = useState<string>();
  const long = active === undefined || found.every(([name]) => name !== active) ? undefined : longValue(parameters[active]);
  const onVisible = useCallback(() => undefined, []);
  const columns: readonly Column[] = [{ id: 'name', label: texts.name }, { id: 'value', label: texts.value }];
  if (all.length === 0) {
    return <Notice>{texts.noParameters}</Notice>;
  }
  return (
    <div class="list-page">
      <Filter
        text={filter} label={texts.filterParameters}
        onChange={(text) => {
          setFilter(text);
          host.remember({ filters: { ...host.memory.filters, parameters: text } });
        }}
      >
        {found.length === all.length ? count('parameters', all.length) : fill(texts.matching, number(found.length), count('parameters', all.length))}
      </Filter>
      {found.length === 0
        ? <Notice>{texts.noParameterMatch}</Notice>
        : (
            <Grid
              key={filter} kind="parameters" label={tabs.parameters} columns={columns} count={found.length} start={0} top={0} onVisible={onVisible} onOpen={copy} onKey={onKey}
              onActive={(index) => setActive(found[index]?.[0])}
              cells={(index) => {
                const [name, value] = found[index] ?? [];
                return name === undefined ? undefined : [
                  <Line key="name" title={name}>{name}</Line>,
                  <Line key="value" title={`${value ?? ''}\n${texts.copyValue}: Enter`}>{value}</Line>,
                ];
              }}
            />
          )}
      {active !== undefined && long !== undefined && (
        <section class="whole-value" aria-label={texts.value} aria-live="polite">
          <div class="section-title">
            <h2><Line>{active}</Line></h2>
            <IconButton icon="copy" label={texts.copyValue} onClick={() => host.post({ kind: 'copyParameter', name: active })} />
          </div>
          <pre tabIndex={0}>{long}</pre>
        </section>
      )}
    </div>
  );
}

/** What a row may have no room for, as it is. */
const longValue = (value = ''): string | undefined => (value.length > FITS || value.includes('\n') ? inOrder(value) : undefined);
