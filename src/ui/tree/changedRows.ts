import type { Artifact, ArtifactRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { unlessMissing } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import type { Branches } from './branches';
import type { ArtifactNode, Branch, Node, RunsNode, WorkspaceNode } from './nodes';
import type { Roots } from './roots';
import { isArtifact, isWorkspace } from './rowSearch';

interface Environment {
  readonly branches: Branches;
  readonly roots: Roots;
  readonly provider: (connection: string) => Promise<Provider>;
  /** The rows below are drawn again; all of them, where none is named. */
  readonly draw: (branch: Branch | undefined) => void;
}

/** Reads again what a change names, and no more of the tree than that. */
export class ChangedRows {
  constructor(private readonly environment: Environment) {}

  async follow(change: Change): Promise<void> {
    const { branches, roots, draw } = this.environment;
    const root = roots.get(change.connection);
    if (root === undefined) {
      return;
    }
    const workspace = change.workspace === undefined ? undefined : this.known(root, isWorkspace(change.workspace));
    const artifact = workspace && change.artifact !== undefined ? this.known(workspace, isArtifact(change.artifact)) : undefined;
    const value = artifact && await this.artifact(artifact.ref);
    if (artifact !== undefined && value !== undefined) {
      await this.again(artifact, () => {
        artifact.value = value;
      });
      await this.followRuns(artifact.parent);
      return;
    }
    // A row came or went: the counts of the rows above it change as well.
    branches.invalidate((workspace ?? root).id);
    branches.invalidateRows(root.id);
    if (branches.known(root) !== undefined) {
      await branches.open(root);
    }
    draw(await roots.turned() ? undefined : workspace ?? root);
  }

  private async followRuns(workspace: WorkspaceNode): Promise<void> {
    const { branches } = this.environment;
    const runs = await branches.runsBelow(workspace);
    if (runs !== undefined && branches.known(runs) !== undefined) {
      await this.again(runs);
    }
  }

  /**
   * Rows that are open are read before VS Code is told to draw them, and it is not told where they are as they were: one change is
   * often heard of twice. While it waits for rows it knows none of them, and a button that is pressed on one then calls its command
   * with nothing.
   */
  private async again(branch: ArtifactNode | RunsNode, renew = (): void => {}): Promise<void> {
    const { branches, draw } = this.environment;
    const before = this.shown(branch);
    renew();
    branches.invalidate(branch.id);
    if (branches.known(branch) !== undefined) {
      await branches.open(branch).catch(() => undefined);
    }
    if (this.shown(branch) !== before) {
      draw(branch);
    }
  }

  /** All that the rows of a branch, and its own one, are drawn from. */
  private shown(branch: ArtifactNode | RunsNode): string {
    const listing = this.environment.branches.known(branch);
    return JSON.stringify([branch.value, listing?.rows.map(({ id, value }) => [id, value]), listing?.more, listing?.failure && String(listing.failure.error)]);
  }

  private async artifact(ref: ArtifactRef): Promise<Artifact | undefined> {
    return await unlessMissing(this.environment.provider(ref.connection).then((provider) => provider.artifact(ref)));
  }

  private known<T extends Node>(branch: Branch, is: (row: Node) => row is T): T | undefined {
    return this.environment.branches.known(branch)?.rows.find(is);
  }
}
