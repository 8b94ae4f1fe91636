import * as vscode from 'vscode';
import type { Run, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { invalid, unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { MOST_COMPARED } from '../../protocol/comparison';
import type { Provider } from '../../providers/provider';
import { withMetrics } from '../comparison/withMetrics';
import { escapeIcons } from '../foreignText';
import { hasMetrics, type MetricsProvider } from '../hasMetrics';
import { BACK, cancelled } from '../prompts';
import type { Services } from '../services';
import { readAnswers, ReferenceAnswers } from './answers';
import type { Invocation } from './invocation';
import { fillWithRuns, runsBut } from './runList';
import { subjectsOf } from './subject';

const FEWEST = 2;

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
    withMetrics(await services.connections.get(each));
  }
  await services.comparisons.open(runs);
  return { runs: runs.map(({ ref }) => formatReference(runFiles(ref))) };
}

const unique = (runs: readonly RunRef[]): readonly RunRef[] =>
  [...new Map(runs.map(({ connection, workspace, run }) => [JSON.stringify([connection, workspace, run]), { connection, workspace, run }])).values()];

/** Those beside `first`, of its experiment; where there is none, of the newest runs. */
async function askRuns(services: Services, invocation: Invocation, first: RunRef | undefined, connection: string | undefined): Promise<readonly { readonly ref: RunRef; readonly name: string }[]> {
  const name = first?.connection ?? connection;
  const provider = withMetrics(name === undefined ? await askConnection(services, invocation) : await services.connections.get(name));
  const title = vscode.l10n.t('Compare Metrics');
  const placeholder = vscode.l10n.t('Choose {0} to {1} runs', FEWEST, MOST_COMPARED);
  const chosen = await invocation.prompts.pickManyAsFilled<Run>({ title, placeholder }, async (pick) => {
    const { known, workspace } = await pick.busyWith(beginning(provider, first, { signal: pick.signal }));
    await fillWithRuns(pick, {
      list: (search, call) => {
        const runs = provider.runs?.({ connection: provider.connection, workspace, experiment: known?.experiment, search }, call);
        return known === undefined || search !== undefined ? runs : startingWith(known, runs);
      },
      show: (rows) => pick.show(rows.map((row) => ({ ...row, picked: row.id === known?.run }))),
    });
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen.map(({ connection: at, workspace, run, name: label }) => ({ ref: { connection: at, workspace, run }, name: label }));
}

/** The run that others are chosen beside, and where they are. */
async function beginning(provider: MetricsProvider, first: RunRef | undefined, call: Call): Promise<{ readonly known?: Run | undefined; readonly workspace: string }> {
  return first === undefined ? { workspace: (await provider.whoAmI(call)).defaultWorkspace } : { known: await provider.run(first, call), workspace: first.workspace };
}

async function* startingWith(first: Run, runs: AsyncIterable<Run> | undefined): AsyncGenerator<Run, void, undefined> {
  yield first;
  yield* runsBut(first, runs);
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
