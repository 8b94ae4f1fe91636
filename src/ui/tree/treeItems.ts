import * as vscode from 'vscode';
import type { Producer } from '../../model/artifact';
import { LATEST } from '../../model/artifact';
import { artifactIcon, assetIcon } from '../../model/assetType';
import { isArtifactError } from '../../model/errors';
import { formatAge, formatBytes, formatCount } from '../../model/format';
import { isRunFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import { KINDS } from '../commands/connectionKinds';
import { oneLine, shortened } from '../foreignText';
import { briefOf } from '../messages';
import type { AssetNode, ConnectionNode, Node, RelatedNode, RunNode, RunsNode, VersionNode, WorkspaceNode } from './nodes';
import { previewProblem } from '../documents/previewProblem';
import { assetUri } from '../documents/uris';
import { shortAddress } from '../serverAddress';

/** What a row's look depends on beside the row. */
export interface Look {
  readonly now: number;
  readonly language: string;
  /** The provider of the row's connection, once it is open: what it leaves out is not offered. */
  readonly offers: Provider | undefined;
  readonly activeRun: Producer | undefined;
  /** Name of the connection that commands mean when none is named, where there are several. */
  readonly defaultConnection: string | undefined;
  /** Whether a row stands open until somebody closes it. */
  readonly open: (node: ConnectionNode | WorkspaceNode | RunsNode) => boolean;
  explain(error: unknown): string;
}

/** What a row shows: label, description, icon, and the words for who cannot see the icon. */
interface Face {
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon: vscode.ThemeIcon;
  /** Read out after the label, instead of the description. */
  readonly spoken: readonly (string | undefined)[];
}

export function treeItem(node: Node, look: Look): vscode.TreeItem {
  const face = faceOf(node, look);
  const item = new vscode.TreeItem(oneLine(face.label), collapsible(node, look));
  item.id = node.id;
  item.iconPath = face.icon;
  item.contextValue = contextValue(node, look);
  item.accessibilityInformation = { label: [face.label, ...face.spoken].filter((part) => part !== undefined && part !== '').map((part) => oneLine(part ?? '')).join(', ') };
  if (face.description !== undefined) {
    item.description = oneLine(face.description);
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

/** `Latest, staging · 12 files · 48.2 MB · 2h ago`: the part of a row that grows old. */
export function versionDescription({ value }: VersionNode, { now, language }: Pick<Look, 'now' | 'language'>): string {
  return parts(names(value.isLatest, value.aliases), ...extent(value, language), formatAge(value.created, now, language));
}

function faceOf(node: Node, look: Look): Face {
  const { language } = look;
  switch (node.kind) {
    case 'connection':
      return connectionFace(node, look);
    case 'workspace': {
      const { artifacts } = node.value;
      const description = artifacts === undefined ? undefined : count(artifacts, vscode.l10n.t('1 artifact'), (number) => vscode.l10n.t('{0} artifacts', number), language);
      return { label: node.ref.workspace, description, icon: new vscode.ThemeIcon('folder-library'), spoken: [vscode.l10n.t('workspace'), description] };
    }
    case 'artifact': {
      const { type, latest, versions } = node.value;
      const many = versions === undefined ? undefined : count(versions, vscode.l10n.t('1 version'), (number) => vscode.l10n.t('{0} versions', number), language);
      const description = parts(latest, type, many);
      return { label: node.ref.artifact, description, icon: new vscode.ThemeIcon(artifactIcon(type)), spoken: [vscode.l10n.t('artifact'), latest, type, many] };
    }
    case 'version':
      return versionFace(node, look);
    case 'related':
      return relatedFace(node);
    case 'folder': {
      const { assets, bytes } = node.value;
      const description = parts(assets === undefined ? undefined : files(assets, language), bytes === undefined ? undefined : formatBytes(bytes, language));
      return { label: nameOf(node.ref.path), description, icon: vscode.ThemeIcon.Folder, spoken: [vscode.l10n.t('folder'), description] };
    }
    case 'asset':
      return assetFace(node, look);
    case 'runs': {
      const active = look.activeRun?.workspace === node.ref.workspace ? vscode.l10n.t('active: {0}', look.activeRun.name) : undefined;
      return { label: vscode.l10n.t('Runs'), description: active, icon: new vscode.ThemeIcon('run-all'), spoken: [active] };
    }
    case 'experiment':
      return { label: node.value.name, icon: new vscode.ThemeIcon('beaker'), spoken: [vscode.l10n.t('experiment')] };
    case 'models':
      return { label: vscode.l10n.t('Logged Models'), icon: new vscode.ThemeIcon(artifactIcon('model')), spoken: [] };
    case 'run':
      return node.value.kind === 'model' ? modelFace(node, look) : runFace(node, look);
    case 'more': {
      const description = vscode.l10n.t('{0} shown', formatCount(node.value, language));
      return { label: vscode.l10n.t('Load More'), description, icon: new vscode.ThemeIcon('ellipsis'), spoken: [description] };
    }
    case 'failed': {
      const description = isArtifactError(node.value, 'signInNeeded') ? vscode.l10n.t('Sign In') : vscode.l10n.t('Retry');
      const sentence = look.explain(node.value);
      const label = briefOf(node.value);
      const icon = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      return { label: label ?? sentence, description, icon, spoken: [label && sentence, description] };
    }
  }
}

function connectionFace({ ref, value: { label, kind, place, removable } }: ConnectionNode, { defaultConnection }: Look): Face {
  const isDefault = ref.connection === defaultConnection ? vscode.l10n.t('default') : undefined;
  const address = removable ? shortened(kind === 'local' ? place : shortAddress(place), 60) : undefined;
  return {
    label,
    description: parts(isDefault, address) || undefined,
    icon: new vscode.ThemeIcon(removable ? KINDS[kind].icon : 'device-desktop'),
    spoken: [vscode.l10n.t('connection'), isDefault, address],
  };
}

function versionFace(node: VersionNode, look: Look): Face {
  const { value } = node;
  const { now, language } = look;
  return {
    label: node.ref.version,
    description: versionDescription(node, look),
    icon: new vscode.ThemeIcon('tag'),
    spoken: [
      vscode.l10n.t('version of {0}', node.ref.artifact), names(value.isLatest, value.aliases),
      ...extent(value, language), formatAge(value.created, now, language),
    ],
  };
}

function relatedFace({ ref, value }: RelatedNode): Face {
  const relation = value.relation === 'produced' ? vscode.l10n.t('produced') : vscode.l10n.t('used');
  const description = parts(relation, value.deleted ? vscode.l10n.t('deleted') : value.type, names(false, value.aliases));
  return {
    label: `${ref.artifact} ${ref.version}`,
    description,
    icon: new vscode.ThemeIcon(artifactIcon(value.type)),
    spoken: [description],
  };
}

function assetFace({ ref, value }: AssetNode, { language }: Look): Face {
  if (value.link !== undefined) {
    return { label: nameOf(ref.path), description: `↗ ${shortened(value.link, 200)}`, icon: new vscode.ThemeIcon('link'), spoken: [vscode.l10n.t('remote asset'), value.link] };
  }
  const size = formatBytes(value.size, language);
  // File icon themes know what editors open; weights and tables are what they have no picture for.
  const icon = ['model', 'onnx', 'data'].includes(value.type) ? new vscode.ThemeIcon(assetIcon(value.type)) : vscode.ThemeIcon.File;
  return { label: nameOf(ref.path), description: size, icon, spoken: [size] };
}

function runFace({ ref, value }: RunNode, { now, language, activeRun }: Look): Face {
  const active = activeRun?.workspace === ref.workspace && activeRun.run === ref.run ? vscode.l10n.t('active') : undefined;
  const [icon, status] = {
    running: ['play-circle', vscode.l10n.t('running')] as const,
    finished: ['pass', vscode.l10n.t('finished')] as const,
    failed: ['error', vscode.l10n.t('failed')] as const,
  }[value.status];
  const age = formatAge(value.started, now, language);
  return { label: value.name, description: parts(active ?? (value.status === 'finished' ? undefined : status), age), icon: new vscode.ThemeIcon(icon), spoken: [vscode.l10n.t('run'), active, status, age] };
}

function modelFace({ value }: RunNode, { now, language }: Look): Face {
  const age = formatAge(value.started, now, language);
  return { label: value.name, description: age, icon: new vscode.ThemeIcon(artifactIcon('model')), spoken: [vscode.l10n.t('logged model'), age] };
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
  switch (node.kind) {
    case 'connection':
      return flags('connection', {
        // To stop its server is to remove it.
        removable: node.value.removable && !node.value.started,
        started: node.value.started,
        server: node.value.kind !== 'local',
        other: defaultConnection !== undefined && node.ref.connection !== defaultConnection,
      });
    case 'failed':
      return flags('failed', { signIn: isArtifactError(node.value, 'signInNeeded') });
    case 'related':
      if (node.value.deleted) {
        return 'deleted';
      }
      return flags('version', { label: offers?.label !== undefined, remove: offers?.remove !== undefined, lineage });
    case 'version':
      return flags('version', { label: offers?.label !== undefined, remove: offers?.remove !== undefined, lineage });
    case 'asset':
      return flags('asset', { bytes: node.value.link === undefined, remote: node.value.link !== undefined });
    case 'run':
      return flags('run', {
        model: node.value.kind === 'model',
        details: offers?.run !== undefined,
        files: offers?.runFiles === true,
        register,
        lineage,
        running: node.value.kind !== 'model' && node.value.status === 'running',
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

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const parts = (...all: readonly (string | undefined)[]): string => all.filter((part) => part !== undefined && part !== '').join(' · ');

const names = (latest: boolean, aliases: readonly string[]): string => [...(latest ? [LATEST] : []), ...aliases].join(', ');

/** `12 files`, `48.2 MB`: what is known of it. */
const extent = ({ assets, bytes }: { readonly assets?: number | undefined; readonly bytes?: number | undefined }, language: string): readonly string[] => [
  ...(assets === undefined ? [] : [files(assets, language)]),
  ...(bytes === undefined ? [] : [formatBytes(bytes, language)]),
];

const files = (number: number, language: string): string => count(number, vscode.l10n.t('1 file'), (many) => vscode.l10n.t('{0} files', many), language);

const count = (number: number, one: string, many: (number: string) => string, language: string): string => (number === 1 ? one : many(formatCount(number, language)));
