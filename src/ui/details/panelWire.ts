import type * as vscode from 'vscode';
import type { FromWebview, PanelTab, ToWebview } from '../../protocol';
import { isFromWebview } from '../../protocol/gate';
import { panelHtml, panelOptions } from './panelHtml';

interface Listener {
  /** The script runs and knows nothing, at first and each time after it was hidden. */
  ready(): void;
  answer(intent: Exclude<FromWebview, { readonly kind: 'ready' }>): void;
  /** It said something that is not in the protocol. */
  nonsense(): void;
}

/** The host's end of the wire to the script of one details page. */
export class PanelWire {
  private isReady = false;
  private wantedTab: PanelTab | undefined;

  constructor(private readonly panel: vscode.WebviewPanel, extension: vscode.Uri, private readonly listener: Listener) {
    panel.webview.options = panelOptions(extension);
    // Ends with the panel, as the listener's owner does.
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    // Hiding ends the page's script, and what is posted then is lost; it says `ready` again when it is back.
    panel.onDidChangeViewState(() => {
      this.isReady &&= panel.visible;
    });
    panel.webview.html = panelHtml(panel.webview, extension);
  }

  post(message: ToWebview): void {
    if (this.isReady) {
      void this.panel.webview.postMessage(message);
    }
  }

  /** Brings a tab to the front, as soon as the script runs. */
  show(tab: PanelTab | undefined): void {
    this.wantedTab = tab;
    if (this.isReady) {
      this.postTab();
    }
  }

  private receive(message: unknown): void {
    if (!isFromWebview(message)) {
      this.listener.nonsense();
    } else if (message.kind === 'ready') {
      this.isReady = true;
      this.postTab();
      this.listener.ready();
    } else {
      this.listener.answer(message);
    }
  }

  private postTab(): void {
    if (this.wantedTab !== undefined) {
      this.post({ kind: 'tab', tab: this.wantedTab });
      this.wantedTab = undefined;
    }
  }
}
