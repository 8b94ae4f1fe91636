import type { Change } from '../../model/change';

/** A watcher sees one commit as many files; this passes on each place that changed once, the wider in place of the narrower. */
export class ChangeBatch {
  private readonly waiting = new Map<string, Change>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly pass: (change: Change) => void, private readonly milliseconds = 60) {}

  add(change: Change): void {
    const { connection, workspace, artifact } = change;
    this.waiting.set(JSON.stringify([connection, workspace, artifact]), change);
    // Not put off by what follows: a long burst is passed on piece by piece.
    this.timer ??= setTimeout(() => this.flush(), this.milliseconds);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.waiting.clear();
  }

  private flush(): void {
    this.timer = undefined;
    const changes = [...this.waiting.values()];
    this.waiting.clear();
    for (const change of changes) {
      if (!changes.some((wider) => wider !== change && includes(wider, change))) {
        this.pass(change);
      }
    }
  }
}

/** Whether everything that `narrow` names lies within what `wide` names. */
export function includes(wide: Change, narrow: Change): boolean {
  return wide.connection === narrow.connection
    && (wide.workspace === undefined || wide.workspace === narrow.workspace)
    && (wide.artifact === undefined || wide.artifact === narrow.artifact);
}
