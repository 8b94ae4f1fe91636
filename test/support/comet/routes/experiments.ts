import { experimentAnswer, valueAnswer } from '../answers';
import { anyText, anything, digits, flag, nullable, oneOf, optional, queryFlag, text, texts } from '../fields';
import { addExperiment, type Experiment, newKey } from '../records';
import { Refusal } from '../refusal';
import { type Asked, done, experimentOf, get, json, mustHave, post, type Route, textIn, textsIn } from '../route';
import { findProject } from './navigation';

const byKey = { experimentKey: text };

/** Experiments and what they keep besides files. */
export const experiments: readonly Route[] = [
  get('experiments', {
    projectId: optional(text), workspaceName: optional(text), projectName: optional(text), archived: optional(queryFlag),
    page: optional(digits), size: optional(digits), sortBy: optional(oneOf('startTime', 'endTime')), sortOrder: optional(oneOf('asc', 'desc')),
  }, (asked) => json({ experiments: experimentsOf(asked).map(experimentAnswer) })),
  get('experiment/metadata', byKey, (asked) => json(experimentAnswer(found(asked)))),
  get('experiment/metrics/summary', byKey, (asked) => json({ values: summaries(found(asked)) })),
  get('experiment/metrics/get-metric', { experimentKey: text, metricName: text }, (asked) => json({
    metrics: found(asked).metrics.filter(({ name }) => name === asked.query['metricName']).map((metric) => ({
      metricName: metric.name, metricValue: metric.value, timestamp: metric.timestamp, step: metric.step, epoch: metric.epoch, runContext: metric.context,
    })),
  })),
  get('experiment/parameters', byKey, (asked) => json({ values: values(found(asked), 'parameters') })),
  get('experiment/log-other', byKey, (asked) => json({ values: values(found(asked), 'others') })),
  get('experiment/tags', byKey, (asked) => json({ tags: [...found(asked).tags] })),
  post('write/experiment/create', { workspaceName: text, projectName: text, experimentName: optional(text), disableHeartBeat: optional(flag) }, (asked) => {
    const workspace = mustHave(asked.body, 'workspaceName');
    if (!asked.records.workspaces.has(workspace)) {
      throw new Refusal(7777777, 'No such workspace');
    }
    const made = addExperiment(asked.records, { key: newKey(), workspace, project: mustHave(asked.body, 'projectName'), name: textIn(asked.body, 'experimentName') });
    return json({ experimentKey: made.key, workspaceName: workspace, projectName: made.project, link: `${asked.root}/${workspace}/${made.project}/${made.key}`, name: made.name });
  }),
  post('write/experiment/update-status', { experimentKey: text, isAlive: flag, error: nullable(anyText), hasCrashed: optional(flag) }, ({ records, body }) => {
    end(experimentOf(records, textIn(body, 'experimentKey')), { running: body['isAlive'] === true, crashed: body['hasCrashed'] === true });
    return done;
  }),
  get('write/experiment/set-status', byKey, (asked) => {
    found(asked).running = true;
    return done;
  }),
  get('write/experiment/stop', byKey, (asked) => {
    end(found(asked), { running: false, crashed: false });
    return done;
  }),
  get('write/experiment/archive', byKey, (asked) => {
    found(asked).archived = true;
    return done;
  }),
  get('write/experiment/restore', byKey, (asked) => {
    found(asked).archived = false;
    return done;
  }),
  get('write/experiment/delete', byKey, (asked) => {
    asked.records.experiments.delete(found(asked).key);
    return done;
  }),
  post('write/experiment/log-other', { experimentKey: text, key: text, value: anything, timestamp: optional(anything) }, ({ records, body }) => {
    const experiment = experimentOf(records, textIn(body, 'experimentKey'));
    experiment.others.set(mustHave(body, 'key'), String(body['value']));
    // So does Comet: this one is the name that people read.
    experiment.name = body['key'] === 'Name' ? String(body['value']) : experiment.name;
    return done;
  }),
  post('write/experiment/tags', { experimentKey: text, addedTags: texts }, ({ records, body }) => {
    const { tags } = experimentOf(records, textIn(body, 'experimentKey'));
    textsIn(body, 'addedTags')?.forEach((tag) => tags.add(tag));
    return done;
  }),
  // What its own client sends after it was told to slow down.
  post('write/experiment/{key}/mark-not-throttled', {}, () => done),
  post('write/experiment/file-path', { experimentKey: text, filePath: anyText }, () => done),
];

const found = ({ records, query }: Asked): Experiment => experimentOf(records, query['experimentKey']);

export function end(experiment: Experiment, { running, crashed }: { readonly running: boolean; readonly crashed: boolean }): void {
  experiment.running = running;
  experiment.crashed = crashed;
  experiment.ended = running ? undefined : experiment.ended ?? Date.now();
}

function experimentsOf({ records, query }: Asked): Experiment[] {
  const [workspace, project] = findProject(records, query);
  const { archived = 'false', page, size = '100', sortBy = 'startTime', sortOrder = 'desc' } = query;
  const time = (experiment: Experiment): number => (sortBy === 'startTime' ? experiment.started : experiment.ended ?? Infinity);
  const all = [...records.experiments.values()]
    .filter((each) => each.workspace === workspace && each.project === project && each.archived === (archived.toLowerCase() === 'true'))
    // The clock may stand still between two; the later one is the newer.
    .map((experiment, index) => ({ experiment, index }))
    .sort((a, b) => time(a.experiment) - time(b.experiment) || a.index - b.index)
    .map(({ experiment }) => experiment);
  const sorted = sortOrder === 'asc' ? all : all.reverse();
  return page === undefined ? sorted : sorted.slice((Number(page) - 1) * Number(size), Number(page) * Number(size));
}

const values = (experiment: Experiment, of: 'parameters' | 'others'): object[] =>
  [...experiment[of]].map(([name, value]) => valueAnswer(name, value, { timestamp: experiment.started, step: null }));

function summaries({ metrics }: Experiment): object[] {
  return [...Map.groupBy(metrics, ({ name }) => name)].map(([name, history]) => {
    const last = history.at(-1)!;
    const sorted = [...history].sort((a, b) => Number(a.value) - Number(b.value));
    return valueAnswer(name, last.value, last, { min: sorted[0]!.value, max: sorted.at(-1)!.value });
  });
}
