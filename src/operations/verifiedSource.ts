import { createHash, type Hash } from 'node:crypto';
import type { Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { corrupt } from '../model/errors';
import { formatReference } from '../model/reference';
import type { AssetSource } from '../providers/provider';
import { type ByteSource, unverified } from './unverified';

/** A network brings small pieces, and each of them costs whoever writes them a round. */
const BLOCK = 1 << 20;

/**
 * An asset that lies on another back end, as bytes that can be put into a version here: read anew each time it is opened, and
 * compared with its digest and its size. The read that brings the last byte of what does not match throws `corrupt` instead of
 * giving it out. A reader that takes parts out of their order has to compare digests itself.
 */
export function verifiedSource(provider: ByteSource, asset: Asset, { signal }: Call = {}): AssetSource {
  return new CheckedSource(provider, asset, signal);
}

class CheckedSource implements AssetSource {
  private hash: Hash = createHash('sha256');
  /** Bytes from the start that the hash has seen. */
  private position = 0;

  constructor(private readonly provider: ByteSource, private readonly asset: Asset, private readonly signal: AbortSignal | undefined) {}

  get path(): string {
    return this.asset.path;
  }

  get size(): number {
    return this.asset.size;
  }

  get metadata(): AssetSource['metadata'] {
    return this.asset.metadata;
  }

  async *open(start = 0): AsyncGenerator<Uint8Array, void, undefined> {
    if (start === 0) {
      this.hash = createHash('sha256');
      this.position = 0;
    }
    let at = start;
    let pieces: Uint8Array[] = [];
    let gathered = 0;
    for await (const chunk of unverified(this.provider, this.asset, start, { signal: this.signal })) {
      this.see(chunk, at);
      at += chunk.length;
      pieces.push(chunk);
      gathered += chunk.length;
      if (gathered >= BLOCK) {
        yield whole(pieces);
        pieces = [];
        gathered = 0;
      }
    }
    if (gathered > 0) {
      yield whole(pieces);
    }
    if (at !== this.size) {
      throw this.damaged(`has ${at} bytes in place of ${this.size}`);
    }
    this.see(new Uint8Array(), at);
  }

  /** A back end may read the asset in parts: each that goes on where the hash stands counts. */
  private see(chunk: Uint8Array, at: number): void {
    const end = at + chunk.length;
    if (end > this.size) {
      throw this.damaged(`has more than ${this.size} bytes`);
    }
    if (at > this.position || end < this.position) {
      return;
    }
    this.hash.update(chunk.subarray(this.position - at));
    this.position = end;
    const { sha256 } = this.asset;
    if (end === this.size && sha256 !== undefined && this.hash.copy().digest('hex') !== sha256) {
      throw this.damaged('does not match its digest');
    }
  }

  private damaged(how: string): Error {
    return corrupt(`${this.path} of ${formatReference(this.asset)} ${how}`);
  }
}

const whole = (pieces: readonly Uint8Array[]): Uint8Array => (pieces.length === 1 ? pieces[0] ?? new Uint8Array() : Buffer.concat(pieces));
