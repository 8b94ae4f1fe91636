import type * as vscode from 'vscode';
import { pageHtml, type PageKind, pageOptions } from './pageHtml';

export interface PageListener<Intent> {
  /** The script runs and knows nothing, at first and each time after it was hidden. */
  ready(): void;
  answer(intent: Exclude<Intent, { readonly kind: 'ready' }>): void;
  /** It said something that is not in the protocol. */
  nonsense(): void;
}

export interface PageScript<Intent> {
  readonly kind: PageKind;
  /** The gate for what it says. */
  isIntent(message: unknown): message is Intent;
}

/** The host's end of the wire to the script of one page. */
export class PageWire<Message, Intent extends { readonly kind: string }> {
  private isReady = false;
  private kept: Message | undefined;

  constructor(private readonly panel: vscode.WebviewPanel, extension: vscode.Uri, private readonly script: PageScript<Intent>, private readonly listener: PageListener<Intent>) {
    panel.webview.options = pageOptions(extension);
    // Ends with the panel, as the listener's owner does.
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    // Hiding ends the page's script, and what is posted then is lost; it says `ready` again when it is back.
    panel.onDidChangeViewState(() => {
      this.isReady &&= panel.visible;
    });
    panel.webview.html = pageHtml(panel.webview, extension, script.kind);
  }

  post(message: Message): void {
    if (this.isReady) {
      void this.panel.webview.postMessage(message);
    }
  }

  /** Says this as soon as the script runs, in the place of what was to be said then. */
  postSoon(message: Message | undefined): void {
    this.kept = message;
    if (this.isReady) {
      this.postKept();
    }
  }

  private receive(message: unknown): void {
    if (!this.script.isIntent(message)) {
      this.listener.nonsense();
    } else if (message.kind === 'ready') {
      this.isReady = true;
      this.postKept();
      this.listener.ready();
    } else {
      this.listener.answer(message as Exclude<Intent, { readonly kind: 'ready' }>);
    }
  }

  private postKept(): void {
    if (this.kept !== undefined) {
      this.post(this.kept);
      this.kept = undefined;
    }
  }
}
