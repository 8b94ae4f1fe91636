import type { RunDetails, RunRef } from '../../model/artifact';
import { unlessMissing } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import type { Branches } from './branches';
import type { ArtifactNode, Branch, ConnectionNode, ExperimentNode, ModelsNode, NestedNode, Node, RunNode, VersionNode, WorkspaceNode } from './nodes';
import type { Roots } from './roots';
import type { Revealed } from '../services';

interface Environment {
  readonly branches: Branches;
  readonly roots: Roots;
  readonly provider: (connection: string) => Promise<Provider>;
  readonly pageSize: () => number;
  /** More rows of the branch are known than are drawn. */
  readonly grown: (branch: Branch) => void;
}

/** Further down, a row is not looked for: nobody reads that far, and VS Code would have to keep all rows before it. */
const FAR = 5000;
/** Nobody nests runs so deep; a server that goes on naming parents is not followed. */
const DEEP = 50;

/** Finds the row of a thing, reading as many pages as it takes. */
export class RowSearch {
  constructor(private readonly environment: Environment) {}

  /** Nothing when there is no such row. */
  async find(ref: Revealed): Promise<ConnectionNode | ArtifactNode | VersionNode | RunNode | undefined> {
    const { roots } = this.environment;
    await roots.read();
    const connection = roots.get(ref.connection);
    if (!('workspace' in ref)) {
      return connection;
    }
    const workspace = connection && await this.below(connection, isWorkspace(ref.workspace));
    if (workspace === undefined) {
      return undefined;
    }
    if (!('artifact' in ref)) {
      return this.run(workspace, ref);
    }
    const artifact = await this.below(workspace, isArtifact(ref.artifact));
    return artifact && 'version' in ref ? await this.below(artifact, isVersion(ref.version)) : artifact;
  }

  /**
   * A run stands below its experiment, where there are experiments, and a logged model below the models of its. A nested run stands below
   * its parent; where a row above it is missing, in the group of all nested ones.
   */
  private async run(workspace: WorkspaceNode, ref: RunRef): Promise<RunNode | undefined> {
    const { branches, provider } = this.environment;
    const [runs, offers] = [await branches.runsBelow(workspace), await provider(ref.connection)];
    if (runs === undefined || offers.experiments === undefined) {
      return runs && await this.below(runs, isRun(ref.run));
    }
    const { connection, run: id } = ref;
    const told: RunDetails | undefined = await unlessMissing(Promise.resolve(offers.run?.({ connection, workspace: ref.workspace, run: id })));
    const experiment = told?.experiment === undefined ? undefined : await this.below(runs, isExperiment(told.experiment));
    if (told === undefined || experiment === undefined) {
      return undefined;
    }
    if (told.kind === 'model') {
      const models = await this.below(experiment, isModels);
      return models && await this.below(models, isRun(id));
    }
    const lineOfRuns = await runsDownTo(told, offers);
    return (lineOfRuns && await this.nested(experiment, lineOfRuns)) ?? await this.inGroup(experiment, id);
  }

  /** The last of these runs, each of which stands below the one before. */
  private async nested(experiment: ExperimentNode, [first = '', ...others]: readonly string[]): Promise<RunNode | undefined> {
    let row = await this.below(experiment, isRun(first));
    for (const run of others) {
      row = row && await this.inGroup(row, run);
    }
    return row;
  }

  private async inGroup(branch: ExperimentNode | RunNode, run: string): Promise<RunNode | undefined> {
    const group = await this.below(branch, isNested);
    return group && await this.below(group, isRun(run));
  }

  private async below<T extends Node>(branch: Branch, is: (row: Node) => row is T): Promise<T | undefined> {
    const { branches, pageSize, grown } = this.environment;
    const listing = await branches.open(branch);
    const before = listing.rows.length;
    while (!listing.rows.some(is) && listing.more && listing.rows.length < FAR) {
      await listing.fill(listing.rows.length + pageSize());
    }
    if (listing.rows.length > before) {
      grown(branch);
    }
    return branches.known(branch)?.rows.find(is);
  }
}

/** The ids of the runs above a run, the highest first, and its own. Nothing where one of them has no row in its experiment. */
async function runsDownTo(run: RunDetails, offers: Provider): Promise<readonly string[] | undefined> {
  const ids = [run.run];
  for (let above = run.parent; above !== undefined;) {
    const { connection, workspace, run: id } = above;
    const told: RunDetails | undefined = await unlessMissing(Promise.resolve(offers.run?.({ connection, workspace, run: id })));
    // Whoever tags runs can make a ring of them.
    if (told === undefined || told.isDeleted === true || told.experiment !== run.experiment || ids.includes(id) || ids.length === DEEP) {
      return undefined;
    }
    ids.unshift(id);
    above = told.parent;
  }
  return ids;
}

export const isWorkspace = (name: string) => (row: Node): row is WorkspaceNode => row.kind === 'workspace' && row.ref.workspace === name;
export const isArtifact = (name: string) => (row: Node): row is ArtifactNode => row.kind === 'artifact' && row.ref.artifact === name;
const isVersion = (number: string) => (row: Node): row is VersionNode => row.kind === 'version' && row.ref.version === number;
const isExperiment = (id: string) => (row: Node): row is ExperimentNode => row.kind === 'experiment' && row.ref.experiment === id;
const isModels = (row: Node): row is ModelsNode => row.kind === 'models';
const isNested = (row: Node): row is NestedNode => row.kind === 'nested';
const isRun = (id: string) => (row: Node): row is RunNode => row.kind === 'run' && row.ref.run === id;
