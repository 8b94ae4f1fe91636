import type * as vscode from 'vscode';
import type { FromWebview, PanelTab, ToWebview } from '../../protocol';
import { isFromWebview } from '../../protocol/gate';
import { type PageListener, PageWire } from '../pageWire';

/** The host's end of the wire to the script of one details page. */
export class PanelWire {
  private readonly wire: PageWire<ToWebview, FromWebview>;
  private wantedTab: PanelTab | undefined;

  constructor(panel: vscode.WebviewPanel, extension: vscode.Uri, listener: PageListener<FromWebview>) {
    this.wire = new PageWire<ToWebview, FromWebview>(panel, extension, { kind: 'details', isIntent: isFromWebview }, {
      ready: () => {
        this.postTab();
        listener.ready();
      },
      answer: (intent) => listener.answer(intent),
      nonsense: () => listener.nonsense(),
    });
  }

  post(message: ToWebview): void {
    this.wire.post(message);
  }

  /** Brings a tab to the front, as soon as the script runs. */
  show(tab: PanelTab | undefined): void {
    this.wantedTab = tab;
    if (this.wire.isReady) {
      this.postTab();
    }
  }

  private postTab(): void {
    if (this.wantedTab !== undefined) {
      this.post({ kind: 'tab', tab: this.wantedTab });
      this.wantedTab = undefined;
    }
  }
}
