import type { Asset } from '../../model/artifact';
import type { Call } from '../../model/call';
import { corrupt } from '../../model/errors';
import { formatReference } from '../../model/reference';
import type { Provider } from '../../providers/provider';

/** All bytes of an asset in one buffer of its size. */
export async function readAsset(asset: Asset, provider: Provider, call: Call): Promise<Uint8Array> {
  const { connection, workspace, artifact, version, path } = asset;
  const bytes = new Uint8Array(asset.size);
  let length = 0;
  for await (const chunk of provider.read({ connection, workspace, artifact, version, path }, 0, call)) {
    if (length + chunk.length > bytes.length) {
      throw corrupt(`${formatReference(asset)}/${path}`);
    }
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length < bytes.length) {
    throw corrupt(`${formatReference(asset)}/${path}`);
  }
  return bytes;
}

/** The same of a file that a run may be writing: all that is there now, up to `most` bytes. */
export async function readGrowing(asset: Asset, provider: Provider, most: number, call: Call): Promise<Uint8Array> {
  const { connection, workspace, artifact, version, path } = asset;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of provider.read({ connection, workspace, artifact, version, path }, 0, call)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) {
      throw corrupt(`${formatReference(asset)}/${path}`);
    }
  }
  return Buffer.concat(chunks, length);
}
