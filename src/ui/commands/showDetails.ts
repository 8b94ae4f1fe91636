import * as vscode from 'vscode';
import type { RunRef, VersionRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import type { Lineage } from '../../model/lineage';
import { runOfFiles } from '../../model/runFiles';
import { readLineage } from '../../operations/inspect';
import type { Services } from '../services';
import { DetailsAnswers, readAnswers, ReferenceAnswers } from './answers';
import { onlyVersion, versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { type Subject, subjectOf } from './subject';

/** `artifacts.showDetails(reference, {tab?})`: of a version, a run or a logged model. */
export async function showDetails(services: Services, invocation: Invocation): Promise<void> {
  const { connection, tab } = readAnswers(DetailsAnswers, invocation.answers);
  const subject = await subjectOf(services, invocation, connection);
  const run = subject?.kind === 'run' ? subject.ref : subject?.kind === 'entry' ? runOfFiles(subject.ref) : undefined;
  if (run !== undefined) {
    const provider = await services.connections.get(run.connection);
    if (provider.run === undefined) {
      throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
    }
    if (invocation.byCode) {
      // A person sees it on the page.
      await provider.run(run);
    }
    await services.panels.open(run, tab);
    return;
  }
  const ref = await versionOfCall(services, invocation, { title: vscode.l10n.t('Open Details'), connection, ofArtifact: 'latest' });
  const provider = await services.connections.get(ref.connection);
  await services.panels.open(onlyVersion(await provider.version(ref)), tab);
}

/** `artifacts.lineage(reference)`: nodes and edges for code, the page for people. */
export async function lineage(services: Services, invocation: Invocation): Promise<Lineage> {
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const of = await lineageSubject(services, invocation, connection);
  const found = await readLineage(await services.connections.get(of.connection), of);
  if (!invocation.byCode) {
    const hasPage = !('run' in of) || (await services.connections.get(of.connection)).run !== undefined;
    const shown = hasPage ? of : neighbour(found);
    if (shown === undefined) {
      throw invalid(vscode.l10n.t('This run has neither produced nor used a version yet.'));
    }
    await services.panels.open(shown, 'lineage');
  }
  return found;
}

async function lineageSubject(services: Services, invocation: Invocation, connection: string | undefined): Promise<VersionRef | RunRef> {
  const subject: Subject | undefined = await subjectOf(services, invocation, connection);
  if (subject?.kind === 'run') {
    return subject.ref;
  }
  return versionOfCall(services, invocation, { title: vscode.l10n.t('Show Lineage'), connection, ofArtifact: 'latest' });
}

/** Where a run has no page, the graph around a version that it made, or used, shows it. */
function neighbour({ nodes, edges, focus }: Lineage): VersionRef | undefined {
  const ids = [...edges.filter((edge) => edge.from === focus).map((edge) => edge.to), ...edges.filter((edge) => edge.to === focus).map((edge) => edge.from)];
  const versions = nodes.filter((node) => node.kind === 'version');
  return ids.flatMap((id) => versions.find((node) => node.id === id && node.deleted !== true) ?? [])[0]?.ref;
}
