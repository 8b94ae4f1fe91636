import type { Run, RunRef, VersionRef } from '../../model/artifact';
import { isLatestAlias } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import { type Lineage, type LineageEdge, type LineageNode, type RunNode, runNodeId, type VersionNode, versionNodeId } from '../../model/lineage';
import { isVersionNumber } from '../../model/version';
import { findVersion } from './catalog';
import type { LineageRow } from './calls/experimentAnswers';
import { isComplete, type Rows } from './rows';
import type { Runs } from './runs';
import type { CometServer } from './server';

/** Who made what, and what experiments used. Comet tells of uses experiment by experiment: who used a version is not known from the version. */
export class LineageReader {
  constructor(
    private readonly server: CometServer,
    private readonly rows: Rows,
    private readonly runs: Runs,
  ) {}

  async aroundRun(ref: RunRef, call?: Call): Promise<Lineage> {
    const [run, { made, used }] = await Promise.all([this.runs.found(ref, call), this.neighbours(ref.run, call)]);
    const focus = runNode(run);
    const versions = (rows: readonly LineageRow[]): readonly VersionNode[] => rows.map((row) => this.versionNode(ref.workspace, row));
    const [makes, uses] = [versions(made), versions(used)];
    const own = new Set(makes.map(({ id }) => id));
    return graph(focus, [...uses, ...makes], [
      ...uses.map(({ id }): LineageEdge => ({ from: id, to: focus.id, relation: 'consumed' })),
      ...makes.map(({ id }): LineageEdge => ({ from: focus.id, to: id, relation: 'produced' })),
    ], { upstream: uses.filter(({ id }) => !own.has(id)).map(({ id }) => id), downstream: [] });
  }

  async aroundVersion(ref: VersionRef, call?: Call): Promise<Lineage> {
    const { artifact, row } = await findVersion(this.server.calls, ref, call);
    const { version, type, aliases } = this.rows.version(ref.workspace, artifact, row);
    const exact: VersionRef = { connection: ref.connection, workspace: ref.workspace, artifact: artifact.name, version };
    const focus: VersionNode = { kind: 'version', id: versionNodeId(exact), ref: exact, type, aliases };
    const { experimentKey } = await this.server.calls.version({ artifactId: artifact.artifactId, versionId: row.artifactVersionId }, `version ${version} of ${artifact.name}`, call);
    // It may have been deleted.
    const producer = experimentKey === undefined || experimentKey === null || experimentKey === ''
      ? undefined
      : await unlessMissing(this.runs.found(this.rows.runRef(ref.workspace, experimentKey), call));
    if (producer === undefined) {
      return graph(focus, [], [], { upstream: [], downstream: [] });
    }
    const maker = runNode(producer);
    const { made, used } = await this.neighbours(producer.run, call);
    const others = made.filter((each) => this.versionNode(ref.workspace, each).id !== focus.id);
    return graph(focus, [maker], [{ from: maker.id, to: focus.id, relation: 'produced' }], {
      upstream: used.length > 0 ? [maker.id] : [], downstream: others.length > 0 ? [maker.id] : [],
    });
  }

  private async neighbours(run: string, call?: Call): Promise<{ readonly made: readonly LineageRow[]; readonly used: readonly LineageRow[] }> {
    const [made, used] = await Promise.all((['output', 'input'] as const).map((filter) => this.server.experiments.lineage(run, filter, call)));
    const visible = (rows: readonly LineageRow[] = []): readonly LineageRow[] => rows.filter((row) => isComplete(row) && isVersionNumber(row.version));
    return { made: visible(made), used: visible(used) };
  }

  private versionNode(home: string, { workspace = home, artifact, version, type = 'data', aliases }: LineageRow): VersionNode {
    const ref: VersionRef = { connection: this.rows.connection, workspace, artifact, version };
    return { kind: 'version', id: versionNodeId(ref), ref, type, aliases: aliases.filter((alias) => !isLatestAlias(alias)).sort() };
  }
}

function runNode({ connection, workspace, run, name }: Run): RunNode {
  const ref: RunRef = { connection, workspace, run };
  return { kind: 'run', id: runNodeId(ref), ref, name };
}

function graph(focus: LineageNode, others: readonly LineageNode[], edges: readonly LineageEdge[], cut: Lineage['cut']): Lineage {
  const nodes = [...new Map([focus, ...others].map((node) => [node.id, node])).values()];
  return { focus: focus.id, nodes, edges, expanded: [focus.id], cut };
}
