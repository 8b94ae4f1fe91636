import * as vscode from 'vscode';
import type { RunRef, VersionRef } from '../../src/model/artifact';
import { AssetIndexes } from '../../src/operations/assetIndex';
import type { FromWebview, PanelState, ToWebview } from '../../src/protocol';
import type { OpenPage, PageServices } from '../../src/ui/details/panelPart';
import type { MemoryProvider } from '../support/memoryProvider';
import { silent, TestConnections, TestMemento, until } from './world';

type Shown = Extract<PanelState['page'], { readonly status: 'shown' }>['value'];

/** A panel whose browser side is the test: it says what a script would say and sees what a script would see. */
export function panelStand<Down>() {
  const received: Down[] = [];
  const said = new vscode.EventEmitter<unknown>();
  const webview = {
    options: {}, html: '', cspSource: 'https://csp.test',
    onDidReceiveMessage: said.event,
    asWebviewUri: (uri: vscode.Uri) => uri,
    postMessage: async (message: Down) => {
      // As between two processes: JSON or nothing.
      received.push(JSON.parse(JSON.stringify(message)));
      return true;
    },
  };
  const shows = new vscode.EventEmitter<void>();
  const window = { webview, title: '', iconPath: undefined, visible: true, onDidChangeViewState: shows.event };
  return {
    panel: window as unknown as vscode.WebviewPanel, webview, received,
    sayAnything: (message: unknown) => said.fire(message),
    hide: () => {
      window.visible = false;
      shows.fire();
    },
    unhide: () => {
      window.visible = true;
      shows.fire();
    },
  };
}

/** A details page on such a panel. */
export function pageStand<Page extends OpenPage>(provider: MemoryProvider, make: (panel: vscode.WebviewPanel, services: PageServices) => Page) {
  const opened: (VersionRef | RunRef)[] = [];
  const warnings: string[] = [];
  const stand = panelStand<ToWebview>();
  const { panel, received } = stand;
  const connections = new TestConnections(provider);
  const page = make(panel, {
    extension: vscode.Uri.file('/extension'), connections, indexes: new AssetIndexes(), memory: new TestMemento(),
    log: { ...silent, warn: (message: string) => warnings.push(message), show: () => {} },
    open: async (other) => {
      opened.push(other);
    },
  });
  const last = <K extends ToWebview['kind']>(kind: K) => received.filter((message) => message.kind === kind).at(-1) as Extract<ToWebview, { kind: K }> | undefined;
  return {
    ...stand, page, connections, opened, warnings, last,
    say: (intent: FromWebview) => stand.sayAnything(intent),
    state: (): PanelState['page'] | undefined => last('state')?.state.page,
    /** What the page shows, once it shows something of this kind. */
    shown: async <K extends Shown['kind']>(kind: K): Promise<Extract<Shown, { kind: K }>> => {
      await until(() => last('state')?.state.page.status === 'shown', 'the page is shown');
      const state = last('state')!.state.page;
      if (state.status !== 'shown' || state.value.kind !== kind) {
        throw new Error(`not the page of a ${kind}`);
      }
      return state.value as Extract<Shown, { kind: K }>;
    },
  };
}
