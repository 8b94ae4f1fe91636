import type { Log } from '../../../model/call';
import type { Headers } from '../../http';
import type { Profile } from '../profile';
import { addressShelves } from './addressShelves';
import { mlflowShelves } from './mlflowShelves';
import { rootOf } from './place';
import type { ReadFrom } from './readFrom';
import { s3Shelves } from './s3Shelves';
import type { Shelves } from './shelf';

interface Environment {
  /** Of MATIH: what it may hear, another server may not. */
  readonly url: string;
  readonly headers: () => Promise<Headers>;
  readonly profile: Profile;
  readonly log: Log;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export function openShelves(from: ReadFrom, { url, headers, profile, log, variables }: Environment): Shelves {
  const onlyTo = (address: string): (() => Promise<Headers>) | undefined => (new URL(address).origin === new URL(url).origin ? headers : undefined);
  switch (from.kind) {
    case 's3':
      return s3Shelves({ endpoint: from.endpoint, log, variables, root: (place) => rootOf(place, profile, from.root) });
    case 'mlflow':
      return mlflowShelves({ url: from.url, headers: onlyTo(from.url), log });
    case 'address':
      return addressShelves({ template: from.template, headers: onlyTo(from.template), log });
  }
}
