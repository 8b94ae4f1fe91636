import * as vscode from 'vscode';
import type { ArtifactVersion } from '../../model/artifact';
import { formatReference } from '../../model/reference';
import { findArtifact } from '../../operations/findVersion';
import { invalid, isAbort } from '../../model/errors';
import { escapeIcons } from '../foreignText';
import { gitMetadata } from '../git';
import { withoutLinks } from '../messages';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { walk } from '../steps';
import type { LogAnswers } from './answers';
import { artifactStep } from './artifactStep';
import type { Cargo } from './cargo';
import type { Invocation } from './invocation';
import { artifactRef, beginChoice, type Beginning, type LogChoice } from './logChoice';
import { Memory } from './memory';
import { Previews } from './previews';
import { reviewStep } from './reviewStep';
import { versionStep } from './versionStep';

/** What code gets back from everything that logs. */
export interface LogResult {
  readonly reference: string;
  readonly workspace: string;
  readonly artifact: string;
  readonly version: string;
  readonly assets: number;
  readonly bytes: number;
}

export interface LogRequest extends Pick<Beginning, 'at' | 'usualBump'> {
  readonly title: string;
  readonly cargo: Cargo;
  readonly answers: LogAnswers;
}

const FLASH_MS = 5000;

/** Asks what the answers leave open, then writes. */
export async function logCargo(services: Services, { prompts }: Invocation, request: LogRequest): Promise<LogResult> {
  const { cargo, answers, title } = request;
  const memory = new Memory(services.context);
  const [place] = cargo.places;
  const { exclude, ignoreFile } = readSettings(place === undefined ? undefined : vscode.Uri.file(place));
  const choice = await beginChoice(services, memory, cargo, answers, answers.confirm !== false, { ...request, exclude, ignoreFile });
  const previews = new Previews(cargo, choice);
  const git = gitMetadata(cargo.places);
  try {
    previews.whenReady(() => undefined);
    await askWhatIsOpen(services, prompts, title, choice, cargo, previews, memory, answers.confirm !== false);
    const changed: string[] = [];
    const version = await write(services, choice, previews, git, (path) => changed.push(path));
    await memory.logged(cargo.places, version);
    tellLogged(services, version);
    tellChanged(version, changed);
    return logResult(version);
  } finally {
    previews.stop();
  }
}

async function askWhatIsOpen(
  services: Services, prompts: Invocation['prompts'], title: string, choice: LogChoice, cargo: Cargo, previews: Previews, memory: Memory, isReviewed: boolean,
): Promise<void> {
  type Ask = (frame: { title: string; step: number; totalSteps: number; canGoBack: boolean }) => Promise<unknown>;
  const asks: Ask[] = [];
  if (choice.artifact === undefined) {
    asks.push((frame) => artifactStep(prompts, frame, choice, cargo, previews, memory));
  }
  // Who wants no question about the default is not asked for it.
  if (choice.version === undefined && isReviewed) {
    asks.push((frame) => versionStep(prompts, frame, choice, previews));
  }
  if (isReviewed) {
    asks.push((frame) => reviewStep(services, prompts, frame, choice, previews));
  }
  await walk(asks.map((ask, index) => (canGoBack) => ask({ title, step: index + 1, totalSteps: asks.length, canGoBack })));
}

async function write(services: Services, choice: LogChoice, previews: Previews, git: ReturnType<typeof gitMetadata>, onChanged: (path: string) => void): Promise<ArtifactVersion> {
  const artifact = artifactRef(choice);
  if (artifact === undefined) {
    throw invalid(vscode.l10n.t('The name of an artifact is needed.'));
  }
  const title = choice.inPlace ? vscode.l10n.t('Registering {0}', artifact.artifact) : vscode.l10n.t('Logging {0}', artifact.artifact);
  const writing = services.transfers.run(title, async (call) => {
    call.signal?.addEventListener('abort', () => previews.stop());
    const preview = await previews.current();
    const producer = choice.inPlace ? undefined : await services.runs.forUse(artifact.connection, artifact.workspace, call);
    const repository = await git;
    return preview.write({
      ...artifact,
      type: choice.type ?? (await findArtifact(choice.provider, artifact))?.type ?? preview.type,
      version: choice.version ?? choice.usualBump,
      aliases: choice.aliases,
      tags: choice.tags,
      metadata: { ...(repository && { git: repository }), ...choice.metadata },
      producer,
    }, { ...call, onChanged });
  });
  return writing.catch((error: unknown) => {
    if (isAbort(error)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled. Nothing was logged.'), FLASH_MS);
    }
    throw error;
  });
}

/** The new row is shown and the status bar says it: no message to click away. */
export function tellLogged(services: Services, version: ArtifactVersion): void {
  const { connection, workspace, artifact } = version;
  services.connections.changed({ connection, workspace, artifact });
  services.tree.reveal({ connection, workspace, artifact, version: version.version })
    .catch((error: unknown) => services.log.warn(`the new version could not be revealed: ${String(error)}`));
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(vscode.l10n.t('Logged {0}', formatReference(version)))}`, FLASH_MS);
}

/** Nobody can know whether such a file was ever what was read of it. */
function tellChanged(version: ArtifactVersion, changed: readonly string[]): void {
  const [first] = changed;
  if (first !== undefined) {
    const what = changed.length === 1 ? vscode.l10n.t('“{0}” was written to while it was logged.', first)
      : vscode.l10n.t('{0} files were written to while they were logged, “{1}” among them.', changed.length, first);
    const advice = vscode.l10n.t('{0} holds what was read. Log again when nothing writes there.', formatReference(version));
    void vscode.window.showWarningMessage(withoutLinks(`${what} ${advice}`));
  }
}

export function logResult(version: ArtifactVersion): LogResult {
  const { workspace, artifact, assets = 0, bytes = 0 } = version;
  return { reference: formatReference(version), workspace, artifact, version: version.version, assets, bytes };
}
