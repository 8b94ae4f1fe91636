import * as vscode from 'vscode';
import type { Change } from '../../model/change';
import { runOfFiles } from '../../model/runFiles';
import { BACK } from '../prompts';
import { isNode } from '../tree/nodes';
import type { Services } from '../services';
import { onlyVersion, versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { type Subject, subjectOf } from './subject';

/** Each change of the filter is some questions to each server. */
const TYPING_MS = 200;

/** Filters while it is typed; leaving with Escape brings the old filter back. */
export async function filter({ tree }: Services, { subject, prompts }: Invocation): Promise<void> {
  if (typeof subject === 'string') {
    tree.filter = subject;
    return;
  }
  const before = tree.filter;
  let isDone = false;
  let typing: NodeJS.Timeout | undefined;
  try {
    const text = await prompts.input({
      title: vscode.l10n.t('Filter Artifacts'),
      prompt: vscode.l10n.t('Shows artifacts, and on servers experiments and runs, whose name contains this'),
      value: before,
      onType: (typed) => {
        clearTimeout(typing);
        typing = setTimeout(() => {
          tree.filter = typed.trim();
        }, TYPING_MS);
      },
    });
    tree.filter = text === BACK ? before : text.trim();
    isDone = true;
  } finally {
    clearTimeout(typing);
    if (!isDone) {
      tree.filter = before;
    }
  }
}

export async function clearFilter({ tree }: Services): Promise<void> {
  tree.filter = '';
}

/** Reads a row again, or everything. */
export async function refresh(services: Services, invocation: Invocation): Promise<void> {
  if (isNode(invocation.subject) && ['runs', 'experiment', 'models', 'nested', 'run', 'folder'].includes(invocation.subject.kind) && services.tree.reload(invocation.subject)) {
    return;
  }
  const subject = invocation.subject === undefined ? undefined : await subjectOf(services, invocation);
  services.tree.refresh(subject && changeOf(subject));
}

/** Reads again what a failed row stands for. */
export async function retry({ tree }: Services, { subject }: Invocation): Promise<void> {
  tree.loadMore(subject);
}

export async function loadMore({ tree }: Services, { subject }: Invocation): Promise<void> {
  tree.loadMore(subject);
}

export async function revealInTree(services: Services, invocation: Invocation): Promise<void> {
  const subject = await subjectOf(services, invocation);
  const run = subject?.kind === 'run' ? subject.ref : subject?.kind === 'entry' ? runOfFiles(subject.ref) : undefined;
  const ref = run ?? (subject?.kind === 'artifact' ? subject.ref
    : onlyVersion(await versionOfCall(services, invocation, { title: vscode.l10n.t('Reveal in Artifacts View'), ofArtifact: 'latest' })));
  await services.tree.reveal(ref, { focus: true });
}

export async function showLog({ log }: Services): Promise<void> {
  log.show();
}

function changeOf({ ref }: Subject): Change {
  return {
    connection: ref.connection,
    ...('workspace' in ref && { workspace: ref.workspace }),
    ...('artifact' in ref && { artifact: ref.artifact }),
  };
}
