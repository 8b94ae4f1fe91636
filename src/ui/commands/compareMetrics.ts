import * as vscode from 'vscode';
import type { Run, RunRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { MOST_COMPARED } from '../../protocol/comparison';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled } from '../prompts';
import type { Services } from '../services';
import { readAnswers, ReferenceAnswers } from './answers';
import { runRow } from './runList';
import type { Invocation } from './invocation';
import { subjectsOf } from './subject';

const FEWEST = 2;
/** Beyond these, rows of the view are selected. */
const MOST_ROWS = 500;

/** `artifacts.compareMetrics([run, run, …])`: the metrics of several runs, each metric in one plot; a person chooses those that are not said. */
export async function compareMetrics(services: Services, invocation: Invocation): Promise<{ readonly runs: readonly string[] }> {
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const named = unique((await subjectsOf(services, invocation, connection)).flatMap((subject) => (subject.kind === 'run' ? [subject.ref] : [])));
  const isAsked = named.length < FEWEST && !invocation.byCode;
  const runs = isAsked ? await askRuns(services, invocation, named[0], connection) : named.map((ref) => ({ ref, name: ref.run }));
  if (runs.length < FEWEST || runs.length > MOST_COMPARED) {
    throw invalid(vscode.l10n.t('From {0} to {1} runs are compared.', FEWEST, MOST_COMPARED));
  }
  for (const each of new Set(runs.map(({ ref }) => ref.connection))) {
    checkMetrics(await services.connections.get(each));
  }
  await services.comparisons.open(runs);
  return { runs: runs.map(({ ref }) => formatReference(runFiles(ref))) };
}

const unique = (runs: readonly RunRef[]): readonly RunRef[] =>
  [...new Map(runs.map(({ connection, workspace, run }) => [JSON.stringify([connection, workspace, run]), { connection, workspace, run }])).values()];

const hasMetrics = (provider: Provider): boolean => provider.run !== undefined && provider.metricHistory !== undefined;

function checkMetrics(provider: Provider): void {
  if (!hasMetrics(provider)) {
    throw unsupported(vscode.l10n.t('{0} keeps no metrics of runs.', provider.connection));
  }
}

/** Those beside `first`, of its experiment; where there is none, of the newest runs. */
async function askRuns(services: Services, invocation: Invocation, first: RunRef | undefined, connection: string | undefined): Promise<readonly { readonly ref: RunRef; readonly name: string }[]> {
  const name = first?.connection ?? connection;
  const provider = name === undefined ? await askConnection(services, invocation) : await services.connections.get(name);
  checkMetrics(provider);
  const rows = await services.transfers.run(vscode.l10n.t('Reading the runs of {0}', provider.connection), async ({ signal }) => {
    const known = first && await provider.run?.(first, { signal });
    const workspace = first?.workspace ?? (await provider.whoAmI({ signal })).defaultWorkspace;
    const found: Run[] = known === undefined ? [] : [known];
    for await (const run of provider.runs?.({ connection: provider.connection, workspace, experiment: known?.experiment }, { signal }) ?? []) {
      if (run.run !== first?.run) {
        found.push(run);
      }
      if (found.length >= MOST_ROWS) {
        break;
      }
    }
    return found.map((run) => ({ ...runRow(run, false), picked: run === known }));
  });
  const title = vscode.l10n.t('Compare Metrics');
  const chosen = await invocation.prompts.pickMany<Run>({ title, placeholder: vscode.l10n.t('Choose {0} to {1} runs', FEWEST, MOST_COMPARED) }, rows);
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen.map(({ connection: at, workspace, run, name: label }) => ({ ref: { connection: at, workspace, run }, name: label }));
}

/** Asked only where several could be meant. */
async function askConnection({ connections }: Services, { prompts }: Invocation): Promise<Provider> {
  const opened = await Promise.allSettled(connections.all.map(({ name }) => connections.get(name)));
  const able = opened.flatMap((each) => (each.status === 'fulfilled' && hasMetrics(each.value) && each.value.runs !== undefined ? [each.value] : []));
  const [only, ...others] = able;
  if (only === undefined) {
    throw unsupported(vscode.l10n.t('No connection keeps metrics of runs.'));
  }
  if (others.length === 0) {
    return only;
  }
  const isDefault = ({ connection }: Provider): boolean => connection === connections.defaultName;
  const ordered = [...able.filter(isDefault), ...able.filter((each) => !isDefault(each))];
  const chosen = await prompts.pick<Provider>({ title: vscode.l10n.t('Compare Metrics'), placeholder: vscode.l10n.t('Choose a connection') }, (pick) => {
    pick.show(ordered.map((each) => ({ label: escapeIcons(each.connection), value: each })));
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}
