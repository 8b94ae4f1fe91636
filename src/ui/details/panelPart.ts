import type * as vscode from 'vscode';
import type { RunRef, VersionRef } from '../../model/artifact';
import type { Log } from '../../model/call';
import type { Change } from '../../model/change';
import type { AssetIndexes } from '../../operations/assetIndex';
import type { Failure, PanelTab, ToWebview } from '../../protocol';
import type { Provider } from '../../providers/provider';
import type { Connections } from '../services';

/** What a details page takes from the house. */
export interface PageServices {
  readonly extension: vscode.Uri;
  readonly connections: Connections;
  readonly indexes: AssetIndexes;
  /** Kept over all windows. */
  readonly memory: vscode.Memento;
  readonly log: Log & { show(): void };
  open(ref: VersionRef | RunRef): Promise<void>;
}

/** A page that is open, whatever it is about. */
export interface OpenPage extends vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly about: VersionRef | RunRef;
  show(tab: PanelTab | undefined): void;
  changed(change: Change): void;
  /** The name of the connection may stand for another place now. */
  reconnected(): void;
  /** Says anew what may be done. */
  trusted(): void;
}

/** What a part of a details page needs of the page. */
export interface PartHost {
  /** Whose files are shown: a version, or all files of a run. */
  readonly ref: VersionRef;
  provider(): Promise<Provider>;
  post(message: ToWebview): void;
  /** Writes down what went wrong and says it to people. */
  failure(error: unknown): Failure;
}
