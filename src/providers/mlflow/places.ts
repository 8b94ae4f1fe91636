import type { Call } from '../../model/call';
import { unsupported } from '../../model/errors';
import type { ArtifactFiles } from './files/artifactFiles';
import type { NumberedVersion } from './mapping/modelView';
import { modelStatus, runStatus } from './mapping/rows';
import type { Site } from './server';

/** A folder below an artifact root. */
export interface Place {
  readonly files: ArtifactFiles;
  /** The empty path is the root itself. */
  readonly folder: string;
  /** The run or the logged model that it belongs to. */
  readonly holder: string;
  /** Whether that goes on. */
  readonly isGrowing: boolean;
  /** Another one after it went on. */
  readonly stage: string;
}

/** Ids of logged models begin like this, those of runs are 32 hexadecimal digits. */
export const isModelId = (id: string): boolean => /^m-[\w-]+$/u.test(id);

/** The root of a run's files, or of a logged model's. */
export async function rootOf(site: Site, id: string, call?: Call): Promise<Place & { readonly artifactUri: string; readonly tags: Readonly<Record<string, string>> }> {
  if (isModelId(id)) {
    const { artifact_uri: artifactUri, status, last_updated_timestamp_ms: updated } = (await site.tracking.loggedModel(id, call)).info;
    return { files: site.files({ kind: 'model', id, artifactUri }), folder: '', artifactUri, holder: id, isGrowing: modelStatus(status) === 'running', stage: `${status} ${updated}`, tags: {} };
  }
  const { info: { artifact_uri: artifactUri, status, end_time: ended = 0 }, data: { tags } } = await site.tracking.run(id, call);
  return { files: site.files({ kind: 'run', id, artifactUri }), folder: '', artifactUri, holder: id, isGrowing: runStatus(status) === 'running', stage: `${status} ${ended}`, tags };
}

/** Where the files of a model version lie, whoever registered it: inside the run or the logged model that it names. */
export async function placeOfVersion(site: Site, { entry }: NumberedVersion, call?: Call): Promise<Place> {
  const source = entry.source.startsWith('models:/') ? await modelSource(site, entry, call) : entry.source;
  const [, scheme, id, below] = /^(runs|models):\/+([^/]+)\/?(.*)$/u.exec(source) ?? [];
  if (id !== undefined && (scheme === 'runs' || isModelId(id))) {
    return { ...await rootOf(site, id, call), folder: folderOf(below ?? '') };
  }
  for (const holder of [entry.run_id, entry.model_id]) {
    if (holder !== '') {
      const root = await rootOf(site, holder, call);
      const folder = insideOf(root.artifactUri, source);
      if (folder !== undefined) {
        return { ...root, folder };
      }
    }
  }
  const model = /\/models\/(m-[\w-]+)\/artifacts(?:\/(.*))?$/u.exec(source);
  if (model?.[1] !== undefined) {
    return { ...await rootOf(site, model[1], call), folder: folderOf(model[2] ?? '') };
  }
  throw unsupported(`The files lie at ${source}, outside of the run that is named with them: they cannot be listed through this server.`);
}

/** `models:/m-<id>` names a logged model; `models:/name/1` another version, which the server resolves. */
async function modelSource(site: Site, { name, version, source }: NumberedVersion['entry'], call?: Call): Promise<string> {
  return isModelId(source.replace(/^models:\/+/u, '').split('/')[0] ?? '') ? source : await site.registry.downloadUri(name, version, call);
}

/** What of `uri` is below `root`; nothing where it is elsewhere. */
function insideOf(root: string, uri: string): string | undefined {
  const base = plain(root);
  const inner = plain(uri);
  return inner === base ? '' : inner.startsWith(`${base}/`) ? folderOf(inner.slice(base.length + 1)) : undefined;
}

/** One spelling: `mlflow-artifacts://host/0/…` is the same as `mlflow-artifacts:/0/…`, and `file:///x` the same as `/x`. */
const plain = (uri: string): string => uri.replace(/^mlflow-artifacts:\/+(?:[^/]*:\d+\/)?/u, 'mlflow-artifacts:/').replace(/^file:\/\//u, '').replace(/\/+$/u, '');

const folderOf = (path: string): string => path.split('/').filter((segment) => segment !== '' && segment !== '.').join('/');
