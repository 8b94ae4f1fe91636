import type { VersionRef } from '../model/artifact';
import { runOfFiles } from '../model/runFiles';
import { windowsProblem } from '../model/safePath';

const MAX_BYTES = 200;

/** `churn-data-2.1.0`: the folder that a version, or the files of a run, get of their own, a legal name on every system. */
export function folderName(ref: VersionRef): string {
  const run = runOfFiles(ref);
  if (run !== undefined) {
    // The id is the server's word.
    return `run-${clipped(run.run.replace(/[^\w.-]/gu, '_').replace(/\.+$/u, '_'))}`;
  }
  const { artifact, version } = ref;
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
