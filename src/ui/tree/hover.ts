import * as vscode from 'vscode';
import { LATEST, type ArtifactVersion, type Run, type RunDetails, type RunRef, type VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isAbort } from '../../model/errors';
import { formatAge, formatBytes, formatDuration, formatFigure } from '../../model/format';
import { gitFacts } from '../../model/gitFacts';
import type { JsonObject, JsonValue } from '../../model/json';
import { formatArtifact, formatReference } from '../../model/reference';
import { ProducerNames } from '../../operations/producerNames';
import type { Provider } from '../../providers/provider';
import { shortened } from '../../model/line';
import { escapeMarkdown } from '../foreignText';
import type { Node } from './nodes';

/** Commands that a card may link to. */
const LINKED = ['artifacts.showDetails', 'artifacts.downloadVersion', 'artifacts.copyReference'];

const METADATA_ROWS = 6;
const MOST_LABELS = 12;
const MOST_LINES = 4;

/** The card of a row, made when somebody looks. Nothing for rows that say it all themselves. */
export async function hover(node: Node, provider: (connection: string) => Promise<Provider>, call: Call): Promise<vscode.MarkdownString | undefined> {
  switch (node.kind) {
    case 'connection':
      return card(node.value.label, [node.value.place, ...node.value.facts].map((fact) => escapeMarkdown(shortened(fact, 300))));
    case 'artifact': {
      const { type, description, tags, serverTags = {} } = node.value;
      const reference = formatArtifact(node.ref);
      return card(reference, [label(type), prose(description), tagged(tags), ...metadataRows(serverTags)]);
    }
    case 'version':
      return versionCard(await named(node.value, await provider(node.ref.connection), call));
    case 'related':
      return node.value.deleted ? undefined : versionCard(await (await provider(node.ref.connection)).version(node.ref, call));
    case 'asset': {
      const { path, type, size, link, sha256, metadata } = node.value;
      const facts = link === undefined ? `${label(type)} · ${escapeMarkdown(formatBytes(size, vscode.env.language))}` : `$(link) ${escapeMarkdown(shortened(link, 300))}`;
      return card(path, [facts, sha256 && `SHA-256 ${escapeMarkdown(sha256)}`, ...metadataRows(metadata ?? {})]);
    }
    case 'run': {
      const offers = await provider(node.ref.connection);
      return runCard(node.value, offers, await details(node.ref, offers, call));
    }
    case 'experiment': {
      const { name, description, location } = node.value;
      const place = location === undefined ? undefined : `$(folder) ${escapeMarkdown(shortened(location, 300))}`;
      return (description ?? place) === undefined ? undefined : card(name, [prose(description), place]);
    }
    case 'workspace':
    case 'folder':
    case 'runs':
    case 'models':
    case 'nested':
    case 'more':
    case 'failed':
      return undefined;
  }
}

function versionCard(version: ArtifactVersion): vscode.MarkdownString {
  const { type, description, isLatest, aliases, tags, metadata, serverTags, serverName, producer, created } = version;
  const commit = commitOf(metadata);
  return card(formatReference(version), [
    [type, ...(isLatest ? [LATEST] : []), ...aliases.slice(0, MOST_LABELS)].map(label).join(' · '),
    prose(description),
    tagged(tags),
    `$(history) ${escapeMarkdown(when(created))}`,
    serverName && `$(server) ${escapeMarkdown(shortened(serverName, 200))}`,
    producer && `$(run-all) ${label(producer.name)}`,
    commit && `$(git-commit) ${label(commit)}`,
    ...metadataRows({ ...serverTags, ...metadata }),
  ], links({ connection: version.connection, workspace: version.workspace, artifact: version.artifact, version: version.version }));
}

async function named(version: ArtifactVersion, offers: Provider, call: Call): Promise<ArtifactVersion> {
  const names = new ProducerNames(offers);
  await names.learn([version], call);
  return { ...version, producer: names.of(version) };
}

