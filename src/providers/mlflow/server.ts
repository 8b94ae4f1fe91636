import type { Call, Log } from '../../model/call';
import { isArtifactError, notFound } from '../../model/errors';
import type { Headers, Http } from '../http';
import { Nothing, parse, ServerInfo, WorkspacesAnswer } from './calls/answers';
import { RegistryCalls } from './calls/registryCalls';
import { TrackingCalls } from './calls/trackingCalls';
import { createWire, type Wire } from './calls/wire';
import { type ArtifactFiles, createArtifactFiles, type RootOwner } from './files/artifactFiles';
import { noSuchWorkspace } from './serverErrors';

/** The one workspace of a server without workspaces. */
export const DEFAULT_WORKSPACE = 'default';

/** All that speaks to one workspace of a server. */
export interface Site {
  readonly workspace: string;
  /** Whether the server keeps workspaces apart. */
  readonly isOneOfMany: boolean;
  readonly registry: RegistryCalls;
  readonly tracking: TrackingCalls;
  files(owner: RootOwner): ArtifactFiles;
}

interface Abilities {
  readonly workspaces: boolean;
  /** As the server told it, nothing where it does not. */
  readonly info?: unknown;
}

const TELLS_NOTHING = ['notFound', 'unsupported', 'signInNeeded', 'forbidden'] as const;
/** What a header can say; no workspace has another name. */
const HEADER_VALUE = /^[\x21-\x7e]+$/u;
/** How long an answer is believed that a proxy may have given while its server was starting. */
const DOUBT_MS = 10_000;

/** One server: what it can do is asked once, its workspaces are spoken to one by one. */
export class MlflowServer {
  private abilities: Promise<Abilities> | undefined;
  /** When the server last told nothing of what it can do. */
  private doubted: number | undefined;
  private readonly sites = new Map<string, Promise<Site>>();
  /** As last listed. */
  private listed: ReadonlySet<string> = new Set();

  constructor(
    private readonly http: Http,
    private readonly log: Log,
    private readonly now = Date.now,
  ) {}

  /** Rejects with `unsupported` for any but `default` on a server that has one workspace. */
  async site(workspace: string, call?: Call): Promise<Site> {
    call?.signal?.throwIfAborted();
    await this.reconsider();
    const known = this.sites.get(workspace) ?? this.open(workspace);
    this.sites.set(workspace, known);
    try {
      return await known;
    } catch (error) {
      this.sites.delete(workspace);
      throw error;
    }
  }

  /** Whether the server knows the workspace. One that was listed is believed to be there until something is not found. */
  async has(workspace: string, call?: Call): Promise<boolean> {
    return this.listed.has(workspace) || (await this.workspaces(call)).includes(workspace);
  }

  async workspaces(call?: Call): Promise<readonly string[]> {
    if (!(await this.able()).workspaces) {
      return [DEFAULT_WORKSPACE];
    }
    const wire = createWire(this.http, async () => ({}));
    const { workspaces } = await wire.get('/api/3.0/mlflow/workspaces', {}, WorkspacesAnswer, { call, what: 'workspaces' });
    const names = workspaces.map(({ name }) => name);
    this.listed = new Set(names);
    return names;
  }

  async makeWorkspace(workspace: string, call?: Call): Promise<void> {
    if (!(await this.able()).workspaces) {
      throw noSuchWorkspace(workspace);
    }
    const wire = createWire(this.http, async () => ({}));
    try {
      await wire.set('POST', '/api/3.0/mlflow/workspaces', { name: workspace }, Nothing, { call, what: `workspace ${workspace}` });
    } catch (error) {
      // Somebody else made it meanwhile, or we did and the answer got lost.
      if (!isArtifactError(error, 'alreadyExists')) {
        throw error;
      }
    }
  }

  dispose(): void {
    this.http.dispose();
  }

  private async open(workspace: string): Promise<Site> {
    const { workspaces, info } = await this.able();
    if (!workspaces && workspace !== DEFAULT_WORKSPACE) {
      throw noSuchWorkspace(workspace);
    }
    if (!HEADER_VALUE.test(workspace)) {
      throw notFound(`workspace ${workspace}`);
    }
    // A server without workspaces answers the header with an error, even for `default`.
    const header: Headers = workspaces ? { 'X-MLFLOW-WORKSPACE': workspace } : {};
    const wire: Wire = createWire(this.doubting(), async () => header);
    const files = createArtifactFiles({ http: this.http, log: this.log, info, workspaceHeader: () => header, variables: process.env });
    return { workspace, isOneOfMany: workspaces, registry: new RegistryCalls(wire), tracking: new TrackingCalls(wire), files };
  }

  /** What is not found may be so because its workspace is gone: the next one who asks looks at the list again. */
  private doubting(): Http {
    return {
      ...this.http,
      json: async (method, path, request) => {
        try {
          return await this.http.json(method, path, request);
        } catch (error) {
          this.listed = isArtifactError(error, 'notFound') ? new Set() : this.listed;
          throw error;
        }
      },
    };
  }

  /** Asks a server again that told nothing, one for all who come meanwhile. */
  private async reconsider(): Promise<void> {
    if (this.doubted === undefined || this.now() - this.doubted < DOUBT_MS) {
      return;
    }
    this.doubted = this.now();
    const abilities = await this.ask();
    if (abilities.info !== undefined) {
      this.abilities = Promise.resolve(abilities);
      this.sites.clear();
    }
  }

  private async able(): Promise<Abilities> {
    await this.reconsider();
    this.abilities ??= this.ask();
    try {
      return await this.abilities;
    } catch (error) {
      this.abilities = undefined;
      throw error;
    }
  }

  private async ask(): Promise<Abilities> {
    try {
      const info = await this.http.json('GET', '/api/3.0/mlflow/server-info', { what: 'the server' });
      this.doubted = undefined;
      return { workspaces: parse(ServerInfo, info, 'the server').workspaces_enabled, info };
    } catch (error) {
      // Older than 3.9, something else that speaks like MLflow, or 2.x behind a login, which the next call will meet.
      if (TELLS_NOTHING.some((code) => isArtifactError(error, code))) {
        this.doubted = this.now();
        return { workspaces: false };
      }
      throw error;
    }
  }
}

