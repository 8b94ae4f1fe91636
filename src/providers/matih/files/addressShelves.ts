import type { Call, Log } from '../../../model/call';
import { safePath } from '../../../model/safePath';
import { createHttp, type Headers, type Http } from '../../http';
import { readThrough } from '../../resumed';
import { filled } from '../profile';
import type { RunPlace } from './place';
import type { Shelf, Shelves } from './shelf';

interface Environment {
  readonly template: string;
  /** Where it leads to the same origin as MATIH. */
  readonly headers?: (() => Promise<Headers>) | undefined;
  readonly log: Log;
}

/** A server that hands out each file at an address of its own, and lists none. */
export function addressShelves({ template, headers, log }: Environment): Shelves {
  const http = createHttp({ base: new URL(template).origin, headers, log });
  return { lists: false, of: (place) => new AddressShelf(http, template, place), dispose: () => http.dispose() };
}

class AddressShelf implements Shelf {
  constructor(private readonly http: Http, private readonly template: string, private readonly place: RunPlace) {}

  async *read(path: string, start: number, size: number | undefined, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { run, experiment, tenant } = this.place;
    const encoded = safePath(path).split('/').map(encodeURIComponent).join('/');
    const address = filled(this.template, { run_id: encodeURIComponent(run), experiment_id: encodeURIComponent(experiment), tenant: encodeURIComponent(tenant), path: encoded });
    const open = (from: number) => this.http.open(address, { start: from, expected: size, call, what: path });
    yield* size === undefined ? (await open(start)).body : readThrough(open, { path, start, size }, call);
  }
}
