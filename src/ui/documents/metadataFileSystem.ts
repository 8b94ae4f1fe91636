import * as vscode from 'vscode';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import { readMetadata } from './metadataText';
import { runFacts } from './runText';
import { type TextEnvironment, TextFileSystem, type TextKind } from './textFileSystem';
import { versionOf } from './uris';

const noEdit = (): string => vscode.l10n.t('Metadata cannot be edited here.');

const METADATA: TextKind<VersionRef> = {
  refOf: versionOf,
  async read(provider, ref) {
    const { metadata, created } = await factsOf(provider, ref);
    return { value: JSON.stringify(metadata), text: `${JSON.stringify(metadata, undefined, 2)}\n`, created };
  },
  canEdit: (provider, ref) => provider.label !== undefined && runOfFiles(ref) === undefined,
  async write(provider, ref, text) {
    const read = readMetadata(text);
    if (read.kind === 'problem') {
      throw invalid(read.sentence);
    }
    if (provider.label === undefined) {
      throw unsupported(noEdit());
    }
    return JSON.stringify((await provider.label(ref, { metadata: read.metadata })).metadata);
  },
  changeOf: ({ connection, workspace, artifact }) => ({ connection, workspace, artifact }),
  noEdit,
  onlyText: () => vscode.l10n.t('The metadata of a version is edited as text.'),
};

/** For `artifact-metadata:`, through which the metadata of a version is a JSON document that can be edited and saved, and what is told of a run one to read. */
export const createMetadataFileSystem = (environment: TextEnvironment): vscode.FileSystemProvider & vscode.Disposable => new TextFileSystem(METADATA, environment);

/** Of a run, all that is told of it. */
async function factsOf(provider: Provider, ref: VersionRef): Promise<Pick<ArtifactVersion, 'metadata' | 'created'>> {
  const run = runOfFiles(ref);
  const details = run && await provider.run?.(run);
  return details === undefined ? await provider.version(ref) : { metadata: runFacts(details), created: details.started };
}
