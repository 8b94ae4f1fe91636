import type { Call } from '../../model/call';
import { bytesOf } from '../draftAssets';
import type { ManifestAsset } from '../manifest';
import type { VersionDraft } from '../provider';
import type { MatihCalls } from './calls/matihCalls';
import { metadataTags, oneTag, TAG } from './tags';
import { aliasesFor, isComplete, type VersionRun } from './versions';

type Tags = Readonly<Record<string, string>>;

export interface Completing {
  readonly calls: MatihCalls;
  /** Of the run that holds the files. */
  readonly id: string;
  /** The runs of the artifact as the server has them now. */
  readonly runs: (call?: Call) => Promise<readonly VersionRun[]>;
  readonly what: string;
}

/** The tags that make a version out of a run. What does not fit into them is written before. */
export async function completionTags({ calls, id, runs, what }: Completing, { aliases = [], tags = [], metadata = {} }: VersionDraft, assets: readonly ManifestAsset[], call: Call): Promise<Tags> {
  const { parts, head } = metadataTags(metadata);
  if (Object.keys(parts).length > 0) {
    await calls.setTags(id, parts, what, call);
  }
  return {
    [TAG.upload]: 'done',
    [TAG.aliases]: oneTag(aliasesFor(await runs(call), id, aliases), 'aliases'),
    [TAG.tags]: oneTag([...new Set(tags)].sort(), 'tags'),
    [TAG.metadata]: head,
    [TAG.assets]: String(assets.length),
    [TAG.bytes]: String(bytesOf(assets)),
  };
}

/** One call makes all of it visible. An answer that got lost may have done so: what the server has counts. */
export async function complete({ calls, id, runs, what }: Completing, tags: Tags): Promise<void> {
  try {
    await calls.setTags(id, tags, what);
  } catch (error) {
    const now = await runs().catch(() => []);
    if (!now.some((run) => run.id === id && isComplete(run))) {
      throw error;
    }
  }
}
