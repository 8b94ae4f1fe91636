import type { AssetRef, RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { runOfFiles } from '../../model/runFiles';
import type { Provider } from '../provider';
import { COMET } from './key';
import type { SnippetFacts } from './snippet';

interface Place {
  readonly root: () => Promise<string>;
  readonly project: string;
}

/** What the lines about a version, an asset, a folder or an experiment have to know. */
export async function snippetFacts(of: VersionRef | AssetRef | RunRef, provider: Pick<Provider, 'artifact' | 'entry'>, { root, project }: Place, call?: Call): Promise<SnippetFacts> {
  const server = await root();
  const run = 'run' in of ? of : runOfFiles(of);
  const path = 'path' in of ? of.path : '';
  const [type, isFolder] = await Promise.all([
    run === undefined ? provider.artifact(of as VersionRef, call).then((artifact) => artifact.type) : '',
    path === '' ? false : provider.entry(of as AssetRef, call).then(({ kind }) => kind === 'folder'),
  ]);
  return {
    server: server === COMET ? undefined : server,
    workspace: of.workspace,
    project,
    of: run === undefined ? { artifact: (of as VersionRef).artifact, type, version: (of as VersionRef).version } : { experiment: run.run },
    path,
    isFolder,
  };
}
