import { l10n } from 'vscode';
import type { RunFact } from '../../model/runTable';
import type { RunTableStrings } from '../../protocol/runTable';

/** The words of the page in the display language. */
export function runTableStrings(): RunTableStrings {
  return {
    runs: { one: l10n.t('{0} run'), other: l10n.t('{0} runs') },
    actions: {
      compareRuns: l10n.t('Compare Runs…'),
      compareMetrics: l10n.t('Compare Metrics…'),
    },
    texts: {
      table: l10n.t('Runs'),
      loading: l10n.t('Loading…'),
      filter: l10n.t({ message: 'Filter by name or expression (e.g. {0})', comment: ['{0} is an expression such as “metrics.loss < 0.1”'] }),
      filterByName: l10n.t('Filter by name'),
      clearFilter: l10n.t('Clear Filter'),
      toolbar: l10n.t('Actions'),
      columns: l10n.t('Choose Columns…'),
      refresh: l10n.t('Refresh'),
      copyCsv: l10n.t('Copy as CSV'),
      saveCsv: l10n.t('Save as CSV…'),
      topLevel: l10n.t('Hide Nested Runs'),
      noRuns: l10n.t('There are no runs.'),
      noMatch: l10n.t('No run matches the filter.'),
      soFar: l10n.t({ message: '{0} so far', comment: ['{0} is “250 runs”: there are more, which come with scrolling'] }),
      tooMany: l10n.t({ message: 'the first {0}', comment: ['{0} is “20,000 runs”: there are more, which the table does not show'] }),
      selected: l10n.t({ message: '{0} selected', comment: ['{0} is a number of runs'] }),
      below: l10n.t({ message: 'below {0}', comment: ['{0} is the name of the run that a nested run stands below'] }),
      retry: l10n.t('Retry'),
      signIn: l10n.t('Sign In'),
      running: l10n.t('running'),
      finished: l10n.t('finished'),
      failed: l10n.t('failed'),
    },
  };
}

export const factLabels = (): Readonly<Record<RunFact, string>> => ({
  name: l10n.t('Name'),
  status: l10n.t('Status'),
  started: l10n.t('Started'),
  duration: l10n.t('Duration'),
  user: l10n.t('User'),
  source: l10n.t('Source'),
});
