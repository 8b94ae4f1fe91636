import { type Fields, rowsOf, textOf } from './mlflowDoubleQueries';

/** Characters that a server on PostgreSQL takes, the strictest there is. */
const MOST = { runName: 250, newRunTag: 8_000, modelName: 256, source: 500, registryTag: 5_000, datasetName: 500, digest: 36, inputTag: 500, tagKey: 250 };
/** What `set-tag` keeps of a run's tag: it cuts the rest off, and says nothing of it. */
const KEPT_OF_RUN_TAG = 8_000;

/** Which field of a call is too long, if any: such a call is refused. */
export function tooLong(call: string, given: Fields): string | undefined {
  const fields = call.endsWith(' runs/log-inputs') ? inputFields(given) : call.includes(' runs/') ? runFields(given) : registryFields(given);
  return fields.find(([, value, most]) => value.length > most)?.[0];
}

export const cutRunTag = (value: string): string => value.slice(0, KEPT_OF_RUN_TAG);

type Field = readonly [name: string, value: string, most: number];

const tagFields = (tags: unknown, most: number): Field[] => rowsOf(tags).flatMap(([key, value]): Field[] => [['tag key', key, MOST.tagKey], [`tag ${key}`, value, most]]);

const runFields = (given: Fields): Field[] => [['run_name', textOf(given['run_name']), MOST.runName], ['key', textOf(given['key']), MOST.tagKey], ...tagFields(given['tags'], MOST.newRunTag)];

const registryFields = (given: Fields): Field[] => [
  ['name', textOf(given['name']), MOST.modelName], ['source', textOf(given['source']), MOST.source], ['key', textOf(given['key']), MOST.tagKey], ['value', textOf(given['value']), MOST.registryTag],
  ...tagFields(given['tags'], MOST.registryTag),
];

const inputFields = (given: Fields): Field[] => (given['datasets'] as readonly Fields[]).flatMap(({ dataset, tags }): Field[] => {
  const { name, digest } = dataset as Fields;
  return [['dataset.name', textOf(name), MOST.datasetName], ['dataset.digest', textOf(digest), MOST.digest], ...tagFields(tags, MOST.inputTag)];
});
