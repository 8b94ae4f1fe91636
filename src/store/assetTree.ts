import { compareNatural } from '../model/naturalOrder';
import { inOrder } from './inOrder';
import { positionOf, type StoredAsset } from './manifest';

export interface StoredFolder {
  readonly path: string;
  readonly assets: number;
  readonly bytes: number;
}

/** The assets of a version as folders. Works on the path order alone: what is not asked for costs nothing. */
export class AssetTree {
  /** Bytes of all assets before each position. */
  private readonly bytesBefore: Float64Array;

  constructor(readonly assets: readonly StoredAsset[]) {
    this.bytesBefore = new Float64Array(assets.length + 1);
    assets.forEach((asset, index) => {
      this.bytesBefore[index + 1] = this.bytes(index) + (asset.link === undefined ? asset.size : 0);
    });
  }

  asset(path: string): StoredAsset | undefined {
    const asset = this.assets[this.position(path)];
    return asset?.path === path ? asset : undefined;
  }

  folder(path: string): StoredFolder | undefined {
    const { from, to } = this.range(path);
    return from < to || path === '' ? this.summary(path, from, to) : undefined;
  }

  /** Direct children: folders first, each kind in natural order, found as they are asked for. */
  *children(path: string): Generator<StoredFolder | StoredAsset> {
    const { from, to } = this.range(path);
    const prefix = path === '' ? '' : `${path}/`;
    const folders: StoredFolder[] = [];
    const files: StoredAsset[] = [];
    for (let index = from; index < to;) {
      const asset = this.assets[index];
      if (asset === undefined) {
        break;
      }
      const slash = asset.path.indexOf('/', prefix.length);
      if (slash < 0) {
        files.push(asset);
        index++;
      } else {
        const name = asset.path.slice(0, slash);
        const end = this.range(name).to;
        folders.push(this.summary(name, index, end));
        index = end;
      }
    }
    const byName = (a: { readonly path: string }, b: { readonly path: string }): number => compareNatural(a.path, b.path);
    yield* inOrder(folders, byName);
    yield* inOrder(files, byName);
  }

  private summary(path: string, from: number, to: number): StoredFolder {
    return { path, assets: to - from, bytes: this.bytes(to) - this.bytes(from) };
  }

  /** Positions of what is below a folder. `0` is the character after `/`. */
  private range(folder: string): { readonly from: number; readonly to: number } {
    return folder === '' ? { from: 0, to: this.assets.length } : { from: this.position(`${folder}/`), to: this.position(`${folder}0`) };
  }

  private bytes(position: number): number {
    return this.bytesBefore[position] ?? 0;
  }

  private position(path: string): number {
    return positionOf(this.assets, path);
  }
}
