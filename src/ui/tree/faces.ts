import * as vscode from 'vscode';
import type { Producer } from '../../model/artifact';
import { LATEST } from '../../model/artifact';
import { artifactIcon, assetIcon } from '../../model/assetType';
import { isArtifactError } from '../../model/errors';
import { formatAge, formatBytes, formatCount } from '../../model/format';
import type { Provider } from '../../providers/provider';
import { KINDS } from '../commands/connectionKinds';
import { shortened } from '../../model/line';
import { briefOf } from '../messages';
import type { AssetNode, ConnectionNode, Node, RelatedNode, RunNode, RunsNode, VersionNode, WorkspaceNode } from './nodes';
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
export interface Face {
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon: vscode.ThemeIcon;
  /** Read out after the label, instead of the description. */
  readonly spoken: readonly (string | undefined)[];
}

/** `Latest, staging · 12 files · 48.2 MB · 2h ago`: the part of a row that grows old. */
function versionDescription({ value }: VersionNode, { now, language }: Pick<Look, 'now' | 'language'>): string {
  return parts(names(value.isLatest, value.aliases), ...extent(value, language), formatAge(value.created, now, language));
}

/** What a row shows of what it stands for. */
export function faceOf(node: Node, look: Look): Face {
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
    case 'nested':
      return { label: node.ref.parent === undefined ? vscode.l10n.t('All Nested Runs') : vscode.l10n.t('Nested Runs'), icon: new vscode.ThemeIcon('run-all'), spoken: [] };
    case 'run':
      return node.value.kind === 'model' ? modelFace(node, look) : runFace(node, look);
    case 'more': {
      const description = vscode.l10n.t('{0} shown', formatCount(node.value, language));
      return { label: vscode.l10n.t('Load More'), description, icon: new vscode.ThemeIcon('ellipsis'), spoken: [description] };
    }
    case 'failed': {
      const description = isArtifactError(node.value, 'signInNeeded') ? vscode.l10n.t('Sign In') : vscode.l10n.t('Retry');
      const icon = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      return { label: briefOf(node.value), description, icon, spoken: [look.explain(node.value), description] };
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
  // As in VS Code's own list of tests: what failed is found among many at a glance.
  const colour = value.status === 'failed' ? new vscode.ThemeColor('testing.iconFailed') : undefined;
  return { label: value.name, description: parts(active ?? (value.status === 'finished' ? undefined : status), age), icon: new vscode.ThemeIcon(icon, colour), spoken: [vscode.l10n.t('run'), active, status, age] };
}

function modelFace({ value }: RunNode, { now, language }: Look): Face {
  const age = formatAge(value.started, now, language);
  return { label: value.name, description: age, icon: new vscode.ThemeIcon(artifactIcon('model')), spoken: [vscode.l10n.t('logged model'), age] };
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
