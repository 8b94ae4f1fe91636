import { homedir } from 'node:os';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../../providers/registry';
import { addressOf } from '../servers';
import type { ConnectionNode, ConnectionValue } from './nodes';

/** Root row of a connection. Rows of a filtered tree have ids of their own, so that VS Code keeps what was open in each. */
export function connectionNode(settings: ConnectionSettings, label: string, origin: Pick<ConnectionValue, 'removable' | 'started'>, filter: string): ConnectionNode {
  const { name, kind } = settings;
  const place = kind === 'local' ? fromHome(settings.path) : addressOf(settings);
  const id = `${filter === '' ? '' : 'filtered '}connection:${JSON.stringify(name)}`;
  return { kind: 'connection', id, ref: { connection: name }, parent: undefined, value: { label, kind, place, facts: factsOf(settings), ...origin } };
}

function factsOf(settings: ConnectionSettings): readonly string[] {
  switch (settings.kind) {
    case 'local':
      return [];
    case 'mlflow': {
      const { username, workspace, experiment } = settings;
      return [
        ...(username === undefined ? [] : [vscode.l10n.t('signs in as {0}', username)]),
        ...(workspace === undefined ? [] : [vscode.l10n.t('workspace {0}', workspace)]),
        ...(experiment === undefined ? [] : [vscode.l10n.t('experiment {0}', experiment)]),
      ];
    }
    case 'comet': {
      const { workspace, project } = settings;
      return [
        ...(workspace === undefined ? [] : [vscode.l10n.t('workspace {0}', workspace)]),
        ...(project === undefined ? [] : [vscode.l10n.t('project {0}', project)]),
      ];
    }
    case 'matih': {
      const { tenant, experiment, readFrom } = settings;
      return [
        vscode.l10n.t('tenant {0}', tenant),
        ...(experiment === undefined ? [] : [vscode.l10n.t('experiment {0}', experiment)]),
        readFrom === undefined ? vscode.l10n.t('files are written, not read') : vscode.l10n.t('files are read from {0}', readFrom),
      ];
    }
  }
}

/** Shorter, and the same on the screenshot of whoever asks for help. */
const fromHome = (folder: string): string => (folder.startsWith(homedir() + sep) ? `~${folder.slice(homedir().length)}` : folder);
