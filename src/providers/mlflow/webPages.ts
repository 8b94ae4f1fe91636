import type { Run } from '../../model/artifact';
import { isModelId } from './places';

/** Addresses of MLflow's own pages. */
export const versionPage = (base: string, model: string, version: string): string => `${base}/#/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;

export const runPage = (base: string, { run, experiment = '0' }: Pick<Run, 'run' | 'experiment'>): string =>
  `${base}/#/experiments/${encodeURIComponent(experiment)}/${isModelId(run) ? 'models' : 'runs'}/${encodeURIComponent(run)}`;
