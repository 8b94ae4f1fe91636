import * as v from 'valibot';

const Text = v.nullish(v.string());
const Figure = v.nullish(v.union([v.string(), v.number()]));
const Whole = v.pipe(v.nullish(v.union([v.number(), v.string()]), 0), v.transform((value) => (Number.isFinite(Number(value)) ? Number(value) : 0)));
const Words = v.pipe(v.nullish(v.union([v.string(), v.number(), v.boolean()]), ''), v.transform(String));

/** The last value of a metric, of a parameter or of another word that an experiment has. */
const Summary = v.object({ name: v.string(), valueCurrent: Words, timestampCurrent: Whole, stepCurrent: Whole });
export type Summary = v.InferOutput<typeof Summary>;
export const SummariesAnswer = v.object({ values: v.nullish(v.array(Summary), []) });

const Point = v.object({ metricValue: Figure, timestamp: Whole, step: Whole });
export type Point = v.InferOutput<typeof Point>;
export const PointsAnswer = v.object({ metrics: v.nullish(v.array(Point), []) });

export const TagsAnswer = v.object({ tags: v.nullish(v.array(v.string()), []) });

/** A version that an experiment made or used, as far as servers tell of it. */
export interface LineageRow {
  readonly workspace?: string | undefined;
  readonly artifact: string;
  readonly version: string;
  readonly type?: string | undefined;
  readonly state?: string | null | undefined;
  readonly aliases: readonly string[];
}

const Aliases = v.nullish(v.array(v.string()), []);
const artifactWords = { artifactName: Text, name: Text, artifactType: Text, type: Text, workspaceName: Text, workspace: Text };
const versionWords = { artifactVersion: Text, version: Text, state: Text, alias: Aliases };
const Row = v.object({
  ...artifactWords,
  ...versionWords,
  artifact: v.optional(v.nullable(v.object(artifactWords))),
  versions: v.optional(v.nullable(v.array(v.object(versionWords)))),
});
type Row = v.InferOutput<typeof Row>;

/** What it is made of is written nowhere: rows of versions with their artifact, or artifacts with some of their versions, are both taken. */
export const LineageAnswer = v.object({ artifacts: v.nullish(v.array(Row), []) });

/** Rows that name no artifact or no version are left out. */
export const lineageRows = ({ artifacts }: v.InferOutput<typeof LineageAnswer>): readonly LineageRow[] =>
  artifacts.flatMap((row) => (row.versions ?? [row]).flatMap((version) => lineageRow(row, version) ?? []));

function lineageRow(row: Row, { artifactVersion, version, state, alias }: v.InferOutput<v.ObjectSchema<typeof versionWords, undefined>>): LineageRow | undefined {
  const words = row.artifact ?? row;
  const artifact = words.artifactName ?? words.name ?? undefined;
  const number = artifactVersion ?? version ?? undefined;
  return artifact === undefined || number === undefined ? undefined : {
    workspace: words.workspaceName ?? words.workspace ?? undefined,
    artifact, version: number, type: words.artifactType ?? words.type ?? undefined, state, aliases: alias,
  };
}
