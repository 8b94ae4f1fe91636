import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { ArtifactRef, ArtifactVersion } from '../../model/artifact';
import { guessArtifactType } from '../../model/assetType';
import type { Call } from '../../model/call';
import { nameProblem } from '../../model/reference';
import { safePath } from '../../model/safePath';
import { findVersion } from '../../operations/findVersion';
import { logArtifact, planLog } from '../../operations/logArtifact';
import { textSource } from '../../operations/textSource';
import { writeVersion } from '../../operations/writeVersion';
import type { Provider, VersionDraft } from '../../providers/provider';
import type { LocalFiles, ScanResult } from '../../store/localFiles';

/** What is to be logged, whatever it comes from. */
export interface Cargo {
  /** What an artifact of it would be called. */
  readonly name: string;
  /** Absolute paths of what is logged, for the memory of where it went and for Git; none for text that is in no file. */
  readonly places: readonly string[];
  /** Set for files of a run that become a version where they lie: connection, workspace, exclusions and producer are no choice then. */
  readonly inPlace?: boolean | undefined;
  /** Looks at it and, where the artifact exists, compares. */
  preview(request: PreviewRequest, call: Call): Promise<Preview>;
}

export interface PreviewRequest {
  readonly provider: Provider;
  /** Absent before it is chosen: then nothing is compared. */
  readonly artifact?: ArtifactRef | undefined;
  /** The version to compare with; the highest unless told. */
  readonly base?: string | undefined;
  readonly exclude: readonly string[];
  readonly ignoreFile?: string | undefined;
}

/** What would be written. */
export interface Preview {
  readonly files: number;
  readonly bytes: number;
  readonly newBytes: number;
  readonly type: string;
  readonly compared?: Compared | undefined;
  /** Files that nobody said to leave out, and that cannot be logged. */
  readonly skipped: ScanResult['skipped'];
  /** How many files and folders the exclusions keep out. */
  readonly excluded: number;
  write(draft: VersionDraft, call: Call): Promise<ArtifactVersion>;
}

export interface Compared {
  readonly version: string;
  readonly changed: number;
  readonly added: number;
  readonly same: number;
  readonly removed: number;
}

/** Files and folders of this machine. */
export async function filesCargo(files: LocalFiles, targets: readonly string[]): Promise<Cargo> {
  return {
    name: await nameOf(targets),
    places: targets,
    async preview({ provider, artifact, base, exclude, ignoreFile }, call) {
      const request = { targets, exclude, ignoreFile };
      const plan = artifact === undefined
        ? { at: Date.now(), scan: await files.scan(request, call) }
        : await planLog({ provider, files }, { ...request, artifact, base }, call);
      const { scan } = plan;
      const count = (state: string): number => scan.files.filter((file) => file.state === state).length;
      return {
        files: scan.files.length,
        bytes: scan.bytes,
        newBytes: scan.newBytes,
        type: guessArtifactType(scan.files),
        ...leftOut(scan.skipped),
        compared: 'base' in plan && plan.base !== undefined
          ? { version: plan.base.version.version, changed: count('changed'), added: count('added'), same: count('same'), removed: scan.removed.length }
          : undefined,
        write: (draft, writing) => logArtifact(provider, draft, plan, writing),
      };
    },
  };
}

export function leftOut(skipped: ScanResult['skipped']): Pick<Preview, 'skipped' | 'excluded'> {
  const unwanted = skipped.filter(({ reason }) => reason === 'excluded').length;
  return { skipped: skipped.filter(({ reason }) => reason !== 'excluded'), excluded: unwanted };
}

/** Text that is in memory, as the one file of a version. */
export function textCargo(file: string, text: string): Cargo {
  const source = textSource(safePath(file), text);
  return {
    name: asName(path.parse(file).name),
    places: [],
    async preview({ provider, artifact, base }, call) {
      const before = artifact && await findVersion(provider, artifact, base, call);
      return {
        files: 1,
        bytes: source.size,
        newBytes: source.size,
        type: guessArtifactType([source]),
        ...leftOut([]),
        compared: before && { version: before.version, changed: 0, added: 1, same: 0, removed: before.assets ?? 0 },
        write: (draft, writing) => writeVersion(provider, draft, { put: [source] }, writing),
      };
    },
  };
}

/** The folder's name, the one file's name without its extension, or the name of the folder that several have in common. */
async function nameOf(targets: readonly string[]): Promise<string> {
  const [first = ''] = targets;
  if (targets.length > 1) {
    return asName(path.basename(path.dirname(first)));
  }
  const isFolder = await stat(first).then((found) => found.isDirectory(), () => false);
  return asName(isFolder ? path.basename(first) : path.parse(first).name);
}

const MAX_NAME = 100;

/** A file may have a name that an artifact cannot have. */
export function asName(text: string): string {
  const name = Array.from(text.replace(/[\p{Cc}\p{Cs}\u2028\u2029/\\:]+/gu, '-')).slice(0, MAX_NAME).join('').trim();
  return nameProblem(name) === undefined ? name : 'artifact';
}
