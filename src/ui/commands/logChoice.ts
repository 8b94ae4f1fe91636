import type { ArtifactRef, WorkspaceRef } from '../../model/artifact';
import type { JsonObject } from '../../model/json';
import type { Bump, VersionChoice } from '../../model/version';
import type { Provider } from '../../providers/provider';
import type { Services } from '../services';
import type { LogAnswers } from './answers';
import type { Cargo } from './cargo';
import type { Memory } from './memory';

/** What the steps of *Log as Artifact…* fill in. */
export interface LogChoice {
  provider: Provider;
  workspace: string;
  artifact: string | undefined;
  /** Said by the user, or the type that the artifact has; the guess from the files otherwise. */
  type: string | undefined;
  version: VersionChoice | undefined;
  aliases: readonly string[];
  tags: readonly string[];
  metadata: JsonObject;
  exclude: readonly string[];
  readonly ignoreFile: string | undefined;
  /** As `Cargo.inPlace` says. */
  readonly inPlace: boolean;
  /** Which number is offered first. */
  readonly usualBump: Bump;
  /** The version that the files came from, to compare with and to update. */
  readonly origin: { readonly artifact: ArtifactRef; readonly version: string } | undefined;
}

export interface Beginning {
  /** Where the command was called: a row of the tree. */
  readonly at?: { readonly connection: string; readonly workspace?: string | undefined; readonly artifact?: string | undefined } | undefined;
  readonly exclude: readonly string[];
  readonly ignoreFile: string | undefined;
  readonly usualBump?: Bump | undefined;
}

/** Answers first, then the place of the call, then what is remembered of these files, then the last workspace, then the default one. */
export async function beginChoice(services: Services, memory: Memory, cargo: Cargo, answers: LogAnswers, isAsked: boolean, beginning: Beginning): Promise<LogChoice> {
  const { at } = beginning;
  const [place] = cargo.places;
  const origin = isAsked && cargo.places.length === 1 && place !== undefined ? memory.versionIn(place) : undefined;
  const remembered = isAsked ? origin ?? memory.artifactOf(cargo.places) : undefined;
  const connections = services.connections.all.map((each) => each.name);
  const known = remembered !== undefined && connections.includes(remembered.connection) ? remembered : undefined;
  const provider = await services.connections.get(answers.connection ?? at?.connection ?? known?.connection);
  const fromMemory = known?.connection === provider.connection ? known.workspace : isAsked ? memory.workspaceOn(provider.connection) : undefined;
  const workspace = answers.workspace ?? at?.workspace ?? fromMemory ?? (await provider.whoAmI()).defaultWorkspace;
  return {
    provider,
    workspace,
    artifact: answers.artifact ?? at?.artifact,
    type: answers.type,
    version: answers.version,
    aliases: answers.aliases ?? [],
    tags: answers.tags ?? [],
    metadata: answers.metadata ?? {},
    exclude: answers.exclude ?? beginning.exclude,
    ignoreFile: beginning.ignoreFile,
    inPlace: cargo.inPlace === true,
    usualBump: beginning.usualBump ?? (origin === undefined ? 'major' : 'minor'),
    origin: origin && { artifact: origin, version: origin.version },
  };
}

export const workspaceRef = ({ provider, workspace }: LogChoice): WorkspaceRef => ({ connection: provider.connection, workspace });

export function artifactRef(choice: LogChoice): ArtifactRef | undefined {
  return choice.artifact === undefined ? undefined : { ...workspaceRef(choice), artifact: choice.artifact };
}

/** The version to compare with, where the files came from one of this artifact. */
export function baseOf(choice: LogChoice): string | undefined {
  const { origin } = choice;
  return origin !== undefined && origin.artifact.artifact === choice.artifact && origin.artifact.workspace === choice.workspace
    && origin.artifact.connection === choice.provider.connection ? origin.version : undefined;
}
