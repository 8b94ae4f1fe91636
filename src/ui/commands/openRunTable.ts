import * as vscode from 'vscode';
import type { Experiment, ExperimentRef } from '../../model/artifact';
import { invalid, isAbort, notFound, unsupported } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import { BACK, cancelled, type Choice, type OpenPick, separator } from '../prompts';
import type { Connections, Services } from '../services';
import { isNode } from '../tree/nodes';
import { readAnswers, RunTableAnswers } from './answers';
import type { Invocation } from './invocation';

/** Of each connection; more are in the view. */
const MOST_ROWS = 500;

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
    pick.busy = true;
    await Promise.all(names.map(async (name) => {
      sections.set(name, await experimentsOf(connections, name, pick));
      pick.show(names.flatMap((each) => sections.get(each) ?? []));
    }));
    pick.busy = false;
    if ([...sections.values()].every((rows) => rows.length === 0)) {
      pick.placeholder = vscode.l10n.t('No connection has experiments with a table of runs.');
    }
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}

/** What cannot be reached does not keep the others away. */
async function experimentsOf(connections: Connections, name: string, pick: OpenPick<ExperimentRef>): Promise<readonly Choice<ExperimentRef>[]> {
  const rows: Choice<ExperimentRef>[] = [];
  try {
    const provider = await connections.get(name);
    for await (const choice of provider.runTable === undefined ? [] : choices(provider, pick.signal)) {
      rows.push(choice);
      if (rows.length >= MOST_ROWS) {
        break;
      }
    }
  } catch (error) {
    return isAbort(error) ? rows : [...rows, separator(name), { label: `$(warning) ${escapeIcons(sentenceOf(error))}` }];
  }
  return rows;
}

async function *choices(provider: Provider, signal: AbortSignal): AsyncGenerator<Choice<ExperimentRef>, void, undefined> {
  const { connection } = provider;
  for await (const { workspace } of provider.workspaces({ signal })) {
    let isFirst = true;
    for await (const { experiment, name } of provider.experiments?.({ connection, workspace }, { signal }) ?? []) {
      if (isFirst) {
        yield separator(`${connection} · ${workspace}`);
      }
      isFirst = false;
      yield { label: `$(beaker) ${escapeIcons(name)}`, value: { connection, workspace, experiment } };
    }
  }
}
