import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MlflowServer } from './mlflowServer';

type Fields = Readonly<Record<string, unknown>>;
export type Files = Readonly<Record<string, string>>;

export interface OtherRun {
  readonly name: string;
  readonly files?: Files;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values by step, of each metric; written from the last to the first. */
  readonly metrics?: Readonly<Record<string, readonly number[]>>;
}

/** Another client of an MLflow, which asks it by bare requests, and puts files where the server says that they lie. */
export class OtherClient {
  constructor(private readonly server: Pick<MlflowServer, 'url' | 'environment' | 'database'>) {}

  async experiment(name: string): Promise<string> {
    return (await this.ask<{ readonly experiment_id: string }>('POST', 'experiments/create', { name })).experiment_id;
  }

  /** Id of a run that has ended. */
  async run(experiment: string, { name, files = {}, parameters = {}, metrics = {} }: OtherRun): Promise<string> {
    const { run } = await this.ask<{ readonly run: { readonly info: { readonly run_id: string; readonly artifact_uri: string } } }>('POST', 'runs/create', { experiment_id: experiment, run_name: name, start_time: Date.now() });
    const { run_id: id, artifact_uri: root } = run.info;
    const points = Object.entries(metrics).flatMap(([key, values]) => values.map((value, step) => ({ key, value, step, timestamp: 1_000 + step })));
    await this.ask('POST', 'runs/log-batch', { run_id: id, params: Object.entries(parameters).map(([key, value]) => ({ key, value })), metrics: points.reverse() });
    await this.put(root, files);
    await this.end(id);
    return id;
  }

  /** Writes files of a run, those included that are there. */
  async write(run: string, files: Files): Promise<void> {
    await this.put(await this.end(run), files);
  }

  /** Id of a logged model that a run made; nothing where the server has none. */
  async model(experiment: string, run: string, name: string, files: Files): Promise<string | undefined> {
    const answer = await this.send('POST', 'logged-models', { experiment_id: experiment, name, source_run_id: run, params: [{ key: 'depth', value: '3' }], tags: [{ key: 'mlflow.note.content', value: 'Their best' }] });
    if (answer.status === 404) {
      return undefined;
    }
    const { model } = await answer.json() as { readonly model: { readonly info: { readonly model_id: string; readonly artifact_uri: string } } };
    const { model_id: id, artifact_uri: root } = model.info;
    await this.put(root, files);
    await this.ask('PATCH', `logged-models/${id}`, { model_id: id, status: 'LOGGED_MODEL_READY' });
    return id;
  }

  /** Answers the root of its files. */
  private async end(run: string): Promise<string> {
    const { run_info: info } = await this.ask<{ readonly run_info: { readonly artifact_uri: string } }>('POST', 'runs/update', { run_id: run, status: 'FINISHED', end_time: Date.now() });
    return info.artifact_uri;
  }

  private async put(root: string, files: Files): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const [, scheme = '', below = ''] = /^(mlflow-artifacts|s3):\/+(.*)$/u.exec(root) ?? [];
      if (scheme === '') {
        const file = path.resolve(path.dirname(this.server.database), root.startsWith('file:') ? fileURLToPath(root) : root, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
      } else {
        const base = scheme === 's3' ? this.server.environment['MLFLOW_S3_ENDPOINT_URL'] ?? '' : `${this.server.url}/api/2.0/mlflow-artifacts/artifacts`;
        await checked(fetch(`${base}/${below}/${name}`, { method: 'PUT', body: content, headers: scheme === 's3' ? SOMEBODY : this.signIn() }));
      }
    }
  }

  async ask<T>(method: string, route: string, body: Fields): Promise<T> {
    return await (await checked(this.send(method, route, body))).json() as T;
  }

  private send(method: string, route: string, body: Fields): Promise<Response> {
    return fetch(`${this.server.url}/api/2.0/mlflow/${route}`, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...this.signIn() } });
  }

  private signIn(): Readonly<Record<string, string>> {
    const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password = '' } = this.server.environment;
    return user === undefined ? {} : { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  }
}

/** moto looks at no signature, and lets only somebody who has one write over an object. */
const SOMEBODY = { Authorization: 'AWS4-HMAC-SHA256 Credential=other/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none' };

async function checked(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (!answer.ok) {
    throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  }
  return answer;
}
