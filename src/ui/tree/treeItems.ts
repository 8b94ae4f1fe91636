import * as vscode from 'vscode';
import { isArtifactError } from '../../model/errors';
import { isRunFiles } from '../../model/runFiles';
import { closed, oneLine } from '../../model/line';
import { faceOf, type Look } from './faces';
import type { Node } from './nodes';
import { previewProblem } from '../documents/previewProblem';
import { assetUri } from '../documents/uris';
import { hasMetrics } from '../hasMetrics';

export function treeItem(node: Node, look: Look): vscode.TreeItem {
  const face = faceOf(node, look);
  const item = new vscode.TreeItem(oneLine(face.label), collapsible(node, look));
  item.id = node.id;
  item.iconPath = face.icon;
  item.contextValue = contextValue(node, look);
  item.accessibilityInformation = { label: [face.label, ...face.spoken].filter((part) => part !== undefined && part !== '').map((part) => oneLine(part ?? '')).join(', ') };
  if (face.description !== undefined) {
    const marked = oneLine(face.description).split(' · ').map(closed).join(' · ');
    item.description = closed(face.label) === face.label ? marked : `\u200e${marked}`;
  }
  if (node.kind === 'folder' || node.kind === 'asset') {
    item.resourceUri = assetUri(node.ref);
  }
  if (node.kind === 'failed') {
    item.tooltip = oneLine(look.explain(node.value));
  }
  const command = commandOf(node);
  if (command !== undefined) {
    item.command = command;
  }
  return item;
}

function collapsible(node: Node, { open }: Look): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case 'asset':
    case 'more':
    case 'failed':
      return vscode.TreeItemCollapsibleState.None;
    case 'related':
      return node.value.deleted ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
    case 'connection':
    case 'workspace':
    case 'runs':
      return open(node) ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    default:
      return vscode.TreeItemCollapsibleState.Collapsed;
  }
}

/** `<kind>;flag;flag`, which the menus of package.json ask for. */
function contextValue(node: Node, { offers, defaultConnection }: Look): string {
  const flags = (kind: Node['kind'], having: Readonly<Record<string, boolean>> = {}): string =>
    [kind, ...Object.keys(having).filter((flag) => having[flag])].join(';');
  const lineage = offers?.lineage !== undefined;
  const register = offers?.register !== undefined;
  const store = offers?.upkeep !== undefined;
  const web = offers?.webUrl !== undefined;
  switch (node.kind) {
    case 'connection':
      return flags('connection', {
        // To stop its server is to remove it.
        removable: node.value.removable && !node.value.started,
        started: node.value.started,
        server: node.value.kind !== 'local',
        store: node.value.kind === 'local',
        other: defaultConnection !== undefined && node.ref.connection !== defaultConnection,
        web,
      });
    case 'failed':
      return flags('failed', { signIn: isArtifactError(node.value, 'signInNeeded') });
    case 'related':
      if (node.value.deleted) {
        return 'deleted';
      }
      return flags('version', { label: offers?.label !== undefined, remove: offers?.remove !== undefined, lineage, store, web });
    case 'version':
      return flags('version', { label: offers?.label !== undefined, remove: offers?.remove !== undefined, lineage, store, web });
    case 'workspace':
    case 'artifact':
      return flags(node.kind, { store, web: web && node.kind === 'artifact' });
    case 'experiment':
      return flags('experiment', { edit: offers?.runEditing !== undefined, table: offers?.runTable !== undefined, web });
    case 'asset':
      return flags('asset', { bytes: node.value.link === undefined, remote: node.value.link !== undefined });
    case 'run':
      return flags('run', {
        model: node.value.kind === 'model',
        details: offers?.run !== undefined,
        metrics: offers !== undefined && hasMetrics(offers),
        files: offers?.runFiles === true,
        register,
        lineage,
        rename: offers?.runNaming !== undefined && node.value.kind !== 'model',
        edit: offers?.runEditing !== undefined && node.value.kind !== 'model',
        running: node.value.kind !== 'model' && node.value.status === 'running',
        web,
      });
    case 'folder':
      return flags('folder', { runFolder: isRunFiles(node.ref), register: register && isRunFiles(node.ref) });
    default:
      return flags(node.kind);
  }
}

function commandOf(node: Node): vscode.Command | undefined {
  switch (node.kind) {
    case 'asset':
      // VS Code opens `vscode.open` of a row as the Explorer does: one click previews and leaves the focus in the tree.
      return previewProblem(node.value) === undefined
        ? { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [assetUri(node.value)] }
        : { command: 'artifacts.openAsset', title: vscode.l10n.t('Open'), arguments: [node] };
    case 'more':
      return { command: 'artifacts.loadMore', title: vscode.l10n.t('Load More'), arguments: [node] };
    case 'failed':
      return isArtifactError(node.value, 'signInNeeded')
        ? { command: 'artifacts.signIn', title: vscode.l10n.t('Sign In'), arguments: [node] }
        : { command: 'artifacts.retry', title: vscode.l10n.t('Retry'), arguments: [node] };
    default:
      return undefined;
  }
}
