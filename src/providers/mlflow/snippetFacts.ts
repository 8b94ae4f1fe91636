import type { AssetRef, RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { runOfFiles } from '../../model/runFiles';
import { Catalog } from './catalog';
import { isModelId } from './places';
import type { Reading } from './reading';
import { DEFAULT_WORKSPACE, type MlflowServer } from './server';
import type { SnippetFacts } from './snippet';

interface Environment {
  readonly url: string;
  readonly server: Pick<MlflowServer, 'site'>;
  readonly reading: Pick<Reading, 'open'>;
}

/** Looks up under which names MLflow itself knows a version, a run, or a file of one. */
export async function snippetFacts({ url, server, reading }: Environment, of: VersionRef | AssetRef | RunRef, call?: Call): Promise<SnippetFacts> {
  const path = 'path' in of ? of.path : '';
  // Clients that know no workspaces are in the default one.
  const where = { trackingUri: url, ...of.workspace === DEFAULT_WORKSPACE ? undefined : { workspace: of.workspace } };
  const run = 'run' in of ? of : runOfFiles(of);
  if (run !== undefined) {
    return { ...where, of: isModelId(run.run) ? { loggedModel: run.run } : { run: run.run }, path };
  }
  const ref = of as VersionRef;
  const { view, version } = await new Catalog(await server.site(ref.workspace, call)).version(ref, call);
  const byAlias = ref.version !== version.number && view.model.aliases.some(({ alias }) => alias === ref.version);
  return {
    ...where,
    of: { model: view.model.name, version: Number(version.entry.version), ...byAlias ? { alias: ref.version } : undefined },
    path: path === '' ? '' : await storedPath(reading, { ...ref, path }, call),
  };
}

/** Names that not every server passes on are stored under others. */
async function storedPath(reading: Environment['reading'], ref: AssetRef, call?: Call): Promise<string> {
  const assets = await (await reading.open(ref, call)).contents.assets(call);
  const file = assets.find(({ path }) => path === ref.path)?.file;
  const below = assets.find(({ path }) => path.startsWith(`${ref.path}/`))?.file;
  return file ?? below?.split('/').slice(0, ref.path.split('/').length).join('/') ?? ref.path;
}