/** What a list of runs does not tell; without it the card has what the row knows. */
async function details(ref: RunRef, offers: Provider, call: Call): Promise<RunDetails | undefined> {
  try {
    return await offers.run?.(ref, call);
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return undefined;
  }
}

function runCard({ connection, workspace, run, name, kind, status, started, ended }: Run, offers: Provider, { description, metrics = [] }: Partial<RunDetails> = {}): vscode.MarkdownString {
  const isModel = kind === 'model';
  const state = isModel ? vscode.l10n.t('logged model') : { running: vscode.l10n.t('running'), finished: vscode.l10n.t('finished'), failed: vscode.l10n.t('failed') }[status];
  const took = isModel || ended === undefined ? undefined : vscode.l10n.t('took {0}', formatDuration(ended - started, vscode.env.language));
  return card(name, [
    [state, took].filter((part) => part !== undefined).map(escapeMarkdown).join(' · '),
    `$(history) ${escapeMarkdown(when(started))}`,
    prose(description),
    ...metadataRows(Object.fromEntries(metrics.map((metric) => [metric.name, formatFigure(metric.value, vscode.env.language)]))),
  ], links({ connection, workspace, run }, { details: offers.run !== undefined, download: offers.runFiles === true }));
}

/** `rows`: markdown, one line each. */
function card(title: string, rows: readonly (string | undefined)[], footer?: string): vscode.MarkdownString {
  const lines = [`**${escapeMarkdown(shortened(title, 200))}**`, ...rows.filter((row) => row !== undefined && row !== '')];
  const markdown = new vscode.MarkdownString([lines.join('  \n'), ...(footer === undefined ? [] : ['---', footer])].join('\n\n'), true);
  markdown.isTrusted = { enabledCommands: LINKED };
  return markdown;
}

function links(ref: VersionRef | RunRef, { details, download } = { details: true, download: true }): string {
  // A bracket would end the link, a star begin something bold.
  const argument = encodeURIComponent(JSON.stringify([ref])).replace(/[!'()*~]/gu, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const link = (icon: string, label: string, command: string): string => `[$(${icon}) ${label}](command:${command}?${argument})`;
  return [
    ...(details ? [link('open-preview', vscode.l10n.t('Details'), 'artifacts.showDetails')] : []),
    ...(download ? [link('cloud-download', vscode.l10n.t('Download…'), 'artifacts.downloadVersion')] : []),
    link('copy', vscode.l10n.t('Copy Reference'), 'artifacts.copyReference'),
  ].join(' &nbsp; ');
}

/** Its first lines; the details page has all of it. */
function prose(text: string | undefined): string | undefined {
  const lines = text?.split('\n').map((line) => line.trim()).filter((line) => line !== '') ?? [];
  const shown = lines.slice(0, MOST_LINES).map((line) => escapeMarkdown(shortened(line, 200)));
  return (lines.length > shown.length ? [...shown, '…'] : shown).join('  \n');
}

const tagged = (tags: readonly string[]): string | undefined =>
  tags.length === 0 ? undefined : `$(bookmark) ${tags.slice(0, MOST_LABELS).map(label).join(', ')}`;

/** One word or name among others. */
const label = (text: string): string => escapeMarkdown(shortened(text, 60));

function metadataRows(metadata: JsonObject): string[] {
  // Git has a line of its own.
  const rows = Object.entries(metadata).filter(([key]) => key !== 'git');
  const shown = rows.slice(0, METADATA_ROWS).map(([key, value]) => `${escapeMarkdown(shortened(key, 40))}: ${escapeMarkdown(shortened(brief(value), 80))}`);
  return rows.length > shown.length ? [...shown, '…'] : shown;
}

function brief(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `3f2c1ab main (dirty)`, where the version was logged from a repository. */
function commitOf(metadata: JsonObject): string | undefined {
  const git = gitFacts(metadata);
  return git && [git.commit.slice(0, 7), git.branch, git.dirty ? vscode.l10n.t('(dirty)') : undefined].filter((part) => part !== undefined).join(' ');
}

function when(time: number): string {
  const full = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
  return `${formatAge(time, Date.now(), vscode.env.language)} (${full})`;
}
