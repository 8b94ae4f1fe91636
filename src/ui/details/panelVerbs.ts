import * as vscode from 'vscode';
import type { ArtifactVersion, RunRef, VersionRef } from '../../model/artifact';
import type { Log } from '../../model/call';
import { isAbort } from '../../model/errors';
import type { GitFacts } from '../../model/gitFacts';
import type { FromWebview, PanelVerb } from '../../protocol';
import { folderName } from '../../operations/folderName';
import { showError } from '../messages';

type Deed = Extract<FromWebview, { readonly kind: 'removeAlias' | 'removeTag' | 'openAsset' | 'copyDigest' | 'copyServerName' | 'saveSvg' | 'openVersion' | 'openRun' | 'compare' }>;

interface Surroundings {
  readonly log: Log & { show(): void };
  open(ref: VersionRef | RunRef): Promise<void>;
}

export type CommandVerb = Exclude<PanelVerb, 'retry' | 'refresh' | 'signIn'>;

/** Buttons that call the command of the same purpose on what the page is about. */
const COMMANDS: Readonly<Record<CommandVerb, string>> = {
  download: 'artifacts.downloadVersion',
  logNewVersion: 'artifacts.logNewVersion',
  copyReference: 'artifacts.copyReference',
  copyPython: 'artifacts.copyPythonSnippet',
  compare: 'artifacts.compareVersions',
  reveal: 'artifacts.revealInTree',
  delete: 'artifacts.deleteVersion',
  addAlias: 'artifacts.setAliases',
  addTag: 'artifacts.setTags',
  editMetadata: 'artifacts.setMetadata',
  openCommit: 'artifacts.openCommit',
  openInBrowser: 'artifacts.openInBrowser',
};

/** Does what a details page asks for. What is done to what is said here, never by the page alone. `ref` is the version, or the files of the run. */
export class PanelVerbs {
  constructor(private readonly ref: VersionRef, private readonly services: Surroundings) {}

  run(verb: CommandVerb): void {
    this.command(COMMANDS[verb], this.ref);
  }

  /** Asks who the user is there; `then` when that was answered. */
  signIn(then: () => void): void {
    this.quietly(async () => {
      if (await vscode.commands.executeCommand('artifacts.signIn', { connection: this.ref.connection }) !== undefined) {
        then();
      }
    });
  }

  act(deed: Deed, version: ArtifactVersion | undefined): void {
    switch (deed.kind) {
      case 'removeAlias':
        if (version) {
          this.command('artifacts.setAliases', this.ref, { aliases: version.aliases.filter((alias) => alias !== deed.alias) });
        }
        return;
      case 'removeTag':
        if (version) {
          this.command('artifacts.setTags', this.ref, { tags: version.tags.filter((tag) => tag !== deed.tag) });
        }
        return;
      case 'openAsset':
        return this.command('artifacts.openAsset', { ...this.ref, path: deed.path });
      case 'copyDigest':
        return this.quietly(async () => {
          await vscode.env.clipboard.writeText(deed.sha256);
          vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) SHA-256 copied'), 3000);
        });
      case 'copyServerName':
        return this.copy(version?.serverName);
      case 'saveSvg':
        return this.quietly(() => this.save(deed.svg));
      case 'openVersion':
      case 'openRun':
        // A page shows what is on its own connection.
        return this.quietly(() => this.services.open({ ...deed.ref, connection: this.ref.connection }));
      case 'compare':
        return this.command('artifacts.compareVersions', { ...this.ref, version: deed.version }, { with: deed.with });
    }
  }

  /** Of a run, which says itself what commit it ran. */
  openCommit(git: GitFacts | undefined): void {
    if (git !== undefined) {
      this.command(COMMANDS.openCommit, git);
    }
  }

  /** Nothing where there is nothing. */
  copy(text: string | undefined): void {
    if (text !== undefined) {
      this.quietly(async () => {
        await vscode.env.clipboard.writeText(text);
        vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Value copied'), 3000);
      });
    }
  }

  private command(id: string, ...args: readonly unknown[]): void {
    this.quietly(async () => {
      await vscode.commands.executeCommand(id, ...args);
    });
  }

  /** A command that got answers rejects instead of telling, so that is done here. */
  private quietly(work: () => Promise<void>): void {
    void work().catch((error: unknown) => {
      if (!isAbort(error)) {
        this.services.log.error('details page', error);
        void showError(error, {
          signIn: () => this.signIn(() => undefined),
          showLog: () => this.services.log.show(),
        });
      }
    });
  }

  private async save(svg: string): Promise<void> {
    const name = `${folderName(this.ref)}-lineage.svg`.replace(/[<>:"/\\|?*\ufffd]/gu, '_');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
      filters: { [vscode.l10n.t('SVG Image')]: ['svg'] },
    });
    if (target) {
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(svg));
    }
  }
}
