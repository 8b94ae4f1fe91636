import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import { notFound } from '../../model/errors';
import { nameProblem } from '../../model/reference';
import type { ContextKeys } from '../contextKeys';
import { withoutLinks } from '../messages';
import type { Connections, MlflowServers, StartedServer } from '../services';
import type { MlflowFolder } from './mlflowFolder';
import type { ServerProcess } from './serverProcess';
import { startFailure } from './startFailure';

interface Environment {
  readonly connections: Connections;
  readonly contextKeys: ContextKeys;
}

interface Server extends StartedServer {
  readonly port: number;
  readonly place: MlflowFolder;
  readonly python: string;
  process: ServerProcess;
  /** It ended, and nobody had stopped it. */
  isDown: boolean;
  readonly connected: vscode.Disposable;
}

const PATIENCE_MS = 180_000;
const TAIL = 8000;

export function createMlflowServers(environment: Environment): MlflowServers & vscode.Disposable {
  return new ServersOfWindow(environment);
}

/** Servers that this window started; they end with it, whatever becomes of it. */
class ServersOfWindow implements MlflowServers, vscode.Disposable {
  private readonly servers = new Map<string, Server>();
  private readonly starting = new Map<string, Promise<Server>>();
  private channel: vscode.OutputChannel | undefined;
  private readonly list: vscode.Disposable;

  constructor(private readonly environment: Environment) {
    // A connection that is removed takes its server along.
    this.list = environment.connections.onDidChangeList(() => {
      for (const server of this.servers.values()) {
        if (!environment.connections.isAttached(server.connection)) {
          void this.end(server);
        }
      }
    });
  }

  get running(): readonly StartedServer[] {
    return [...this.servers.values()].map(({ connection, url, folder }) => ({ connection, url, folder }));
  }

  async start(place: MlflowFolder, signal: AbortSignal): Promise<StartedServer> {
    const { folder } = place;
    const known = [...this.servers.values()].find((each) => each.folder === folder);
    if (known?.isDown === false) {
      return told(known);
    }
    const starting = this.starting.get(folder) ?? (known === undefined ? this.launch(place, signal) : this.restart(known, signal));
    this.starting.set(folder, starting);
    try {
      return told(await starting);
    } finally {
      this.starting.delete(folder);
    }
  }

  async stop(connection: string): Promise<void> {
    const server = this.servers.get(connection);
    if (server === undefined) {
      throw notFound(vscode.l10n.t('a server for the connection “{0}”', connection));
    }
    await this.end(server);
  }

  dispose(): void {
    this.list.dispose();
    // They end by themselves: what leads each of them hears that the window is gone.
    for (const { process } of this.servers.values()) {
      void process.stop();
    }
    this.servers.clear();
    this.channel?.dispose();
  }

  private async launch(place: MlflowFolder, signal: AbortSignal): Promise<Server> {
    const { mlflowPython } = await import(/* webpackChunkName: "mlflowServer" */ './interpreter');
    const { freePort } = await import(/* webpackChunkName: "mlflowServer" */ './serverProcess');
    const python = await mlflowPython(place.folder, signal);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const process = await this.run({ place, port, python }, signal);
    const { connections } = this.environment;
    const connection = freeName(`${path.basename(place.folder)} (MLflow)`, (name) => connections.all.some((each) => each.name === name));
    const server: Server = { place, folder: place.folder, port, python, url, connection, process, isDown: false, connected: connections.attach({ kind: 'mlflow', name: connection, url }) };
    this.servers.set(connection, server);
    this.watch(server, process);
    this.tell();
    return server;
  }

  /** On the same port: the connection stays what it is. */
  private async restart(server: Server, signal: AbortSignal): Promise<Server> {
    server.process = await this.run(server, signal);
    server.isDown = false;
    this.watch(server, server.process);
    this.environment.connections.changed({ connection: server.connection });
    return server;
  }

  /** A server that answers. One that was not awaited leaves nothing behind. */
  private async run({ place, port, python }: Pick<Server, 'place' | 'port' | 'python'>, signal: AbortSignal): Promise<ServerProcess> {
    const { answers, startServer } = await import(/* webpackChunkName: "mlflowServer" */ './serverProcess');
    signal.throwIfAborted();
    const channel = this.channel ??= vscode.window.createOutputChannel('MLflow Server');
    let said = '';
    channel.appendLine(vscode.l10n.t('Starting MLflow for {0} on port {1} with {2}', place.folder, port, python));
    const process = startServer({
      ...place, python, port,
      onOutput: (text) => {
        said = `${said}${text}`.slice(-TAIL);
        channel.append(text);
      },
    });
    const gone = new AbortController();
    void process.ended.then(() => gone.abort());
    try {
      for (const end = Date.now() + PATIENCE_MS; !await answers(port);) {
        signal.throwIfAborted();
        if (gone.signal.aborted || Date.now() > end) {
          throw startFailure(said, place, python);
        }
        await after(100, undefined, { signal });
      }
      signal.throwIfAborted();
      return process;
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  private watch(server: Server, process: ServerProcess): void {
    void process.ended.then(() => {
      // Who stops a server takes it out first.
      if (this.servers.get(server.connection) === server && server.process === process) {
        server.isDown = true;
        this.environment.connections.changed({ connection: server.connection });
        void this.tellCrash(server);
      }
    });
  }

  private async tellCrash({ folder }: Server): Promise<void> {
    const [restart, log] = [vscode.l10n.t('Restart'), vscode.l10n.t('Show Log')];
    const chosen = await vscode.window.showErrorMessage(withoutLinks(vscode.l10n.t('The MLflow server for {0} has ended.', path.basename(folder))), restart, log);
    if (chosen === restart) {
      await vscode.commands.executeCommand('artifacts.startMlflowServer', vscode.Uri.file(folder));
    } else if (chosen === log) {
      this.channel?.show(true);
    }
  }

  private async end(server: Server): Promise<void> {
    if (this.servers.delete(server.connection)) {
      this.tell();
      server.connected.dispose();
      await server.process.stop();
    }
  }

  private tell(): void {
    this.environment.contextKeys.set('artifacts.mlflowServer', this.servers.size > 0);
  }
}

const told = ({ connection, url, folder }: StartedServer): StartedServer => ({ connection, url, folder });

/** A name for a connection that no other has. */
function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const base = nameProblem(wanted) === undefined ? wanted : 'MLflow';
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base} ${count}`;
    if (!isTaken(name)) {
      return name;
    }
  }
}
