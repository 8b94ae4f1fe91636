import type { Log } from '../../../model/call';
import type { Headers, Http } from '../../http';
import type { Ahead } from '../../ahead';
import type { Pace } from './pace';

/** What all ways to a server's files stand on. */
export interface Ground {
  readonly http: Http;
  readonly log: Log;
  readonly pace: Pace;
  /** Reads files, large ones in two parts at a time where the server gives parts. */
  readonly ahead: Ahead;
  /** Of the workspace. Only for the server itself. */
  headers(): Headers;
  readonly offers: Offers;
}

/** What the server offers: by what it says, and by what it has answered since. */
export interface Offers {
  /** No server-info route: older than 3.9, with names beyond Latin-1 that cannot be read. */
  readonly isOld: boolean;
  /** Only presigned addresses move bytes. */
  readonly presignedOnly: boolean;
  parts: 'yes' | 'no' | 'perhaps';
  presignedReads: 'yes' | 'no' | 'perhaps';
  /** Whether the proxy route honours Range, once that is known. */
  ranges?: boolean;
  /** No `/get-artifact` at this address: MLflow 2 has it below a prefix that it was started with, unlike all else. */
  lacksOtherRoute?: boolean;
}

export function offersOf(info: unknown): Offers {
  const said = (typeof info === 'object' && info !== null ? info : {}) as Readonly<Record<string, unknown>>;
  const isOld = info === undefined || info === null;
  const presignedOnly = said['artifacts_presigned_only'] === true;
  return {
    isOld,
    presignedOnly,
    parts: presignedOnly ? 'yes' : offerOf(said['multipart_uploads_enabled']),
    presignedReads: presignedOnly ? 'yes' : isOld ? 'no' : offerOf(said['multipart_downloads_enabled']),
  };
}

/** Servers had both for long before they said so, from 3.15 on. One that says no was told to by whoever runs it, or has no object store. */
const offerOf = (flag: unknown): 'yes' | 'no' | 'perhaps' => (flag === true ? 'yes' : flag === undefined ? 'perhaps' : 'no');
