import type { VersionRef } from '../model/artifact';
import { windowsProblem } from '../model/safePath';

const MAX_BYTES = 200;

/** `churn-data-2.1.0`: the folder that a version gets of its own, a legal name on every system. */
export function folderName({ artifact, version }: VersionRef): string {
  const plain = artifact.replace(/[<>:"|?*]/gu, '_').replace(/^\.+/u, '_');
  return `${clipped(windowsProblem(plain) === undefined ? plain : `_${plain}`)}-${version}`;
}

function clipped(text: string): string {
  let bytes = 0;
  let short = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) {
      break;
    }
    short += character;
  }
  return short;
}
