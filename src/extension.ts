import * as path from 'node:path';
import * as vscode from 'vscode';
import { createLocalFiles } from './store/localFiles';
import { createActiveRuns } from './ui/activeRun';
import { createArtifactFileSystem } from './ui/documents/artifactFileSystem';
import { registerCommands } from './ui/commands';
import { createComparisons } from './ui/comparison/comparisons';
import { createConnections } from './ui/connections';
import { createContextKeys } from './ui/contextKeys';
import { createLog } from './ui/log';
import { sentenceOf, withoutLinks } from './ui/messages';
import { createDescriptionFileSystem } from './ui/documents/descriptionFileSystem';
import { createMetadataFileSystem } from './ui/documents/metadataFileSystem';
import { createMlflowServers } from './ui/mlflowServer/mlflowServers';
import { createDetailsPanels } from './ui/details/panel';
import { createRemoteStore } from './ui/remoteStore';
import { createRunTables } from './ui/runTable/runTables';
import { createSecrets } from './ui/secrets';
import { readSettings } from './ui/settings';
import { createStatusBar } from './ui/statusBar';
import { createTransfers } from './ui/transfers';
import { createTree } from './ui/tree/tree';
import { ASSET_SCHEME, DESCRIPTION_SCHEME, METADATA_SCHEME } from './ui/documents/uris';

/** Later than what the view needs. */
const HINT_MS = 5000;

/** What the end waits for, in a place of its own as VS Code hands `deactivate` nothing. It waits five seconds. */
const endings: (() => Promise<void>)[] = [];

/** Builds, wires, registers. Nothing is opened or read before a view or a command asks for it. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends { dispose(): unknown }>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const workerFile = path.join(context.extensionUri.fsPath, 'dist', 'worker.js');

  const log = own(createLog());
  const contextKeys = createContextKeys();
  // Where the embedded store remembers the digests of what it logged, so that logging again reads only what changed.
  const files = createLocalFiles({ workerFile, cacheFolder: path.join(readSettings().storePath, 'cache') });
  const remote = own(createRemoteStore(log));
  const secrets = own(createSecrets(context.secrets));
  const connections = createConnections({
    log,
    secrets,
    open: async (settings, secret) => {
      const { openProvider } = await import(/* webpackChunkName: "providers" */ './providers/registry');
      return await openProvider(settings, { workerFile, defaultWorkspace: readSettings().defaultWorkspace, log, secret });
    },
  });
  const runs = own(createActiveRuns({ memory: context.workspaceState, connections, warn: (sentence) => void vscode.window.showWarningMessage(withoutLinks(sentence)) }));
  const transfers = own(createTransfers(contextKeys));
  // Subscriptions are disposed of before `deactivate` has come to its end; transfers that stop still need these.
  endings.push(async () => {
    await transfers.end();
    connections.dispose();
    await files.dispose();
  });
  const tree = own(createTree({ connections, runs, contextKeys, log, explain: sentenceOf }));
  const panels = own(createDetailsPanels({ context, connections, log }));
  const runTables = own(createRunTables({ context, connections, panels, log }));
  const comparisons = own(createComparisons({ context, connections, log, panels }));
  const mlflowServers = own(createMlflowServers({ connections, contextKeys }));

  own(createStatusBar({ connections, runs }));
  own(registerCommands({ context, connections, secrets, runs, transfers, tree, panels, runTables, comparisons, mlflowServers, files, remote, log }));
  const browsing = { connections, explain: sentenceOf };
  own(vscode.workspace.registerFileSystemProvider(ASSET_SCHEME, own(createArtifactFileSystem(browsing)), { isReadonly: true, isCaseSensitive: true }));
  own(vscode.workspace.registerFileSystemProvider(DESCRIPTION_SCHEME, own(createDescriptionFileSystem(browsing)), { isCaseSensitive: true }));
  own(vscode.workspace.registerFileSystemProvider(METADATA_SCHEME, own(createMetadataFileSystem(browsing)), { isCaseSensitive: true }));

  const hint = setTimeout(() => {
    void import(/* webpackChunkName: "mlflowServer" */ './ui/mlflowServer/hint').then(({ hintAtMlflow }) => hintAtMlflow({ memory: context.workspaceState, connections, window: vscode.window }));
  }, HINT_MS);
  own(new vscode.Disposable(() => clearTimeout(hint)));
}

export async function deactivate(): Promise<void> {
  await Promise.all(endings.splice(0).map((end) => end()));
}
