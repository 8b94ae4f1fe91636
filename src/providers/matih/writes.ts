import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { checkDraft, checkLabels } from '../../model/draftRules';
import { alreadyExists, invalid, unlessMissing } from '../../model/errors';
import { isBump } from '../../model/version';
import type { LabelChange, VersionDraft, VersionWriter } from '../provider';
import type { MatihCalls } from './calls/matihCalls';
import type { Catalog } from './catalog';
import type { Shelves } from './files/shelf';
import { endLeftovers } from './leftovers';
import { MatihWriter } from './matihWriter';
import type { Reading } from './reading';
import type { Reads } from './reads';
import type { Runs } from './runs';
import { metadataTags, oneTag, TAG } from './tags';
import type { Uploads } from './uploads';
import { aliasesFor, isComplete, runsOf } from './versions';

export interface WritesEnvironment {
  readonly calls: MatihCalls;
  readonly catalog: Catalog;
  readonly reading: Reading;
  readonly shelves: Shelves | undefined;
  readonly uploads: Uploads;
  readonly reads: Reads;
  readonly runs: Runs;
  readonly log: Log;
}

/** New versions, and labels of old ones. */
export class Writes {
  constructor(private readonly environment: WritesEnvironment) {}

  async begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    checkDraft(draft);
    // What MATIH would not keep is told before a byte is sent.
    metadataTags(draft.metadata ?? {});
    oneTag(draft.tags ?? [], 'tags');
    const { calls, catalog, reading, shelves, uploads, runs, log } = this.environment;
    const { connection, workspace, artifact, version, producer } = draft;
    if (workspace !== catalog.tenant) {
      throw invalid(`This connection keeps the artifacts of the tenant ${catalog.tenant}: there is no workspace ${workspace}.`);
    }
    const all = await catalog.runs(draft, call);
    const known = runsOf(all, draft);
    if (!isBump(version) && known.some((run) => isComplete(run) && run.number === version)) {
      throw alreadyExists(`version ${version} of ${workspace}/${artifact}`);
    }
    const named = producer === undefined ? undefined : await unlessMissing(calls.run(producer.run, call));
    call?.signal?.throwIfAborted();
    const end = (run: string, status: 'finished' | 'failed'): Promise<void> => runs.end({ connection, workspace, run }, status);
    return new MatihWriter({
      calls, uploads, log,
      experiment: async (making) => (await catalog.madeExperiment(making)).id,
      runs: (looking) => catalog.runsOf(draft, looking),
      shelf: async (run) => (shelves === undefined ? undefined : await reading.shelf(run)),
      end,
      sweep: () => endLeftovers(all, { calls, log, end }),
      producerName: named?.name,
      reread: (ref) => {
        reading.forget();
        return this.environment.reads.version(ref);
      },
    }, draft);
  }

  async label(ref: VersionRef, { aliases, tags, metadata }: LabelChange, call?: Call): Promise<ArtifactVersion> {
    checkLabels({ aliases, tags, metadata });
    const { calls, catalog, reading, reads } = this.environment;
    const { version } = await catalog.version(ref, call);
    const what = `labels of ${ref.artifact} ${version.number}`;
    const { parts, head } = metadata === undefined ? { parts: {}, head: undefined } : metadataTags(metadata);
    const changed = {
      ...(aliases !== undefined && { [TAG.aliases]: oneTag(aliasesFor(await catalog.runsOf(ref, call), version.id, [...new Set(aliases)]), 'aliases') }),
      ...(tags !== undefined && { [TAG.tags]: oneTag([...new Set(tags)].sort(), 'tags') }),
      ...(head !== undefined && { [TAG.metadata]: head }),
    };
    if (Object.keys(parts).length > 0) {
      await calls.setTags(version.id, parts, what, call);
    }
    if (Object.keys(changed).length > 0) {
      await calls.setTags(version.id, changed, what, call);
    }
    reading.forget();
    return await reads.version({ ...ref, version: version.number }, call);
  }
}
