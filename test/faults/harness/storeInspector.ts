import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/*
 * Reads a store by what src/store/README.md says and by nothing else: no line of src/ is imported, so that what the writer gets wrong
 * is not believed here as well.
 */

export interface SeenVersion {
  readonly workspace: string;
  readonly artifact: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** SHA-256 by path. */
  readonly digests: ReadonlyMap<string, string>;
}

export interface Inspection {
  /** Live ones, whether sound or not, as `workspace/artifact:number`. */
  readonly visible: readonly string[];
  /** Those of which every byte is right. */
  readonly sound: ReadonlyMap<string, SeenVersion>;
  readonly problems: readonly string[];
  readonly inTmp: readonly string[];
}

interface ManifestRow {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
  readonly pack?: number;
  readonly offset?: number;
  readonly link?: string;
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export class StoreInspector {
  /** Files whose digest was right, by what they looked like: a second look reads only what is new. */
  private readonly verified = new Map<string, string>();
  private readonly seen = new Map<string, SeenVersion>();

  constructor(private readonly root: string) {}

  look(): Inspection {
    const problems: string[] = [];
    const visible: string[] = [];
    const sound = new Map<string, SeenVersion>();
    const inTmp = names(path.join(this.root, 'tmp'));
    if (!fs.existsSync(path.join(this.root, 'format.json'))) {
      return { visible, sound, problems, inTmp };
    }
    const noting = (what: string, work: () => void): void => {
      try {
        work();
      } catch (error) {
        problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    noting('format.json', () => {
      const { format, hash } = JSON.parse(this.text('format.json')) as { format: unknown; hash: unknown };
      ensure(format === 1 && hash === 'sha256', 'is not format 1');
    });
    for (const { file, digest } of this.contentFiles()) {
      noting(file, () => this.verify(file, digest));
    }
    for (const workspace of names(path.join(this.root, 'workspaces'))) {
      for (const artifact of directories(path.join(this.root, 'workspaces', workspace))) {
        const place = path.join('workspaces', workspace, artifact);
        const deleted = new Set(names(path.join(this.root, place, 'deleted')));
        const live = names(path.join(this.root, place, 'versions')).filter((number) => !deleted.has(`${number}.json`));
        for (const number of live) {
          const key = `${decodeURIComponent(workspace)}/${decodeURIComponent(artifact)}:${decodeURIComponent(number)}`;
          visible.push(key);
          noting(key, () => sound.set(key, this.version(path.join(place, 'versions', number))));
        }
        if (live.length > 0) {
          noting(place, () => void this.sealed(path.join(place, 'artifact.json')));
        }
        for (const alias of names(path.join(this.root, place, 'aliases'))) {
          noting(`${place}/aliases/${alias}`, () => void this.sealed(path.join(place, 'aliases', alias)));
        }
      }
    }
    return { visible, sound, problems, inTmp };
  }

  /** Every object and pack, and the digest that its name says. */
  private contentFiles(): { readonly file: string; readonly digest: string }[] {
    const objects = directories(path.join(this.root, 'objects', 'sha256')).flatMap((start) =>
      names(path.join(this.root, 'objects', 'sha256', start)).map((rest) => ({ file: path.join('objects', 'sha256', start, rest), digest: start + rest })));
    const packs = names(path.join(this.root, 'packs')).map((name) => ({ file: path.join('packs', name), digest: name.replace(/\.pack$/, '') }));
    return [...objects, ...packs];
  }

  private verify(file: string, digest: string): void {
    const { ino, size, mtimeMs } = fs.statSync(path.join(this.root, file));
    const state = `${ino}:${size}:${mtimeMs}`;
    if (this.verified.get(file) !== state) {
      ensure(sha256(fs.readFileSync(path.join(this.root, file))) === digest, 'is not what its name says');
      this.verified.set(file, state);
    }
  }

  private version(place: string): SeenVersion {
    const record = this.sealed(path.join(place, 'version.json')) as {
      readonly workspace: string; readonly artifact: string; readonly version: string; readonly assets: number;
      readonly metadata: Readonly<Record<string, unknown>>; readonly manifest: { readonly bytes: number; readonly sha256: string };
    };
    const before = this.seen.get(place);
    const manifest = this.text(path.join(place, 'manifest.json'));
    ensure(Buffer.byteLength(manifest) === record.manifest.bytes && sha256(manifest) === record.manifest.sha256, 'manifest.json is not the one that was committed');
    const { packs, assets } = JSON.parse(manifest) as { readonly packs: readonly string[]; readonly assets: readonly ManifestRow[] };
    ensure(assets.length === record.assets, `${assets.length} assets in place of ${record.assets}`);
    if (before !== undefined) {
      assets.forEach((asset) => ensure(fs.existsSync(path.join(this.root, this.fileOf(asset, packs) ?? '')), `${asset.path} is gone`));
      return before;
    }
    assets.forEach((asset) => this.asset(asset, packs));
    const { workspace, artifact, version, metadata } = record;
    const seen = { workspace, artifact, version, metadata, digests: new Map(assets.map((asset) => [asset.path, asset.sha256 ?? ''])) };
    this.seen.set(place, seen);
    return seen;
  }

  private asset(asset: ManifestRow, packs: readonly string[]): void {
    const file = this.fileOf(asset, packs);
    if (file === undefined) {
      return;
    }
    const bytes = fs.readFileSync(path.join(this.root, file)).subarray(asset.offset ?? 0, (asset.offset ?? 0) + asset.size);
    ensure(bytes.length === asset.size && sha256(bytes) === asset.sha256, `${asset.path} in ${file} is not what was logged`);
  }

  private fileOf({ size, sha256: digest = '', pack, link }: ManifestRow, packs: readonly string[]): string | undefined {
    if (link !== undefined || size === 0) {
      return undefined;
    }
    return pack === undefined ? path.join('objects', 'sha256', digest.slice(0, 2), digest.slice(2)) : path.join('packs', `${packs[pack]}.pack`);
  }

  private text(file: string): string {
    return fs.readFileSync(path.join(this.root, file), 'utf8');
  }

  private sealed(file: string): unknown {
    const text = this.text(file);
    const match = /,"sha256":"([0-9a-f]{64})"\}\n?$/.exec(text);
    const body = `${text.slice(0, match?.index ?? 0)}}`;
    ensure(match !== null && sha256(body) === match[1], `the seal of ${file} is broken`);
    return JSON.parse(body);
  }
}

/** A look at a store by somebody who has never seen it. */
export const inspect = (root: string): Inspection => new StoreInspector(root).look();

function ensure(holds: boolean, otherwise: string): asserts holds {
  if (!holds) {
    throw new Error(otherwise);
  }
}

function names(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

const directories = (folder: string): string[] =>
  fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name) : [];
