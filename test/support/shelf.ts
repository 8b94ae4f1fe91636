import { createHash } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { ArtifactVersion, Asset, RunRef, VersionRef } from '../../src/model/artifact';
import { assetType } from '../../src/model/assetType';
import type { Call } from '../../src/model/call';
import { notFound } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';

export const shelfVersion: VersionRef = { connection: 'shelf', workspace: 'ada', artifact: 'churn', version: '1.0.0' };

/** What a server may answer: contents by path, and the ways in which it may go wrong. */
export interface ShelfContents {
  readonly files: readonly (readonly [path: string, content: string])[];
  readonly links?: readonly (readonly [path: string, link: string])[];
  /** Bytes that a piece has; a piece is one tick. */
  readonly piece?: number;
  /** Digests that it lists in place of the true ones. */
  readonly digests?: Readonly<Record<string, string | undefined>>;
  /** Sizes that it lists in place of the true ones. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Called before every piece: throw to break the connection. */
  readonly onPiece?: (path: string, position: number) => void | Promise<void>;
}

/** A back end across a network, as far as downloading sees it: it streams from any byte, counts what it gives, and fails on request. */
export class Shelf {
  readonly reads: { readonly path: string; readonly start: number }[] = [];
  readonly consumed: { readonly version: string; readonly run: string }[] = [];
  consumeFailure: Error | undefined;

  constructor(public contents: ShelfContents) {}

  get provider(): Provider {
    const shelf: Pick<Provider, 'kind' | 'connection' | 'version' | 'assets' | 'read' | 'consume'> = {
      kind: 'local',
      connection: 'shelf',
      version: async () => this.version,
      assets: () => this.assets(),
      read: (asset, start, call) => this.read(asset.path, start ?? 0, call ?? {}),
      consume: async (version, run) => this.consume(version, run),
    };
    return shelf as Provider;
  }

  private get version(): ArtifactVersion {
    const { files, links = [] } = this.contents;
    return { ...shelfVersion, type: 'dataset', aliases: [], isLatest: true, tags: [], metadata: {}, assets: files.length + links.length, bytes: 0, created: 0 };
  }

  private async* assets(): AsyncGenerator<Asset, void, undefined> {
    const { files, links = [], digests = {}, sizes = {} } = this.contents;
    for (const [path, content] of files) {
      const sha256 = path in digests ? digests[path] : digestOf(content);
      yield { ...shelfVersion, kind: 'asset', path, size: sizes[path] ?? Buffer.byteLength(content), sha256, type: assetType(path) };
    }
    for (const [path, link] of links) {
      yield { ...shelfVersion, kind: 'asset', path, size: 0, link, type: assetType(path) };
    }
  }

  private async* read(path: string, start: number, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
    this.reads.push({ path, start });
    const content = this.contents.files.find(([name]) => name === path)?.[1];
    if (content === undefined) {
      throw notFound(path);
    }
    const bytes = Buffer.from(content);
    const { piece = bytes.length, onPiece } = this.contents;
    for (let position = start; position < bytes.length; position += piece) {
      await after(0);
      call.signal?.throwIfAborted();
      await onPiece?.(path, position);
      yield bytes.subarray(position, position + piece);
    }
  }

  private consume(version: VersionRef, run: RunRef): void {
    if (this.consumeFailure) {
      throw this.consumeFailure;
    }
    this.consumed.push({ version: version.version, run: run.run });
  }
}

export const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex');
