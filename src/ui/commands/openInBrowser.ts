import * as vscode from 'vscode';
import { unsupported } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import type { Provider, Shown } from '../../providers/provider';
import { isNode } from '../tree/nodes';
import type { Services } from '../services';
import { readAnswers, ReferenceAnswers } from './answers';
import { versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { subjectOf } from './subject';

/** `artifacts.openInBrowser(reference)`: the server's own page of a connection, a model, a version, an experiment or a run. Answers its address. */
export async function openInBrowser(services: Services, invocation: Invocation): Promise<string> {
  const shown = await shownBy(services, invocation);
  const provider = await services.connections.get(shown.connection);
  const address = provider.webUrl?.(shown) ?? await addressOnceSeen(provider, shown);
  if (address === undefined) {
    throw unsupported(vscode.l10n.t('{0} has no page of this for a browser.', provider.connection));
  }
  // As text: a Uri encodes what stands behind the “#” in a way that pages do not find their own routes any more.
  await vscode.commands.executeCommand('vscode.open', address);
  return address;
}

async function shownBy(services: Services, invocation: Invocation): Promise<Shown> {
  if (isNode(invocation.subject) && invocation.subject.kind === 'experiment') {
    return invocation.subject.ref;
  }
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const subject = await subjectOf(services, invocation, connection);
  switch (subject?.kind) {
    case 'run':
    case 'artifact':
    case 'connection':
      return subject.ref;
    case 'entry':
      return runOfFiles(subject.ref) ?? subject.ref;
    default:
      return versionOfCall(services, invocation, { title: vscode.l10n.t('Open in Browser'), connection, ofArtifact: 'latest' });
  }
}

/** What nobody has looked at since the window opened is looked at first; `version` may be an alias. */
async function addressOnceSeen(provider: Provider, shown: Shown): Promise<string | undefined> {
  if ('run' in shown) {
    return provider.run && provider.webUrl?.(await provider.run(shown));
  }
  if ('version' in shown) {
    return provider.webUrl?.(await provider.version(shown));
  }
  return 'artifact' in shown ? provider.webUrl?.(await provider.artifact(shown)) : undefined;
}
