import type { Provider } from '../providers/provider';

export type MetricsProvider = Provider & Required<Pick<Provider, 'run' | 'metricHistory'>>;

/** Whether a back end tells the metrics of runs, and how they came to their values. */
export const hasMetrics = (provider: Provider): provider is MetricsProvider => provider.run !== undefined && provider.metricHistory !== undefined;
