import { createHash } from 'node:crypto';
import type { Call, Log } from '../../model/call';
import { corrupt, isArtifactError } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import type { NumberedVersion } from './mapping/modelView';
import { rootOf } from './places';
import type { Site } from './server';
import { objectOf, TAG } from './mapping/tags';
import { readWhole } from './wholeFile';

/** Bytes of all that is remembered. */
const MOST_KEPT = 32 * 1024 ** 2;

interface Kept {
  readonly metadata: JsonObject;
  readonly bytes: number;
}

/** Metadata that was too long for tags, from the files beside the versions. */
export class LongMetadata {
  /** By file name, which is made of the digest: what is in it never changes. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(private readonly log: Log) {}

  /** Nothing where there is none in a file, and where that is lost: the version has files and more all the same. */
  async read(site: Site, version: NumberedVersion, call?: Call): Promise<JsonObject | undefined> {
    try {
      return await this.stored(site, version, call);
    } catch (error) {
      if (!isArtifactError(error, 'notFound') && !isArtifactError(error, 'corrupt')) {
        throw error;
      }
      this.log.warn(`metadata of ${version.entry.name} ${version.number} is lost: ${error.message}`);
      return undefined;
    }
  }

  private async stored(site: Site, version: NumberedVersion, call?: Call): Promise<JsonObject | undefined> {
    const { [TAG.metadataFile]: file = '', [TAG.metadata]: text = '' } = version.entry.tags;
    if (file === '' || text !== '' || !/^metadata-[0-9a-f]{16}\.json$/u.test(file)) {
      return undefined;
    }
    const known = this.kept.get(file);
    if (known !== undefined) {
      return known.metadata;
    }
    const { files } = await rootOf(site, version.entry.run_id, call);
    const bytes = await readWhole(files, file, call);
    if (!file.includes(createHash('sha256').update(bytes).digest('hex').slice(0, 16))) {
      throw corrupt(`the metadata of version ${version.number}`);
    }
    const metadata = objectOf(bytes.toString('utf8')) ?? {};
    this.keep(file, { metadata, bytes: bytes.length });
    return metadata;
  }

  private keep(file: string, made: Kept): void {
    this.bytes += made.bytes - (this.kept.get(file)?.bytes ?? 0);
    this.kept.set(file, made);
    for (const [oldest, { bytes }] of this.kept) {
      if (this.bytes <= MOST_KEPT) {
        return;
      }
      this.kept.delete(oldest);
      this.bytes -= bytes;
    }
  }
}
