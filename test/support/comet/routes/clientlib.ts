import { anyText, type Fields, flag, newExperimentKey, nullable, number, objects, optional, text } from '../fields';
import { keep } from '../keeping';
import { addExperiment, type Experiment, idOf, type Metric } from '../records';
import { Breach, Refusal } from '../refusal';
import { type Answer, type Asked, done, experimentOf, json, LIB, mustHave, type Route, textIn } from '../route';
import { end } from './experiments';

const lib = (path: string, fields: Fields, answer: Route['answer']): Route => ({ method: 'POST', path: `${LIB}${path}`, query: {}, body: { kind: 'json', fields }, answer });

/** What an experiment of comet_ml sends of its surroundings: taken, and not looked into. */
const sink = (path: string): Route => ({ method: 'POST', path: `${LIB}${path}`, query: anyQuery, body: { kind: 'any' }, answer: () => done });

const anyQuery: Fields = Object.fromEntries(['experimentId', 'projectId', 'runId', 'assetId', 'type', 'fileName', 'extension', 'overwrite', 'step', 'context'].map((name) => [name, optional(anyText)]));

/** The calls that comet_ml makes around its experiments, besides those of the REST interface. */
export const clientlib: readonly Route[] = [
  { method: 'GET', path: `${LIB}isAlive/ver`, query: {}, body: { kind: 'none' }, answer: ({ quirks }) => json({ version: quirks.backEnd }) },
  { method: 'GET', path: `${LIB}health/ping`, query: {}, body: { kind: 'none' }, answer: () => done },
  lib('logger/add/run', {
    apiKey: text, local_timestamp: number, experimentKey: newExperimentKey, offline: flag, projectName: nullable(text), teamName: nullable(text), libVersion: text, getOrCreateEnabled: flag,
  }, (asked) => {
    const { records, body } = asked;
    const key = mustHave(body, 'experimentKey');
    const known = records.experiments.get(key);
    if (known !== undefined && body['getOrCreateEnabled'] !== true) {
      throw new Refusal(90999, 'The experiment exists');
    }
    const workspace = textIn(body, 'teamName') ?? [...records.workspaces.keys()][0]!;
    if (!records.workspaces.has(workspace)) {
      throw new Refusal(90219, 'No such workspace');
    }
    return handshake(asked, known ?? addExperiment(records, { key, workspace, project: textIn(body, 'projectName') ?? 'general' }));
  }),
  lib('logger/get/run', { apiKey: text, local_timestamp: number, previousExperiment: text, libVersion: text }, (asked) => {
    const known = asked.records.experiments.get(mustHave(asked.body, 'previousExperiment'));
    if (known === undefined) {
      throw new Refusal(90210, 'No such experiment', 400);
    }
    return handshake(asked, known);
  }),
  lib('status-report/update', {
    apiKey: text, runId: text, experimentKey: text, projectId: nullable(text), is_alive: flag, local_timestamp: number, offline: flag,
  }, ({ records, body }) => {
    const experiment = experimentOf(records, textIn(body, 'experimentKey'));
    end(experiment, { running: body['is_alive'] === true, crashed: experiment.crashed });
    return json({ is_alive_beat_duration_millis: 10_000, gpu_monitor_interval_millis: 60_000 });
  }),
  lib('batch/logger/experiment/metric', { experimentKey: text, values: objects }, ({ records, body }) => {
    experimentOf(records, textIn(body, 'experimentKey')).metrics.push(...(body['values'] as readonly Readonly<Record<string, unknown>>[]).map(metricOf));
    return done;
  }),
  lib('batch/logger/experiment/parameter', { experimentKey: text, values: objects }, ({ records, body }) => {
    const { parameters } = experimentOf(records, textIn(body, 'experimentKey'));
    for (const each of body['values'] as readonly Readonly<Record<string, unknown>>[]) {
      parameters.set(String(each['parameterName']), String(each['parameterValue']));
    }
    return done;
  }),
  {
    method: 'POST',
    path: `${LIB}rest/v2/write/artifact/assets/remote/batch`,
    query: { experimentKey: text },
    body: { kind: 'json', fields: { remoteArtifactAssetRequests: objects } },
    answer: (asked) => {
      for (const each of asked.body['remoteArtifactAssetRequests'] as readonly Readonly<Record<string, unknown>>[]) {
        if (each['isRemote'] !== true) {
          throw new Breach('a link that is not remote');
        }
        keep(asked, {
          id: mustHave(each, 'assetId'), experiment: asked.query['experimentKey'], version: mustHave(each, 'artifactVersionId'),
          path: mustHave(each, 'fileName'), type: textIn(each, 'type'), metadata: textIn(each, 'metadata'), link: mustHave(each, 'link'), blob: undefined,
        });
      }
      return done;
    },
  },
  ...['asset/3d-limits', 'rest/v2/write/experiment/system-details', 'rest/v2/write/experiment/output', 'tags/add-tags-to-experiment', 'notification/experiment', 'git-patch/upload'].map(sink),
];

function handshake({ quirks, root }: Asked, experiment: Experiment): Answer {
  end(experiment, { running: true, crashed: false });
  return json({
    runId: `run-${experiment.key}`,
    project_id: idOf(experiment.workspace, experiment.project),
    focusUrl: `${root}/${experiment.workspace}/${experiment.project}/`,
    name: experiment.name,
    lastOffset: 0,
    featureToggles: [],
    s3DirectAccessEnabled: quirks.directUploads,
  });
}

const asText = (value: unknown): string => String(value);
const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const metricOf = (sent: Readonly<Record<string, unknown>>): Metric => ({
  name: asText(sent['metricName']),
  value: asText(sent['metricValue']),
  step: asNumber(sent['step']),
  epoch: asNumber(sent['epoch']),
  timestamp: asNumber(sent['timestamp']) ?? Date.now(),
  context: typeof sent['context'] === 'string' ? sent['context'] : null,
});

