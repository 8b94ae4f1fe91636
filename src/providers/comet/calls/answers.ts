import * as v from 'valibot';
import { serverFault } from '../../../model/errors';

/* What Comet answers, as far as public clients read it; only few fields are promised, every other one may be missing. */

const Text = v.optional(v.nullable(v.string()));
const Texts = v.nullish(v.array(v.string()), []);
const Time = v.pipe(v.nullish(v.union([v.number(), v.string()]), 0), v.transform(Number), v.finite());
const Bytes = v.pipe(v.nullish(v.union([v.number(), v.string()]), 0), v.transform(Number), v.safeInteger(), v.minValue(0));

export const AccountAnswer = v.object({ userName: v.string(), defaultWorkspaceName: Text });
export const WorkspacesAnswer = v.object({ workspaceNames: v.array(v.string()) });

const Project = v.object({ projectId: Text, projectName: v.string(), lastUpdated: Time });
export type Project = v.InferOutput<typeof Project>;
export const ProjectsAnswer = v.object({ projects: v.array(Project) });

export const ExperimentInfo = v.object({
  experimentKey: v.string(),
  experimentName: Text,
  userName: Text,
  projectName: Text,
  workspaceName: Text,
  startTimeMillis: Time,
  endTimeMillis: Time,
  running: v.optional(v.nullable(v.boolean())),
  hasCrashed: v.optional(v.nullable(v.boolean())),
});
export type ExperimentInfo = v.InferOutput<typeof ExperimentInfo>;
export const ExperimentsAnswer = v.object({ experiments: v.array(ExperimentInfo) });
export const ExperimentMade = v.object({ experimentKey: v.string(), name: Text, link: Text });

export const ArtifactNames = v.object({ artifacts: v.array(v.object({ name: v.string() })) });

/** What is told of a version, wherever that is. */
const versionFields = {
  artifactVersionId: v.string(),
  /** JSON text. */
  metadata: Text,
  sizeInBytes: Bytes,
  /** OPEN, CLOSED or ERROR; nothing on old versions. */
  state: Text,
  added: Time,
  alias: Texts,
  tags: Texts,
};

export const VersionRow = v.object({ ...versionFields, version: v.string() });
export type VersionRow = v.InferOutput<typeof VersionRow>;

export const ArtifactAnswer = v.object({
  artifactId: v.string(),
  name: v.string(),
  type: v.optional(v.nullable(v.string())),
  description: Text,
  tags: Texts,
  versions: v.nullish(v.array(VersionRow), []),
});
export type ArtifactAnswer = v.InferOutput<typeof ArtifactAnswer>;

export const VersionDetails = v.object({
  ...versionFields,
  artifactVersion: v.string(),
  /** The experiment that made it. */
  experimentKey: Text,
});
export type VersionDetails = v.InferOutput<typeof VersionDetails>;

export const AssetRow = v.object({
  assetId: v.string(),
  fileName: v.string(),
  fileSize: Bytes,
  link: Text,
  /** Missing on older servers, where a link alone tells. */
  remote: v.optional(v.nullable(v.boolean())),
  metadata: v.optional(v.unknown()),
});
export type AssetRow = v.InferOutput<typeof AssetRow>;
export const FilesAnswer = v.object({ files: v.array(AssetRow) });
export const AssetsAnswer = v.object({ assets: v.array(AssetRow) });

export const Upserted = v.object({ artifactId: v.string(), artifactVersionId: v.string(), currentVersion: v.string() });

export type Schema<T> = v.GenericSchema<unknown, T>;

/** The answer in its shape, or `serverFault` where it has another. */
export function parse<T>(schema: Schema<T>, answer: unknown, what: string): T {
  const result = v.safeParse(schema, answer);
  if (!result.success) {
    throw serverFault(`the answer about ${what} does not look like Comet's (${v.getDotPath(result.issues[0]) ?? 'the whole of it'})`);
  }
  return result.output;
}
