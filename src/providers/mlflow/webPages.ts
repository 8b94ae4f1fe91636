import type { ArtifactRef, ExperimentRef, Run, RunRef, VersionRef } from '../../model/artifact';
import type { Shown } from '../provider';
import { isModelId } from './places';
import type { Site } from './server';

/** Addresses of MLflow's own pages. Refs do not tell all that an address is made from: those of what was seen are kept. */
export class WebPages {
  private readonly seen = new Map<string, string>();

  constructor(private readonly base: string) {}

  version(site: Site, model: string, integer: string): string {
    return this.page(site, 'models', model, 'versions', integer);
  }

  sawArtifact(site: Site, artifact: ArtifactRef, model: string): void {
    this.seen.set(keyOf(artifact), this.page(site, 'models', model));
  }

  sawVersion(site: Site, version: VersionRef, model: string, integer: string): void {
    this.seen.set(keyOf(version), this.version(site, model, integer));
  }

  sawExperiment(site: Site, experiment: ExperimentRef): void {
    this.seen.set(keyOf(experiment), this.page(site, 'experiments', experiment.experiment));
  }

  sawRun(site: Site, run: Run): void {
    this.seen.set(keyOf(run), this.page(site, 'experiments', run.experiment ?? '0', isModelId(run.run) ? 'models' : 'runs', run.run));
  }

  of(ref: Shown): string | undefined {
    return 'workspace' in ref ? this.seen.get(keyOf(ref)) : `${this.base}/`;
  }

  /** Without its workspace a page would be looked for in the one that the browser was in last, `default` too. */
  private page({ workspace, isOneOfMany }: Site, ...steps: readonly string[]): string {
    return `${this.base}/#/${steps.map(encodeURIComponent).join('/')}${isOneOfMany ? `?workspace=${encodeURIComponent(workspace)}` : ''}`;
  }
}

/** A run knows its experiment, and a version its artifact. */
function keyOf(ref: ArtifactRef | VersionRef | ExperimentRef | RunRef): string {
  if ('run' in ref) {
    return JSON.stringify(['run', ref.workspace, ref.run]);
  }
  return JSON.stringify('artifact' in ref ? ['artifact', ref.workspace, ref.artifact, ...('version' in ref ? [ref.version] : [])] : ['experiment', ref.workspace, ref.experiment]);
}
