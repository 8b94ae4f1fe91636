import * as fs from 'node:fs';
import * as path from 'node:path';

/*
 * What a store says beside its versions, in sentences, read by src/store/README.md alone. Names of tests need no decoding.
 */

interface Line {
  readonly relation: 'produced' | 'consumed';
  readonly version: string;
  readonly run: { readonly run: string };
}

/** Of `ada/churn` and of all runs. What cannot be read says nothing. */
export function said(root: string): ReadonlySet<string> {
  const artifact = path.join(root, 'workspaces', 'ada', 'churn');
  const runs = new Map(records<{ run: string; name: string; status: string }>(path.join(root, 'runs')).map((run) => [run.run, run]));
  return new Set([
    ...records<{ alias: string; version: string }>(path.join(artifact, 'aliases')).map(({ alias, version }) => `${alias} stands on ${version}`),
    ...records<{ version: string; tags: string[] }>(path.join(artifact, 'labels')).map(({ version, tags }) => `${version} is tagged ${tags.join()}`),
    ...Array.from(runs.values(), ({ name, status }) => `${name} is ${status}`),
    ...texts(path.join(root, 'lineage')).flatMap((text) => text.split('\n').slice(0, -1)).flatMap((line) => parsed<Line>(line))
      .map(({ relation, version, run }) => `${runs.get(run.run)?.name ?? run.run} ${relation} ${version}`),
  ]);
}

const records = <T>(folder: string): T[] => texts(folder).flatMap((text) => parsed<T>(text));

const texts = (folder: string): string[] =>
  fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')) : [];

function parsed<T>(text: string): T[] {
  try {
    return [JSON.parse(text) as T];
  } catch {
    return [];
  }
}
