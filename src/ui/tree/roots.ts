import * as vscode from 'vscode';
import type { Provider } from '../../providers/provider';
import type { Branches } from './branches';
import { isEmpty } from './children';
import { connectionNode } from './connectionRow';
import type { ContextKeys } from '../contextKeys';
import type { ConnectionNode } from './nodes';
import type { Connections } from '../services';
import { EMBEDDED } from '../connectionSettings';

interface Environment {
  readonly connections: Connections;
  readonly contextKeys: ContextKeys;
  readonly branches: Branches;
  readonly provider: (connection: string) => Promise<Provider>;
  readonly filter: () => string;
}

/** The rows of the connections, or none where the welcome text says more. */
export class Roots {
  private nodes = new Map<string, ConnectionNode>();
  private empty = false;

  constructor(private readonly environment: Environment) {}

  /** Those of the last reading. */
  get all(): readonly ConnectionNode[] {
    return [...this.nodes.values()];
  }

  get(connection: string): ConnectionNode | undefined {
    return this.nodes.get(connection);
  }

  async read(): Promise<ConnectionNode[]> {
    const { connections, contextKeys, filter } = this.environment;
    this.nodes = new Map(connections.all.map((settings) => {
      const embedded = settings.name === EMBEDDED;
      const made = connectionNode(settings, embedded ? vscode.l10n.t('Local') : settings.name, { removable: !embedded, started: connections.isAttached(settings.name) }, filter());
      const known = this.nodes.get(settings.name);
      return [settings.name, known?.id === made.id ? Object.assign(known, made) : made];
    }));
    this.empty = await this.nothingLogged();
    contextKeys.set('artifacts.severalConnections', this.nodes.size > 1);
    contextKeys.set('artifacts.empty', this.empty);
    return this.empty ? [] : [...this.nodes.values()];
  }

  /** Whether rows and welcome text would now change places. */
  async turned(): Promise<boolean> {
    return await this.nothingLogged() !== this.empty;
  }

  clear(): void {
    this.nodes = new Map();
  }

  private async nothingLogged(): Promise<boolean> {
    const { branches, provider, filter } = this.environment;
    const [only, ...others] = this.nodes.values();
    if (only === undefined || others.length > 0 || filter() !== '') {
      return false;
    }
    try {
      const listing = await branches.open(only);
      return listing.failure === undefined && !listing.more && await isEmpty(listing.rows, await provider(only.ref.connection));
    } catch {
      // The branch itself says what is wrong.
      return false;
    }
  }
}
