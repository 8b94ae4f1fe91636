import type { AssetRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import type { Provider } from '../../providers/provider';
import type { AssetNode, FolderNode } from './nodes';
import { rowId } from './rowId';

/** Folders and assets in a folder of a version, or of a run's own files. */
export async function* entries(branch: FolderNode['parent'], folder: AssetRef, provider: Provider, call: Call): AsyncGenerator<FolderNode | AssetNode, void, undefined> {
  for await (const value of provider.entries(folder, call)) {
    const ref = { ...folder, path: value.path };
    const id = rowId(branch, value.kind, value.path.slice(value.path.lastIndexOf('/') + 1));
    yield value.kind === 'folder' ? { kind: 'folder', id, ref, parent: branch, value } : { kind: 'asset', id, ref, parent: branch, value };
  }
}
