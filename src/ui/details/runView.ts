import type { RunDetails } from '../../model/artifact';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import type { RunView } from '../../protocol';
import type { PlotChoices } from '../../protocol/plots';
import type { Provider } from '../../providers/provider';
import { metricRow } from './metricView';

/** What the back end has no method for is not offered. */
export function runView({ metrics, ...run }: RunDetails, experiment: string | undefined, provider: Provider, plots: PlotChoices): RunView {
  return {
    kind: 'run',
    run,
    reference: formatReference(runFiles(run)),
    metrics: metrics.map(metricRow),
    plots,
    experiment,
    can: {
      files: provider.runFiles === true,
      python: provider.runFiles === true && provider.snippet !== undefined,
      lineage: provider.lineage !== undefined,
      histories: provider.metricHistory !== undefined,
      nested: provider.nestedRuns !== undefined && run.kind !== 'model',
      openRuns: provider.run !== undefined,
      web: provider.webUrl !== undefined,
    },
  };
}
