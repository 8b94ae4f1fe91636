import { homedir } from 'node:os';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../../providers/registry';
import type { ConnectionNode, ConnectionValue } from './nodes';

/** Root row of a connection. Rows of a filtered tree have ids of their own, so that VS Code keeps what was open in each. */
export function connectionNode(settings: ConnectionSettings, label: string, origin: Pick<ConnectionValue, 'removable' | 'started'>, filter: string): ConnectionNode {
  const { name, kind } = settings;
  const place = kind === 'local' ? fromHome(settings.path) : settings.url;
  const id = `${filter === '' ? '' : 'filtered '}connection:${JSON.stringify(name)}`;
  return { kind: 'connection', id, ref: { connection: name }, parent: undefined, value: { label, kind, place, facts: factsOf(settings), ...origin } };
}

function factsOf(settings: ConnectionSettings): readonly string[] {
  if (settings.kind === 'local') {
    return [];
  }
  const { username, workspace, experiment } = settings;
  return [
    ...(username === undefined ? [] : [vscode.l10n.t('signs in as {0}', username)]),
    ...(workspace === undefined ? [] : [vscode.l10n.t('workspace {0}', workspace)]),
    ...(experiment === undefined ? [] : [vscode.l10n.t('experiment {0}', experiment)]),
  ];
}

/** Shorter, and the same on the screenshot of whoever asks for help. */
const fromHome = (folder: string): string => (folder.startsWith(homedir() + sep) ? `~${folder.slice(homedir().length)}` : folder);
