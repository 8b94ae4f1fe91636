import * as path from 'node:path';
import type { ArtifactVersion } from '../../src/model/artifact';
import type { Call, Log } from '../../src/model/call';
import { type CometSettings, type MatihSettings, type MlflowSettings, openProvider, type Patience } from '../../src/providers/registry';
import type { AssetSource, Provider, RemoteAsset, VersionDraft, VersionWriter } from '../../src/providers/provider';
import type { Comet } from './comet/comet';
import type { Matih } from './matih/matih';
import type { MlflowServer } from './mlflowServer';

/** What tests run in the place of dist/worker.js. */
export const workerFile = path.join(__dirname, '../../src/store/worker.js');

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A provider on the store in `folder`, which need not exist yet. */
export const localProvider = (folder: string, name = 'local', worker = workerFile): Promise<Provider> =>
  openProvider({ kind: 'local', name, path: folder }, { workerFile: worker, defaultWorkspace: 'ada', log: silentLog });

/** A provider on an MLflow server, as whoever its environment signs in. */
export function mlflowProvider({ url, environment }: Pick<MlflowServer, 'url' | 'environment'>, settings: Partial<MlflowSettings> = {}): Promise<Provider> {
  const username = environment['MLFLOW_TRACKING_USERNAME'];
  return openProvider(
    { kind: 'mlflow', name: 'mlflow', url, username, ...settings },
    { workerFile, log: silentLog, secret: async () => environment['MLFLOW_TRACKING_PASSWORD'] },
  );
}

/** A provider on a double of Comet, with its key. */
export const cometProvider = ({ url, apiKey }: Pick<Comet, 'url' | 'apiKey'>, settings: Partial<CometSettings> = {}, log: Log = silentLog, patience?: Patience): Promise<Provider> =>
  openProvider({ kind: 'comet', name: 'comet', url, ...settings }, { workerFile, log, secret: async () => apiKey, patience });

/** A provider on a double of MATIH, read through its object store. */
export const matihProvider = ({ url, tenant, token, readFrom }: Pick<Matih, 'url' | 'tenant' | 'token' | 'readFrom'>, settings: Partial<MatihSettings> = {}, log: Log = silentLog): Promise<Provider> =>
  openProvider({ kind: 'matih', name: 'matih', url, tenant, readFrom: readFrom.s3, ...settings }, { workerFile, log, secret: async () => token });

export const draftOf = (provider: Provider, draft: Partial<VersionDraft> = {}): VersionDraft => ({
  connection: provider.connection,
  workspace: 'ada',
  artifact: 'churn',
  type: 'dataset',
  version: 'major',
  ...draft,
});

/** An asset out of text or bytes, in pieces of `piece` bytes. */
export function source(logical: string, content: string | Uint8Array, options: { readonly piece?: number; readonly metadata?: AssetSource['metadata'] } = {}): AssetSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { piece = 65_536, metadata } = options;
  return {
    path: logical,
    size: bytes.length,
    metadata,
    async *open(start = 0) {
      for (let position = start; position < bytes.length; position += piece) {
        yield bytes.slice(position, position + piece);
      }
    },
  };
}

export interface Contents {
  readonly draft?: Partial<VersionDraft>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly sources?: readonly AssetSource[];
  readonly links?: readonly RemoteAsset[];
}

/** Logs a version and returns it. */
export async function logVersion(provider: Provider, { draft, files = {}, sources = [], links = [] }: Contents = {}, call?: Call): Promise<ArtifactVersion> {
  return writing(provider, draft, async (writer) => {
    await writer.put([...Object.entries(files).map(([name, content]) => source(name, content)), ...sources], call);
    await writer.link(links, call);
    return writer.commit(call);
  });
}

/** Runs `work` with a writer that is abandoned at the end. */
export async function writing<T>(provider: Provider, draft: Partial<VersionDraft> | undefined, work: (writer: VersionWriter) => Promise<T>): Promise<T> {
  const writer = await provider.begin(draftOf(provider, draft));
  try {
    return await work(writer);
  } finally {
    await writer.abandon();
  }
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) {
    list.push(item);
  }
  return list;
}

export const bytesOf = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => Buffer.concat(await all(chunks));

export const textOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => (await bytesOf(chunks)).toString('utf8');
