import * as v from 'valibot';
import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import type { JsonObject, JsonValue } from '../../model/json';
import { nameProblem } from '../../model/reference';
import { isBump, isVersionNumber } from '../../model/version';
import { profileOf, type ProfileSettings } from '../../providers/matih/profile';
import { serverAddress } from '../serverAddress';
import { keyProblem, readFromProblem, secretProblem, tenantProblem, usernameProblem, writtenAddressProblem } from './serverProblems';

/*
 * Answers are checked like any input: a misspelt one is told, not ignored. Each schema is what README promises about a command.
 */

/** Reads the answers, or throws `invalid` with a sentence that names the one that is wrong. Absent answers are no answers. */
export function readAnswers<T extends v.GenericSchema>(schema: T, answers: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, answers ?? {});
  if (result.success) {
    return result.output;
  }
  const issue = result.issues[0];
  const key = v.getDotPath(issue);
  throw invalid(key === null ? issue.message : `“${key}”: ${issue.message}`);
}

const checked = (problem: (text: string) => string | undefined) => v.pipe(v.string(), v.rawCheck(({ dataset, addIssue }) => {
  const message = dataset.typed ? problem(dataset.value) : undefined;
  if (message !== undefined) {
    addIssue({ message });
  }
}));

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
const name = checked(nameProblem);

const versionChoice = v.pipe(v.string(), v.check(
  (value) => isBump(value) || isVersionNumber(value),
  'Write major, minor, patch, or a number such as 2.1.0.',
));

const isUri = (value: unknown): boolean => fileUri(value) !== undefined;
const uri = v.pipe(
  v.custom<unknown>(isUri, 'A file Uri, an absolute path, or a path that begins with “./” is expected.'),
  v.transform((value) => fileUri(value) ?? vscode.Uri.file('/')),
);

export const jsonObject = v.custom<JsonObject>((value) => isJsonObject(value), 'A JSON object is expected.');

const connection = { connection: v.optional(text) };
const labels = { aliases: v.optional(texts), tags: v.optional(texts), metadata: v.optional(jsonObject) };
const destination = { ...connection, workspace: v.optional(name), artifact: v.optional(name), type: v.optional(checked(nameProblem)), version: v.optional(versionChoice), ...labels };
const confirm = { confirm: v.optional(v.boolean()) };
const conflicts = v.optional(v.picklist(['fail', 'keep', 'overwrite']));

export const LogAnswers = v.strictObject({ ...destination, exclude: v.optional(texts), ...confirm });
export type LogAnswers = v.InferOutput<typeof LogAnswers>;

