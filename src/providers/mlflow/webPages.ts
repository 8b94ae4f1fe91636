import type { Run, RunRef, VersionRef } from '../../model/artifact';
import { isModelId } from './places';
import type { Site } from './server';

/** Addresses of MLflow's own pages. Refs do not tell all that an address is made from: those of what was seen are kept. */
export class WebPages {
  private readonly seen = new Map<string, string>();

  constructor(private readonly base: string) {}

  version(site: Site, model: string, integer: string): string {
    return this.page(site, 'models', model, 'versions', integer);
  }

  sawVersion(site: Site, version: VersionRef, model: string, integer: string): void {
    this.seen.set(keyOf(version), this.version(site, model, integer));
  }

  sawRun(site: Site, run: Run): void {
    this.seen.set(keyOf(run), this.page(site, 'experiments', run.experiment ?? '0', isModelId(run.run) ? 'models' : 'runs', run.run));
  }

  of(ref: VersionRef | RunRef): string | undefined {
    return this.seen.get(keyOf(ref));
  }

  /** Without its workspace a page would be looked for in the one that the browser was in last, `default` too. */
  private page({ workspace, isOneOfMany }: Site, ...steps: readonly string[]): string {
    return `${this.base}/#/${steps.map(encodeURIComponent).join('/')}${isOneOfMany ? `?workspace=${encodeURIComponent(workspace)}` : ''}`;
  }
}

const keyOf = (ref: VersionRef | RunRef): string =>
  JSON.stringify('run' in ref ? [ref.workspace, ref.run] : [ref.workspace, ref.artifact, ref.version]);
