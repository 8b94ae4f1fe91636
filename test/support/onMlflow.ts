import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { ArtifactVersion, VersionRef } from '../../src/model/artifact';
import type { Provider } from '../../src/providers/provider';
import type { MlflowServer } from './mlflowServer';
import { type Contents, logVersion } from './providers';

type Fields = Readonly<Record<string, unknown>>;
export interface StoredVersion {
  readonly source: string;
  readonly run_id: string;
  readonly tags: readonly Fields[];
}

/** What tests do on an MLflow, with our provider and as another client would. */
export class OnMlflow {
  constructor(
    readonly server: () => MlflowServer,
    readonly provider: () => Provider,
  ) {}

  fresh(): string {
    return `trap-${randomUUID().slice(0, 8)}`;
  }

  at(artifact: string, version = 'Latest'): VersionRef {
    return { connection: this.provider().connection, workspace: 'default', artifact, version };
  }

  log(artifact: string, { draft, ...contents }: Contents = { files: { 'a.txt': 'a' } }): Promise<ArtifactVersion> {
    return logVersion(this.provider(), { ...contents, draft: { workspace: 'default', artifact, ...draft } });
  }

  /** As another client would, without our provider. */
  async ask<T = Fields>(method: string, path: string, body?: Fields): Promise<T> {
    const query = method === 'GET' && body !== undefined ? `?${new URLSearchParams(body as Record<string, string>).toString()}` : '';
    const answer = await fetch(`${this.server().url}/api/2.0/mlflow/${path}${query}`, {
      method, ...(method === 'GET' ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
    return await answer.json() as T;
  }

  async entryOf(artifact: string, version = '1'): Promise<StoredVersion> {
    return (await this.ask<{ readonly model_version: StoredVersion }>('GET', 'model-versions/get', { name: artifact, version })).model_version;
  }

  async rootOf(run: string): Promise<string> {
    return (await this.ask<{ readonly run: { readonly info: { readonly artifact_uri: string } } }>('GET', 'runs/get', { run_id: run })).run.info.artifact_uri;
  }

  /** Id of a run that goes on. */
  async foreignRun(): Promise<string> {
    const { run } = await this.ask<{ readonly run: { readonly info: { readonly run_id: string } } }>('POST', 'runs/create', { experiment_id: '0', start_time: Date.now() });
    return run.info.run_id;
  }

  async deleteRun(run: string): Promise<void> {
    await this.ask('POST', 'runs/delete', { run_id: run });
  }

  /** What `mlflow gc` leaves of a run that was deleted, for less than the seconds that it takes. */
  async collect(run: string): Promise<void> {
    const { python, database } = this.server();
    const tables = ['tags', 'params', 'metrics', 'latest_metrics', 'runs'];
    await promisify(execFile)(python, ['-c', `
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=20) as database:
    for table in sys.argv[3:]:
        database.execute(f"DELETE FROM {table} WHERE run_uuid = ?", (sys.argv[2],))
`, database, run, ...tables]);
  }

  async store(run: string, path: string, body: string): Promise<void> {
    await this.stored(run, path, { method: 'PUT', body });
  }

  async deleteStored(run: string, path: string): Promise<void> {
    await this.stored(run, path, { method: 'DELETE' });
  }

  private async stored(run: string, path: string, request: RequestInit): Promise<void> {
    const root = (await this.rootOf(run)).replace('mlflow-artifacts:/', '');
    assert.ok((await fetch(`${this.server().url}/api/2.0/mlflow-artifacts/artifacts/${root}/${path}`, request)).ok);
  }
}
