import * as vscode from 'vscode';
import type { ArtifactVersion } from '../../model/artifact';
import type { JsonObject } from '../../model/json';
import { formatReference } from '../../model/reference';
import { labelVersion, type PlacedAlias, placedAliases } from '../../operations/labelVersion';
import type { LabelChange, Provider } from '../../providers/provider';
import { BACK, cancelled, type Prompts } from '../prompts';
import type { Services } from '../services';
import { metadataUri } from '../documents/uris';
import { walk } from '../steps';
import { AliasAnswers, MetadataAnswers, readAnswers, TagAnswers } from './answers';
import { onlyVersion, versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { editAliases, editTags } from './labelPicks';

export interface LabelResult {
  readonly reference: string;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
}

/** `artifacts.setAliases(reference, {aliases})`: these and no others stand on the version. */
export async function setAliases(services: Services, invocation: Invocation): Promise<LabelResult> {
  const answers = readAnswers(AliasAnswers, invocation.answers);
  const title = vscode.l10n.t('Edit Aliases');
  const { provider, version } = await target(services, invocation, title, answers.connection);
  const aliases = answers.aliases ?? await askAliases(invocation.prompts, title, provider, version);
  return apply(services, provider, version, { aliases });
}

/** `artifacts.setTags(reference, {tags})`. */
export async function setTags(services: Services, invocation: Invocation): Promise<LabelResult> {
  const answers = readAnswers(TagAnswers, invocation.answers);
  const title = vscode.l10n.t('Edit Tags');
  const { provider, version } = await target(services, invocation, title, answers.connection);
  let { tags } = answers;
  if (tags === undefined) {
    const chosen = await editTags(invocation.prompts, { title: `${title}: ${formatReference(version)}` }, version.tags, await otherTags(provider, version));
    tags = chosen === BACK ? [...version.tags] : [...chosen];
  }
  return apply(services, provider, version, { tags });
}

/** `artifacts.setMetadata(reference, {metadata})`; a person gets them as a document in an editor. */
export async function setMetadata(services: Services, invocation: Invocation): Promise<LabelResult> {
  const { connection, metadata } = readAnswers(MetadataAnswers, invocation.answers);
  const { provider, version } = await target(services, invocation, vscode.l10n.t('Edit Metadata'), connection);
  if (metadata === undefined) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(metadataUri(version)));
    return labelResult(version);
  }
  return apply(services, provider, version, { metadata });
}

async function target(services: Services, invocation: Invocation, title: string, connection: string | undefined): Promise<{ provider: Provider; version: ArtifactVersion }> {
  const ref = await versionOfCall(services, invocation, { title, connection, ofArtifact: 'latest' });
  const provider = await services.connections.get(ref.connection);
  return { provider, version: await provider.version(ref) };
}

/** Which ones, and a second look at those that leave another version. */
async function askAliases(prompts: Prompts, title: string, provider: Provider, version: ArtifactVersion): Promise<readonly string[]> {
  const frame = { title: `${title}: ${formatReference(version)}` };
  let aliases: readonly string[] = version.aliases;
  await walk([
    async () => {
      const chosen = await editAliases(prompts, frame, provider, version, aliases, version.version);
      if (chosen === BACK) {
        throw cancelled();
      }
      aliases = chosen;
    },
    async () => {
      const placed = await placedAliases(provider, version);
      const moving = placed.filter(({ alias, version: at }) => aliases.includes(alias) && at !== version.version);
      return moving.length === 0 ? undefined : confirmMove(prompts, frame.title, moving, version.version);
    },
  ]);
  return aliases;
}

async function confirmMove(prompts: Prompts, title: string, moving: readonly PlacedAlias[], to: string): Promise<unknown> {
  const [first] = moving;
  const question = moving.length === 1 && first !== undefined
    ? vscode.l10n.t('Move {0} from {1} to {2}?', first.alias, first.version, to)
    : vscode.l10n.t('Move {0} to {1}?', moving.map(({ alias, version }) => vscode.l10n.t('{0} from {1}', alias, version)).join(', '), to);
  return prompts.pick<'move'>({ title, placeholder: question, canGoBack: true }, (pick) => pick.show([
    { label: `$(arrow-right) ${vscode.l10n.t('Move')}`, description: question, value: 'move' },
  ]));
}

/** Tags that other versions of the artifact have are likely to be meant again. */
async function otherTags(provider: Provider, version: ArtifactVersion): Promise<readonly string[]> {
  const tags = new Set<string>();
  for await (const each of provider.versions(version)) {
    each.tags.forEach((tag) => tags.add(tag));
  }
  return [...tags];
}

async function apply(services: Services, provider: Provider, version: ArtifactVersion, change: LabelChange): Promise<LabelResult> {
  const labelled = await labelVersion(provider, onlyVersion(version), change);
  const { connection, workspace, artifact } = version;
  services.connections.changed({ connection, workspace, artifact });
  return labelResult(labelled);
}

function labelResult(version: ArtifactVersion): LabelResult {
  const { aliases, tags, metadata } = version;
  return { reference: formatReference(version), aliases, tags, metadata };
}
