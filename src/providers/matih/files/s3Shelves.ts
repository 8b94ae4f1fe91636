import type { Call, Log } from '../../../model/call';
import { noAccess, unsupported } from '../../../model/errors';
import { pathProblem } from '../../../model/safePath';
import { createHttp } from '../../http';
import { readThrough } from '../../resumed';
import type { Bucket } from '../../s3/bucket';
import { ownBuckets } from '../../s3/ownBuckets';
import type { RunPlace } from './place';
import type { Shelf, Shelves } from './shelf';

interface Environment {
  readonly endpoint?: string | undefined;
  readonly log: Log;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly root: (place: RunPlace) => string;
}

/** The object store itself, with the user's own credentials. MATIH's token and tenant never get there. */
export function s3Shelves({ endpoint, log, variables, root }: Environment): Shelves {
  const http = createHttp({ base: endpoint ?? 'https://s3.amazonaws.com', log });
  const buckets = ownBuckets({ http, log, variables, endpoint });
  return {
    lists: true,
    of: (place) => new S3Shelf(root(place), buckets),
    dispose: () => http.dispose(),
  };
}

class S3Shelf implements Shelf {
  constructor(private readonly root: string, private readonly buckets: (name: string) => Promise<Bucket | undefined>) {}

  async *read(path: string, start: number, size: number | undefined, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { bucket, prefix } = await this.place();
    if (size === undefined) {
      yield* (await bucket.read(prefix + path, start, call, path)).body;
      return;
    }
    yield* readThrough((from) => bucket.read(prefix + path, from, call, path), { path, start, size }, call);
  }

  async sizes(call?: Call): Promise<ReadonlyMap<string, number>> {
    const { bucket, prefix } = await this.place();
    const sizes = new Map<string, number>();
    for await (const { key, size } of bucket.list(prefix, call)) {
      const path = key.slice(prefix.length);
      // Stores write folders as empty objects with a slash at the end.
      if (key.startsWith(prefix) && pathProblem(path) === undefined) {
        sizes.set(path, size);
      }
    }
    return sizes;
  }

  private async place(): Promise<{ readonly bucket: Bucket; readonly prefix: string }> {
    const [, name, prefix = ''] = /^s3[an]?:\/\/([^/?#]+)\/?([^?#]*)$/iu.exec(this.root) ?? [];
    if (name === undefined) {
      throw unsupported(`The files lie at ${this.root}, which is no S3 storage: set “readFrom” of the connection to the MLflow server behind MATIH.`);
    }
    const bucket = await this.buckets(name);
    if (bucket === undefined) {
      throw noAccess(`${this.root}: this machine has no AWS credentials`);
    }
    return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
  }
}
