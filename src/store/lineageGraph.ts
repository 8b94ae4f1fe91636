import type { Lineage, LineageEdge, LineageNode, RunNode, VersionNode } from '../model/lineage';
import { runNodeId, versionNodeId } from '../model/lineage';
import type { Catalog } from './catalog';
import type { Layout, VersionName } from './layout';
import { LineageReader } from './lineageLog';
import { readVersion } from './manifests';
import { aliasesByVersion, type Numbers, numbers } from './refs';
import type { LineageRecord, RunRecord } from './records';
import type { RunName, Runs } from './runs';

/** Both directions of who made and used what, by node id. */
interface Neighbours {
  readonly produced: Map<string, VersionName>;
  readonly consumed: Map<string, VersionName>;
}

interface Uses {
  readonly producer: RunName | undefined;
  readonly consumers: ReadonlyMap<string, RunName>;
}

export class LineageGraph {
  private readonly reader: LineageReader;
  private seen = 0;
  private readonly runs = new Map<string, Neighbours>();
  private readonly consumersOf = new Map<string, Map<string, RunName>>();

  constructor(
    private readonly layout: Layout,
    private readonly catalog: Catalog,
    private readonly runRecords: Runs,
  ) {
    this.reader = new LineageReader(layout);
  }

  /** Runs that used a version, in the order of their first use. */
  consumers(name: VersionName): RunRecord[] {
    this.refresh();
    return [...(this.consumersOf.get(versionId(name))?.values() ?? [])].flatMap((run) => this.runRecords.find(run) ?? []);
  }

  aroundVersion(connection: string, name: VersionName): Lineage {
    const focus = this.catalog.remembered(name);
    this.refresh();
    const { producer, consumers } = this.usesOf(focus);
    const id = versionId(focus);
    const nodes: LineageNode[] = [...this.versionNodes(connection, [focus])];
    const edges: LineageEdge[] = [];
    const cut = { upstream: [] as string[], downstream: [] as string[] };
    const runs = new Map([...(producer === undefined ? [] : [[runId(producer), producer] as const]), ...consumers]);
    for (const [neighbour, run] of runs) {
      nodes.push(this.runNode(connection, run));
      const made = producer !== undefined && neighbour === runId(producer);
      const used = consumers.has(neighbour);
      if (made) {
        edges.push({ from: neighbour, to: id, relation: 'produced' });
      }
      if (used) {
        edges.push({ from: id, to: neighbour, relation: 'consumed' });
      }
      const { produced, consumed } = this.neighboursOf(run);
      cutWhere(cut, neighbour, consumed.size > (used ? 1 : 0), produced.size > (made ? 1 : 0));
    }
    return { focus: id, nodes, edges, expanded: [id], cut };
  }

  aroundRun(connection: string, name: RunName): Lineage {
    const focus = this.runRecords.get(name);
    this.refresh();
    const { produced, consumed } = this.neighboursOf(focus);
    const id = runId(focus);
    const edges: LineageEdge[] = [
      ...Array.from(consumed.keys(), (from) => ({ from, to: id, relation: 'consumed' as const })),
      ...Array.from(produced.keys(), (to) => ({ from: id, to, relation: 'produced' as const })),
    ];
    const neighbours = new Map([...consumed, ...produced]);
    const cut = { upstream: [] as string[], downstream: [] as string[] };
    for (const [neighbour, version] of neighbours) {
      const { producer, consumers } = this.usesOf(version);
      const made = produced.has(neighbour);
      cutWhere(cut, neighbour, producer !== undefined && !made, consumers.size > (consumed.has(neighbour) ? 1 : 0));
    }
    const nodes = [this.runNode(connection, focus), ...this.versionNodes(connection, neighbours.values())];
    return { focus: id, nodes, edges, expanded: [id], cut };
  }

  private usesOf(name: VersionName): Uses {
    return { producer: readVersion(this.layout, name)?.producer, consumers: this.consumersOf.get(versionId(name)) ?? new Map<string, RunName>() };
  }

  /** The version itself says who made it. A line about it may come from a writer that then got another number. */
  private neighboursOf(run: RunName): Neighbours {
    const { produced, consumed } = this.linesOf(run);
    return { consumed, produced: new Map([...produced].filter(([, version]) => readVersion(this.layout, version)?.producer?.run === run.run)) };
  }

  private linesOf(run: RunName): Neighbours {
    return this.runs.get(runId(run)) ?? { produced: new Map(), consumed: new Map() };
  }

  private refresh(): void {
    const records = this.reader.all();
    records.slice(this.seen).forEach((record) => this.add(record));
    this.seen = records.length;
  }

  private add({ workspace, artifact, version, relation, run }: LineageRecord): void {
    const name: VersionName = { workspace, artifact, version };
    const neighbours = this.linesOf(run);
    this.runs.set(runId(run), neighbours);
    neighbours[relation].set(versionId(name), name);
    if (relation === 'consumed') {
      const consumers = this.consumersOf.get(versionId(name)) ?? new Map<string, RunName>();
      this.consumersOf.set(versionId(name), consumers.set(runId(run), run));
    }
  }

  private runNode(connection: string, { workspace, run }: RunName): RunNode {
    const name = this.runRecords.find({ workspace, run })?.name ?? run;
    return { kind: 'run', id: runId({ workspace, run }), ref: { connection, workspace, run }, name };
  }

  private *versionNodes(connection: string, names: Iterable<VersionName>): Generator<VersionNode> {
    const known = new Map<string, { readonly numbers: Numbers; readonly aliases: ReadonlyMap<string, readonly string[]> }>();
    for (const { workspace, artifact, version } of names) {
      const place = this.layout.artifact({ workspace, artifact });
      let artifactFacts = known.get(place.folder);
      if (artifactFacts === undefined) {
        const all = numbers(place);
        artifactFacts = { numbers: all, aliases: aliasesByVersion(place, all) };
        known.set(place.folder, artifactFacts);
      }
      yield {
        kind: 'version',
        id: versionId({ workspace, artifact, version }),
        ref: { connection, workspace, artifact, version },
        type: readVersion(this.layout, { workspace, artifact, version })?.type ?? '',
        aliases: artifactFacts.aliases.get(version) ?? [],
        ...(artifactFacts.numbers.live.includes(version) ? undefined : { deleted: true }),
      };
    }
  }
}

function cutWhere(cut: { upstream: string[]; downstream: string[] }, id: string, upstream: boolean, downstream: boolean): void {
  if (upstream) {
    cut.upstream.push(id);
  }
  if (downstream) {
    cut.downstream.push(id);
  }
}

const versionId = ({ workspace, artifact, version }: VersionName): string => versionNodeId({ connection: '', workspace, artifact, version });
const runId = ({ workspace, run }: RunName): string => runNodeId({ connection: '', workspace, run });
