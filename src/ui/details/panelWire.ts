import type * as vscode from 'vscode';
import { type PageName, panelHtml, panelOptions } from './panelHtml';

interface Intent {
  readonly kind: string;
}

/** Which page it is, and the gate that what it says passes. */
interface Side<Up> {
  readonly page: PageName;
  readonly isIntent: (message: unknown) => message is Up;
}

interface Listener<Up extends Intent> {
  /** The script runs and knows nothing, at first and each time after it was hidden. */
  ready(): void;
  answer(intent: Exclude<Up, { readonly kind: 'ready' }>): void;
  /** It said something that is not in the protocol. */
  nonsense(): void;
}

/** The host's end of the wire to the script of one page. */
export class PanelWire<Down, Up extends Intent> {
  private isReady = false;
  private kept: Down | undefined;

  constructor(private readonly panel: vscode.WebviewPanel, extension: vscode.Uri, private readonly side: Side<Up>, private readonly listener: Listener<Up>) {
    panel.webview.options = panelOptions(extension);
    // Ends with the panel, as the listener's owner does.
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    // Hiding ends the page's script, and what is posted then is lost; it says `ready` again when it is back.
    panel.onDidChangeViewState(() => {
      this.isReady &&= panel.visible;
    });
    panel.webview.html = panelHtml(panel.webview, extension, side.page);
  }

  post(message: Down): void {
    if (this.isReady) {
      void this.panel.webview.postMessage(message);
    }
  }

  /** Says this as soon as the script runs. */
  postSoon(message: Down | undefined): void {
    this.kept = message;
    if (this.isReady) {
      this.postKept();
    }
  }

  private receive(message: unknown): void {
    if (!this.side.isIntent(message)) {
      this.listener.nonsense();
    } else if (isSaid(message)) {
      this.listener.answer(message);
    } else {
      this.isReady = true;
      this.postKept();
      this.listener.ready();
    }
  }

  private postKept(): void {
    if (this.kept !== undefined) {
      this.post(this.kept);
      this.kept = undefined;
    }
  }
}

const isSaid = <Up extends Intent>(intent: Up): intent is Exclude<Up, { readonly kind: 'ready' }> => intent.kind !== 'ready';
