import type { VNode } from 'preact';
import type { GitFacts } from '../model/gitFacts';
import { oneLine } from '../model/line';
import { usePage } from './context';
import { LinkButton } from './parts';
import { fill } from './words';

/** The commit that something was logged from, which opens, and its branch. */
export function Commit({ git: { commit, branch } }: { readonly git: GitFacts }): VNode {
  const { host, strings: { texts } } = usePage();
  return (
    <p>
      <LinkButton title={texts.openCommit} onClick={() => host.post({ kind: 'verb', verb: 'openCommit' })}><code>{commit.slice(0, 7)}</code></LinkButton>
      {branch !== undefined && <span class="faint"> {fill(texts.branch, oneLine(branch))}</span>}
    </p>
  );
}
