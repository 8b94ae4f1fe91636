import * as vscode from 'vscode';
import type { Producer } from '../../src/model/artifact';
import type { Lineage } from '../../src/model/lineage';
import type { ConnectionSettings } from '../../src/providers/registry';
import type { CompareResult } from '../../src/ui/commands/compareVersions';
import type { CopyResult } from '../../src/ui/commands/copyVersion';
import type { DeleteResult } from '../../src/ui/commands/deleteVersion';
import type { DownloadResult } from '../../src/ui/commands/downloadVersion';
import type { ExportResult } from '../../src/ui/commands/exportVersions';
import type { FreeResult } from '../../src/ui/commands/freeUpSpace';
import type { ImportResult } from '../../src/ui/commands/importVersions';
import type { LabelResult } from '../../src/ui/commands/labels';
import type { ListedArtifact, ListedAsset, ListedVersion } from '../../src/ui/commands/listings';
import type { LogResult } from '../../src/ui/commands/logFlow';
import type { SignInResult } from '../../src/ui/commands/signIn';
import type { VerifyResult } from '../../src/ui/commands/verifyStore';

/** What each command gives to whoever calls it. */
interface Results {
  logArtifact: LogResult;
  logNewVersion: LogResult;
  logSelection: LogResult;
  updateVersion: LogResult;
  registerVersion: LogResult;
  addRemoteAsset: LogResult;
  downloadVersion: DownloadResult;
  downloadAsset: DownloadResult;
  setAliases: LabelResult;
  setTags: LabelResult;
  setMetadata: LabelResult;
  deleteVersion: DeleteResult;
  copyVersion: CopyResult;
  verifyStore: VerifyResult;
  freeUpSpace: FreeResult;
  exportVersions: ExportResult;
  importVersions: ImportResult;
  compareVersions: CompareResult;
  listArtifacts: readonly ListedArtifact[];
  listVersions: readonly ListedVersion[];
  listAssets: readonly ListedAsset[];
  lineage: Lineage;
  selectRun: Producer;
  openSample: { readonly folder: string };
  copyReference: string;
  copyPythonSnippet: string;
  showDetails: undefined;
  openAsset: undefined;
  openCommit: undefined;
  addConnection: ConnectionSettings;
  signIn: SignInResult;
  setDefaultConnection: undefined;
  removeConnection: undefined;
  endRun: undefined;
  startMlflowServer: { readonly connection: string; readonly url: string };
  stopMlflowServer: undefined;
  filter: undefined;
  clearFilter: undefined;
}

/** Calls a command as another extension would. */
export const call = <K extends keyof Results>(id: K, ...args: readonly unknown[]): Thenable<Results[K]> =>
  vscode.commands.executeCommand<Results[K]>(`artifacts.${id}`, ...args);
