import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Loaded, MAX_NESTED, type NestedRuns } from '../protocol';
import { usePage } from './context';
import { Line } from './line';
import { Failed, LinkButton } from './parts';
import { RunStatus } from './runStatus';
import { Section } from './section';

const AT_FIRST = 10;
const MORE = 100;

/** The runs directly below the run of the page. Most runs have none: nothing stands here before it is known that there is one. */
export function NestedRunsSection({ nested, canOpen }: { readonly nested: Loaded<NestedRuns>; readonly canOpen: boolean }): VNode | null {
  const { host, strings: { texts } } = usePage();
  const [wanted, setWanted] = useState(host.memory.nested ?? AT_FIRST);
  useEffect(() => host.post({ kind: 'nested', rows: wanted }), [host, wanted]);
  useEffect(() => () => host.post({ kind: 'nested', rows: 0 }), [host]);
  const want = (rows: number): void => {
    const most = Math.min(rows, MAX_NESTED);
    host.remember({ nested: most });
    setWanted(most);
  };
  if (nested.status === 'failed') {
    return <Section title={texts.nestedRuns}><Failed failure={nested} /></Section>;
  }
  return nested.status === 'loading' || nested.value.rows.length === 0
    ? null
    : <Section title={texts.nestedRuns}><Rows nested={nested.value} canOpen={canOpen} onMore={() => want(wanted + MORE)} /></Section>;
}

function Rows({ nested: { rows, more }, canOpen, onMore }: { readonly nested: NestedRuns; readonly canOpen: boolean; readonly onMore: () => void }): VNode {
  const { host, strings: { texts, verbs }, age, date } = usePage();
  const list = useRef<HTMLUListElement>(null);
  // The button moves away, or goes: who pressed it goes on at the first of the rows that it brought.
  const next = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (next.current !== undefined && rows.length > next.current) {
      list.current?.querySelectorAll('button')[next.current]?.focus();
      next.current = undefined;
    }
  }, [rows.length]);
  return (
    <>
      <ul class="nested-runs" ref={list} aria-label={texts.nestedRuns}>
        {rows.map(({ connection, workspace, run, name, status, started }) => (
          <li key={run}>
            {canOpen
              ? <LinkButton title={texts.openRun} onClick={() => host.post({ kind: 'openRun', ref: { connection, workspace, run } })}><Line title={name}>{name}</Line></LinkButton>
              : <Line title={name}>{name}</Line>}
            <RunStatus status={status} />
            <time class="faint" dateTime={new Date(started).toISOString()} title={date(started)}>{age(started)}</time>
          </li>
        ))}
      </ul>
      {more && rows.length < MAX_NESTED && (
        <p>
          <LinkButton
            onClick={() => {
              next.current = rows.length;
              onMore();
            }}
          >
            {texts.showMoreRuns}
          </LinkButton>
        </p>
      )}
      {more && rows.length >= MAX_NESTED && (
        <p class="faint">{texts.olderInTree} <LinkButton onClick={() => host.post({ kind: 'verb', verb: 'reveal' })}>{verbs.reveal}</LinkButton></p>
      )}
    </>
  );
}
