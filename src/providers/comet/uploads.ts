import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isArtifactError } from '../../model/errors';
import { sendMeasured } from '../measured';
import { type Envelope, envelope } from '../multipart';
import type { Part } from '../progressSum';
import type { AssetSource, RemoteAsset } from '../provider';
import { REST } from './calls/wire';
import type { OpenVersion } from './opening';
import { DIGEST, LINK_SIZE } from './rows';
import type { CometServer } from './server';
import { ASSET_THERE, errorCode, errorIn, parsed } from './serverErrors';

const TRIES = 4;

export interface Destination extends OpenVersion {
  readonly workspace: string;
  readonly artifact: string;
}

interface Shipment {
  readonly to: Destination;
  readonly path: string;
  /** Bytes that are kept of it; nothing for a link. */
  readonly size?: number | undefined;
  readonly body: Envelope;
  readonly signal: AbortSignal;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Answers how many bytes went. */
export async function sendFile(server: CometServer, to: Destination, asset: AssetSource, part: Part, signal: AbortSignal): Promise<number> {
  const { size } = await sendMeasured(asset, async (source) => {
    const hashed = hashing(source);
    const metadata = (digest: string): string => JSON.stringify({ ...asset.metadata, [DIGEST]: digest });
    const body = envelope({ name: 'file', size: source.size, open: () => hashed.open() }, {
      name: 'metadata', textSize: Buffer.byteLength(metadata('0'.repeat(64))), text: () => metadata(hashed.digest()),
    });
    await ship(server, { to, path: asset.path, size: source.size, body, signal, onBytes: (bytes) => part.report(Math.min(bytes, source.size), 0, asset.path) });
  }, (bytes) => part.report(bytes, 0, asset.path), signal);
  part.report(size, 1, asset.path);
  return size;
}

export async function sendLink(server: CometServer, to: Destination, { path, link, size, metadata }: RemoteAsset, signal: AbortSignal): Promise<void> {
  const bytes = Buffer.from(link);
  // Comet keeps no size of a link: its own client notes it here.
  const noted = size === undefined ? metadata : { ...metadata, [LINK_SIZE]: size };
  const text = noted === undefined ? undefined : JSON.stringify(noted);
  const body = envelope(
    { name: 'link', size: bytes.length, open: async function* open() { yield bytes; } },
    text === undefined ? undefined : { name: 'metadata', textSize: Buffer.byteLength(text), text: () => text },
  );
  await ship(server, { to, path, body, signal });
}

/** Comet takes each name once: after a lost answer it is looked whether it was taken. */
async function ship(server: CometServer, shipment: Shipment): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await tryOnce(server, shipment);
      return;
    } catch (error) {
      shipment.signal.throwIfAborted();
      if (!isDoubtful(error)) {
        throw error;
      }
      if (await isThere(server, shipment)) {
        return;
      }
      if (attempt === TRIES) {
        throw error;
      }
      // A connection that broke is made anew at once.
      await setTimeout(server.pause * (isArtifactError(error, 'offline') ? attempt - 1 : attempt), undefined, { signal: shipment.signal });
    }
  }
}

async function tryOnce(server: CometServer, { to, path, size, body, signal, onBytes }: Shipment): Promise<void> {
  const http = await server.http();
  const { body: said } = await http.send('POST', `${REST}write/experiment/upload-asset`, body, {
    query: {
      experimentKey: to.experimentKey, artifactVersionId: to.artifactVersionId, fileName: path, extension: /\.([^./]+)$/u.exec(path)?.[1], overwrite: false,
      isRemote: size === undefined ? true : undefined,
    },
    headers: { 'Content-Type': body.type },
    call: { signal, onProgress: ({ bytes }) => onBytes?.(bytes) },
    what: path,
    retry: false,
  });
  const refusal = errorIn(parsed(said), path);
  if (refusal !== undefined) {
    throw refusal;
  }
}

const isDoubtful = (error: unknown): boolean =>
  errorCode(error instanceof Error ? error.cause : undefined) === ASSET_THERE || isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault') || isArtifactError(error, 'rateLimited');

async function isThere(server: CometServer, { to: { workspace, artifact, version }, path, size, signal }: Shipment): Promise<boolean> {
  const files = await server.calls.files({ workspace, artifactName: artifact, version }, { signal }, true);
  return files.some((file) => file.fileName === path && (size === undefined || file.fileSize === size));
}

/** Hashes what is read from the start to the end. */
function hashing(source: { open(): AsyncIterable<Uint8Array> }): { open(): AsyncIterable<Uint8Array>; digest(): string } {
  let digest = '';
  return {
    async *open() {
      const hash = createHash('sha256');
      for await (const chunk of source.open()) {
        hash.update(chunk);
        yield chunk;
      }
      digest = hash.digest('hex');
    },
    digest: () => digest,
  };
}