export const SelectionAnswers = v.strictObject({ ...destination, path: v.optional(text), text: v.optional(v.string()), ...confirm });
export const RemoteAnswers = v.strictObject({ ...destination, uri: v.optional(text), path: v.optional(text), expand: v.optional(v.boolean()), ...confirm });
export const UpdateAnswers = v.strictObject({
  ...connection, version: v.optional(versionChoice), ...labels, files: v.optional(v.array(uri)), remove: v.optional(texts), exclude: v.optional(texts), ...confirm,
});
export const DownloadAnswers = v.strictObject({ ...connection, to: v.optional(uri), conflicts, paths: v.optional(texts) });
export const DownloadAssetAnswers = v.strictObject({ ...connection, to: v.optional(uri), conflicts, path: v.optional(text) });
export const RegisterAnswers = v.strictObject({
  ...connection, path: v.optional(v.string()), artifact: v.optional(name), type: v.optional(name), version: v.optional(versionChoice), ...labels, ...confirm,
});
export const SnippetAnswers = v.strictObject({ ...connection, what: v.optional(v.picklist(['load', 'log'])), insert: v.optional(v.boolean()) });
export const CopyAnswers = v.strictObject({
  ...connection, to: v.optional(text), workspace: v.optional(name), artifact: v.optional(name), version: v.optional(versionChoice), aliases: v.optional(v.boolean()), ...confirm,
});
export type CopyAnswers = v.InferOutput<typeof CopyAnswers>;
export const AliasAnswers = v.strictObject({ ...connection, aliases: v.optional(texts) });
export const TagAnswers = v.strictObject({ ...connection, tags: v.optional(texts) });
export const MetadataAnswers = v.strictObject({ ...connection, metadata: v.optional(jsonObject) });
export const DeleteAnswers = v.strictObject({ ...connection, ...confirm });
export const DetailsAnswers = v.strictObject({ ...connection, tab: v.optional(v.picklist(['overview', 'parameters', 'metrics', 'assets', 'lineage', 'versions'])) });
export const OpenAssetAnswers = v.strictObject({ ...connection, path: v.optional(text) });
export const ReferenceAnswers = v.strictObject(connection);
export const CompareAnswers = v.strictObject({ ...connection, with: v.optional(text) });
export const ListArtifactsAnswers = v.strictObject({ ...connection, workspace: v.optional(text) });
const secret = { username: v.optional(checked(usernameProblem)), secret: v.optional(text) };
const url = v.pipe(checked(writtenAddressProblem), v.transform((value) => {
  const address = serverAddress(value);
  return 'problem' in address ? value : address.url;
}));
const profile = v.pipe(jsonObject, v.rawTransform(({ dataset, addIssue, NEVER }): ProfileSettings => {
  try {
    profileOf(dataset.value);
    return dataset.value;
  } catch (error) {
    addIssue({ message: error instanceof Error ? error.message : String(error) });
    return NEVER;
  }
}));
export const ConnectionAnswers = v.variant('kind', [
  v.strictObject({ kind: v.optional(v.literal('local')), name: v.optional(name), path: v.optional(text) }),
  v.strictObject({ kind: v.literal('mlflow'), name: v.optional(name), url: v.optional(url), ...secret, workspace: v.optional(text), experiment: v.optional(text), ...confirm }),
  v.strictObject({ kind: v.literal('comet'), name: v.optional(name), url: v.optional(url), secret: v.optional(checked(keyProblem)), workspace: v.optional(text), project: v.optional(text), ...confirm }),
  v.strictObject({
    kind: v.literal('matih'), name: v.optional(name), url: v.optional(url), tenant: v.optional(checked(tenantProblem)), secret: v.optional(checked((token) => secretProblem(token, true))),
    readFrom: v.optional(checked(readFromProblem)), experiment: v.optional(text), profile: v.optional(profile), ...confirm,
  }),
], 'Write local, mlflow, comet or matih.');
export type ConnectionAnswers = v.InferOutput<typeof ConnectionAnswers>;
export const SignInAnswers = v.strictObject({ ...secret, ...confirm });
export type SignInAnswers = v.InferOutput<typeof SignInAnswers>;
export const RunAnswers = v.strictObject({ ...connection, workspace: v.optional(name), name: v.optional(name) });
export const RunTableAnswers = v.strictObject({ ...connection, workspace: v.optional(name) });
export const RenameAnswers = v.strictObject({ ...connection, name: v.optional(text) });
export const DescriptionAnswers = v.strictObject({ ...connection, description: v.optional(v.string()) });
export const RunTagAnswers = v.strictObject({ ...connection, tags: v.optional(v.record(v.string(), v.string())), remove: v.optional(texts) });
export const StoreAnswers = v.strictObject(connection);
export const FreeAnswers = v.strictObject({ ...connection, ...confirm });
export const ExportSchema = v.strictObject({ ...connection, versions: v.optional(texts), artifacts: v.optional(texts), file: v.optional(uri), overwrite: v.optional(v.boolean()) });
export type ExportAnswers = v.InferOutput<typeof ExportSchema>;
export const ImportSchema = v.strictObject({ ...connection, file: v.optional(uri), ...confirm });
export const NoAnswers = v.strictObject({});
export const SampleAnswers = v.strictObject({ to: v.optional(uri) });

/** A Uri, one that crossed as JSON, a `file:` address, an absolute path, or `./…` below the first folder of the workspace. */
export function fileUri(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) {
    return value;
  }
  if (typeof value === 'string') {
    return uriOfText(value);
  }
  if (typeof value === 'object' && value !== null && 'scheme' in value && 'path' in value && typeof value.scheme === 'string' && typeof value.path === 'string') {
    const { scheme, path } = value;
    const authority = 'authority' in value && typeof value.authority === 'string' ? value.authority : '';
    return vscode.Uri.from({ scheme, authority, path });
  }
  return undefined;
}

function uriOfText(text: string): vscode.Uri | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//iu.test(text)) {
    return vscode.Uri.parse(text);
  }
  // Without the dot it would be a reference: `ada/churn` is both.
  if (/^\.(?:\/|$)/u.test(text)) {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    return folder && vscode.Uri.joinPath(folder, text);
  }
  return /^(?:\/|\\\\|[a-z]:[/\\])/iu.test(text) ? vscode.Uri.file(text) : undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value) && Object.values(value).every(isJson);
}

function isJson(value: unknown): value is JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isJson) : isJsonObject(value));
    default:
      return false;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
