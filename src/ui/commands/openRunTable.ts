import * as vscode from 'vscode';
import type { Experiment, ExperimentRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { invalid, isAbort, notFound, unsupported } from '../../model/errors';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice, separator } from '../prompts';
import type { Connections, Services } from '../services';
import { isNode } from '../tree/nodes';
import { readAnswers, RunTableAnswers } from './answers';
import type { Invocation } from './invocation';
import { fillAsTyped } from './listAsTyped';
import { problemRow } from './problemRow';

/** `artifacts.openRunTable(experiment, {connection, workspace})`: of a row or a ref, or of the experiment of that name or id. */
export async function openRunTable(services: Services, invocation: Invocation): Promise<void> {
  const { connection, workspace } = readAnswers(RunTableAnswers, invocation.answers);
  const { subject } = invocation;
  const named = experimentIn(isNode(subject) ? ('ref' in subject ? subject.ref : undefined) : subject);
  if (named === undefined && subject !== undefined && typeof subject !== 'string') {
    throw invalid(vscode.l10n.t('An experiment is expected here.'));
  }
  const ref = named ?? (typeof subject === 'string' ? await experimentOfName(services.connections, subject, connection, workspace) : await askExperiment(services, invocation, connection));
  const provider = await services.connections.get(ref.connection);
  if (provider.runTable === undefined) {
    throw unsupported(vscode.l10n.t('{0} does not tell the values of many runs at once.', provider.connection));
  }
  await services.runTables.open(ref);
}

function experimentIn(value: unknown): ExperimentRef | undefined {
  const { connection, workspace, experiment } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  return typeof connection === 'string' && typeof workspace === 'string' && typeof experiment === 'string' ? { connection, workspace, experiment } : undefined;
}

async function experimentOfName(connections: Connections, text: string, connection: string | undefined, named: string | undefined): Promise<ExperimentRef> {
  const provider = await connections.get(connection);
  const workspace = named ?? (await provider.whoAmI()).defaultWorkspace;
  let ofId: Experiment | undefined;
  for await (const each of provider.experiments?.({ connection: provider.connection, workspace }) ?? []) {
    if (each.name === text) {
      return each;
    }
    ofId ??= each.experiment === text ? each : undefined;
  }
  if (ofId === undefined) {
    throw notFound(`experiment ${text}`);
  }
  return ofId;
}

/** One of all connections that have such tables. */
async function askExperiment({ connections }: Services, { prompts }: Invocation, connection: string | undefined): Promise<ExperimentRef> {
  // The embedded store has no experiments.
  const names = connection === undefined ? connections.all.filter(({ kind }) => kind !== 'local').map(({ name }) => name) : [connection];
  const placeholder = vscode.l10n.t('The experiment whose runs to show');
  const chosen = await prompts.pick<ExperimentRef>({ title: vscode.l10n.t('Open Runs Table'), placeholder }, async (pick) => {
    const sections = new Map<string, readonly Choice<ExperimentRef>[]>();
    await Promise.all(names.map((name) => {
      const draw = (rows: readonly Choice<ExperimentRef>[]): void => {
        sections.set(name, rows);
        pick.show(names.flatMap((each) => sections.get(each) ?? []));
      };
      return fillAsTyped<Experiment>(pick, {
        list: (search, call) => experimentsOf(connections, name, search, call),
        show: (found, problem) => draw([...(problem === undefined ? [] : failed(name, problem)), ...section(found)]),
      }).catch((error: unknown) => {
        // What cannot be reached does not keep the others away.
        if (!isAbort(error)) {
          draw([...failed(name, error), ...(sections.get(name) ?? [])]);
        }
      });
    }));
    if ([...sections.values()].every((rows) => rows.length === 0)) {
      pick.placeholder = vscode.l10n.t('No connection has experiments with a table of runs.');
    }
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}

/** Those that have a table, of all workspaces. */
async function* experimentsOf(connections: Connections, name: string, search: string | undefined, call: Call): AsyncGenerator<Experiment, void, undefined> {
  const provider = await connections.get(name);
  for await (const { connection, workspace } of provider.runTable === undefined ? [] : provider.workspaces(call)) {
    yield* provider.experiments?.({ connection, workspace, search }, call) ?? [];
  }
}

/** The rows of a connection, below their workspaces. */
const section = (found: readonly Experiment[]): readonly Choice<ExperimentRef>[] => found.flatMap(({ connection, workspace, experiment, name }, index) => [
  ...(workspace === found[index - 1]?.workspace ? [] : [separator(`${connection} · ${workspace}`)]),
  { label: `$(beaker) ${escapeIcons(name)}`, value: { connection, workspace, experiment } },
]);

const failed = (name: string, problem: unknown): readonly Choice<never>[] => [separator(name), problemRow(problem)];
