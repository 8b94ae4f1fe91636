import type { Artifact, ArtifactRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { unlessMissing } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import type { Branches } from './branches';
import { type Branch, isBranch, type Node } from './nodes';
import { changedSince, pictureOf } from './picture';
import type { Roots } from './roots';
import { isArtifact, isWorkspace } from './rowSearch';

interface Environment {
  readonly branches: Branches;
  readonly roots: Roots;
  readonly provider: (connection: string) => Promise<Provider>;
  /** Whether its rows may be looked at. */
  readonly isOpen: (branch: Branch) => boolean;
  /** These rows are drawn again with what is below them; all of them, where none is named. */
  readonly draw: (rows: Node[] | undefined) => void;
}

/** A branch that takes longer is drawn as it comes. */
const PATIENCE_MS = 3000;

/**
 * Reads again what a change names, and no more of the tree than that. What stands open is read before VS Code is told to draw it, and
 * VS Code is not told of rows that are as they were: one change is often heard of twice. While it waits for rows it knows none of
 * those that it shows below the same row, and a menu or button of one of them then calls its command with nothing.
 */
export class ChangedRows {
  constructor(private readonly environment: Environment) {}

  async follow(change: Change): Promise<void> {
    const { branches, roots } = this.environment;
    const root = roots.get(change.connection);
    if (root === undefined) {
      return;
    }
    const workspace = change.workspace === undefined ? undefined : this.known(root, isWorkspace(change.workspace));
    const artifact = workspace && change.artifact !== undefined ? this.known(workspace, isArtifact(change.artifact)) : undefined;
    const value = artifact && await this.artifact(artifact.ref);
    const before = pictureOf(root, branches);
    if (artifact !== undefined && value !== undefined) {
      artifact.value = value;
      const runs = await branches.runsBelow(artifact.parent);
      await this.renewAll([artifact, ...(runs === undefined ? [] : [runs])]);
    } else {
      // A row came or went: the counts of the rows above it change as well.
      await Promise.all([this.renewAll([workspace ?? root]), ...(workspace === undefined ? [] : [this.renew(root)])]);
    }
    await this.drawChanged(changedSince(before, root, branches));
  }

  /** Reads a branch again with what is open below it, or all of the tree. */
  async again(branch?: Branch): Promise<void> {
    const { branches, roots, isOpen, draw } = this.environment;
    const tops: readonly Branch[] = branch === undefined ? roots.all : [branch];
    if (tops.length === 0) {
      draw(undefined);
      return;
    }
    const before = tops.map((top) => pictureOf(top, branches));
    // One that could not be read at all shows that, and knows no rows.
    const unread = tops.filter((top) => isOpen(top) && branches.known(top) === undefined);
    await this.renewAll(tops);
    await this.drawChanged(tops.flatMap((top, index) => (unread.includes(top) ? [top] : changedSince(before[index] ?? new Map(), top, branches))));
  }

  private async drawChanged(changed: Node[]): Promise<void> {
    const { roots, draw } = this.environment;
    if (await roots.turned()) {
      draw(undefined);
    } else if (changed.length > 0) {
      draw(changed);
    }
  }

  /** What is not open is read when it is asked for. */
  private async renewAll(rows: readonly Node[]): Promise<void> {
    const { branches, isOpen } = this.environment;
    await Promise.all(rows.filter(isBranch).map(async (row) => {
      if (!isOpen(row)) {
        branches.invalidate(row.id);
      } else if (await this.renew(row)) {
        await this.renewAll(branches.rowsOf(row));
      }
    }));
  }

  /** False when it is read later. */
  private async renew(branch: Branch): Promise<boolean> {
    const { branches } = this.environment;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PATIENCE_MS);
    });
    const isRead = await Promise.race([branches.renew(branch).then(() => true, () => false), late]);
    clearTimeout(timer);
    if (!isRead) {
      branches.invalidate(branch.id);
    }
    return isRead;
  }

  private async artifact(ref: ArtifactRef): Promise<Artifact | undefined> {
    return await unlessMissing(this.environment.provider(ref.connection).then((provider) => provider.artifact(ref)));
  }

  private known<T extends Node>(branch: Branch, is: (row: Node) => row is T): T | undefined {
    return this.environment.branches.known(branch)?.rows.find(is);
  }
}
