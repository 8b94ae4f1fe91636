import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Loaded, MAX_METRICS, type MetricHistory, type MetricRow } from '../protocol';
import { usePage } from './context';
import { Filter } from './filter';
import { Line } from './line';
import { MetricPlot } from './metricPlot';
import { LinkButton, Notice } from './parts';
import { fill } from './words';

const ASK_MS = 60;

/** The last value of each metric, and how it came to it. Histories are asked for as they come into view. */
export function Metrics({ metrics, histories, hasHistories }: {
  readonly metrics: readonly MetricRow[];
  readonly histories: ReadonlyMap<string, Loaded<MetricHistory>>;
  readonly hasHistories: boolean;
}): VNode {
  const { host, strings: { tabs, texts }, count, number } = usePage();
  const [filter, setFilter] = useState(host.memory.filters.metrics);
  const [most, setMost] = useState(MAX_METRICS);
  const found = useMemo(() => metrics.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())), [metrics, filter]);
  const list = useRef<HTMLUListElement>(null);
  const shown = found.slice(0, most);
  useVisibleNames(list, shown, hasHistories);
  if (metrics.length === 0) {
    return <Notice>{texts.noMetrics}</Notice>;
  }
  const onFilter = (text: string): void => {
    setFilter(text);
    setMost(MAX_METRICS);
    host.remember({ filters: { ...host.memory.filters, metrics: text } });
  };
  return (
    <div class="list-page">
      <Filter text={filter} label={texts.filterMetrics} onChange={onFilter}>
        {found.length === metrics.length ? count('metrics', metrics.length) : fill(texts.matching, number(found.length), count('metrics', metrics.length))}
      </Filter>
      {found.length === 0 && <Notice>{texts.noMetricMatch}</Notice>}
      <ul class="metrics" ref={list} tabIndex={0} aria-label={tabs.metrics}>
        {shown.map((metric) => (
          <li key={metric.name} class="metric" data-name={metric.name}>
            <Metric metric={metric} history={hasHistories ? histories.get(metric.name) ?? { status: 'loading' } : undefined} />
          </li>
        ))}
        {found.length > most && <li class="metrics-more"><LinkButton onClick={() => setMost(most + MAX_METRICS)}>{fill(texts.showMore, number(found.length - most))}</LinkButton></li>}
      </ul>
    </div>
  );
}

function Metric({ metric, history }: { readonly metric: MetricRow; readonly history: Loaded<MetricHistory> | undefined }): VNode {
  const { strings: { texts }, figure, number } = usePage();
  return (
    <>
      <div class="metric-name">
        <Line title={metric.name}>{metric.name}</Line>
        <span class="faint">{fill(texts.step, number(metric.step))}</span>
      </div>
      {history && <MetricPlot metric={metric} history={history} />}
      <div class="metric-value" title={String(metric.value)}>{figure(metric.value)}</div>
    </>
  );
}

/** Tells the host which metrics can be seen. */
function useVisibleNames(list: { readonly current: HTMLUListElement | null }, shown: readonly MetricRow[], isOn: boolean): void {
  const { host } = usePage();
  const names = shown.map(({ name }) => name).join('\n');
  useEffect(() => {
    if (!isOn || list.current === null) {
      return undefined;
    }
    const visible = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const name = target.getAttribute('data-name') ?? '';
        if (isIntersecting) {
          visible.add(name);
        } else {
          visible.delete(name);
        }
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        host.post({ kind: 'metrics', names: [...visible].slice(0, MAX_METRICS) });
      }, ASK_MS);
    }, { rootMargin: '200px' });
    list.current.querySelectorAll('[data-name]').forEach((row) => observer.observe(row));
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [host, names, isOn]);
}
