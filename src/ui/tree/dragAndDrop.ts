import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatArtifact, formatReference } from '../../model/reference';
import { isRunFiles, runFiles } from '../../model/runFiles';
import type { Node } from './nodes';
import { assetUri } from '../documents/uris';

const URIS = 'text/uri-list';

/** Files dropped on the tree are logged where they are dropped; rows dragged out are references, and assets are files. */
export const dragAndDrop: vscode.TreeDragAndDropController<Node> = {
  dropMimeTypes: [URIS, 'files'],
  dragMimeTypes: ['text/plain', URIS],

  handleDrag(nodes, transfer) {
    const references = nodes.map(referenceOf).filter((reference) => reference !== undefined);
    if (references.length > 0) {
      transfer.set('text/plain', new vscode.DataTransferItem(references.join('\n')));
    }
    const assets = nodes.filter((node) => node.kind === 'asset').filter(({ value }) => value.link === undefined);
    if (assets.length > 0) {
      transfer.set(URIS, new vscode.DataTransferItem(assets.map(({ ref }) => assetUri(ref).toString()).join('\r\n')));
    }
  },

  async handleDrop(target, transfer, token) {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(vscode.l10n.t('Logging needs a trusted workspace.'));
      return;
    }
    const dropped = await droppedFiles(transfer);
    try {
      if (dropped.uris.length > 0 && !token.isCancellationRequested) {
        await vscode.commands.executeCommand('artifacts.logArtifact', dropped.uris, placeOf(target));
      }
    } finally {
      await dropped.release();
    }
  },
};

interface Dropped {
  readonly uris: readonly vscode.Uri[];
  /** Removes copies that were made for files without a path. */
  release(): Promise<void>;
}

async function droppedFiles(transfer: vscode.DataTransfer): Promise<Dropped> {
  const listed = await transfer.get(URIS)?.asString() ?? '';
  const uris = listed.split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#')).map((line) => vscode.Uri.parse(line)).filter(({ scheme }) => scheme === 'file');
  const files = [...transfer].map(([, item]) => item.asFile()).filter((file) => file !== undefined);
  const known = files.map(({ uri }) => uri).filter((uri) => uri !== undefined);
  const nameless = uris.length > 0 ? [] : files.filter(({ uri }) => uri === undefined);
  const paths = [...new Map([...uris, ...known].map((uri) => [uri.toString(), uri])).values()];
  if (nameless.length === 0) {
    return { uris: paths, release: async () => {} };
  }
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ml-artifacts-drop-'));
  const release = (): Promise<void> => fs.rm(folder, { recursive: true, force: true });
  try {
    const copies = await Promise.all(nameless.map((file) => copied(file, folder)));
    return { uris: [...paths, ...copies], release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A browser gives the bytes of a desktop file, and its name, but no path. */
async function copied(file: vscode.DataTransferFile, folder: string): Promise<vscode.Uri> {
  // The name is the browser's word: only its last segment, and never `..`.
  const name = path.basename(file.name.replaceAll('\\', '/'));
  const target = path.join(folder, name === '' || name === '.' || name === '..' ? 'file' : name);
  await fs.writeFile(target, await file.data(), { flag: 'wx' });
  return vscode.Uri.file(target);
}

/** The answers that a row gives to the questions of *Log as Artifact*. */
function placeOf(node: Node | undefined): { readonly connection?: string; readonly workspace?: string; readonly artifact?: string } {
  if (node === undefined) {
    return {};
  }
  const { connection, workspace, artifact }: { readonly connection: string; readonly workspace?: string; readonly artifact?: string } = 'ref' in node ? node.ref : node.parent.ref;
  // A run is no artifact, though its files have a place that looks like one.
  const isArtifact = artifact !== undefined && !isRunFiles({ artifact });
  return { connection, ...(workspace === undefined ? {} : { workspace }), ...(isArtifact ? { artifact } : {}) };
}

function referenceOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'artifact':
      return formatArtifact(node.ref);
    case 'version':
    case 'related':
      return formatReference(node.ref);
    case 'folder':
    case 'asset':
      return `${formatReference(node.ref)}/${node.ref.path}`;
    case 'run':
      return formatReference(runFiles(node.ref));
    default:
      return undefined;
  }
}
