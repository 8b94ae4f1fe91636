import type { VNode } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { usePage } from './context';
import { Filter } from './filter';
import { type Column, Grid } from './grid';
import { Line } from './line';
import { Notice } from './parts';
import { fill } from './words';

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
              cells={(index) => {
                const [name, value] = found[index] ?? [];
                return name === undefined ? undefined : [
                  <Line key="name" title={name}>{name}</Line>,
                  <Line key="value" title={`${value ?? ''}\n${texts.copyValue}: Enter`}>{value}</Line>,
                ];
              }}
            />
          )}
    </div>
  );
}
