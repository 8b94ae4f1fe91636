import { randomUUID } from 'node:crypto';
import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import type { ExportName } from '../../store/versionExport';
import type { StoreWorkers } from '../../store/storeWorkers';
import type { ImportPlan } from '../../store/versionImport';
import type { WorkerThread } from '../../store/workerThread';
import { Sum } from '../progressSum';
import type { Exportable, Imported, OpenArchive, StoreUpkeep } from '../upkeep';

export function localUpkeep(store: string, connection: string, workers: StoreWorkers): StoreUpkeep {
  return {
    folder: store,
    verify: (call) => workers.job().call('verify', { store }, call),
    reclaimable: (call) => workers.job().call('planFreeing', { store }, call),
    free: (call) => workers.job().call('freeSpace', { store }, call),
    export: (of, file, { overwrite = false } = {}, call) =>
      workers.job().call('exportVersions', { store, options: { of: of.map(exportName), file, overwrite } }, call),
    openArchive: (file, call) => openArchive({ store, connection, thread: workers.job() }, file, call),
  };
}

interface Place {
  readonly store: string;
  readonly connection: string;
  readonly thread: WorkerThread;
}

async function openArchive(place: Place, file: string, call?: Call): Promise<OpenArchive> {
  const { store, thread } = place;
  const archive = randomUUID();
  const release = thread.hold();
  const close = async (): Promise<void> => {
    try {
      await thread.call('closeArchive', { archive });
    } finally {
      release();
    }
  };
  try {
    const plan = await thread.call('openArchive', { store, archive, file }, call);
    return { plan, bring: (bringing) => bring(place, archive, plan, bringing), close };
  } catch (error) {
    // Cancelled, perhaps, while the worker still reads it. Nobody waits for the tidying up.
    void close().catch(() => undefined);
    throw error;
  }
}

async function bring({ connection, thread }: Place, archive: string, { versions }: ImportPlan, { signal, onProgress }: Call = {}): Promise<Imported> {
  const fresh = versions.filter(({ state }) => state === 'new' || state === 'healed');
  const totals = { totalBytes: sum(fresh.map(({ bytes }) => bytes)), totalFiles: sum(fresh.map(({ assets }) => assets)) };
  const progress = new Sum((done) => onProgress?.({ ...done, ...totals }));
  const brought: VersionRef[] = [];
  const healed: VersionRef[] = [];
  for (const { workspace, artifact, version, bytes, assets, state } of fresh) {
    const part = progress.part();
    const name = { workspace, artifact, version };
    const facts = await thread.call('bringVersion', { archive, name }, { signal, onProgress: ({ bytes: done, files = 0, current }) => part.report(done, files, current) });
    part.report(bytes, assets);
    if (facts !== undefined) {
      (state === 'healed' ? healed : brought).push({ connection, ...name });
    }
  }
  return { versions: brought, healed, keptAliases: await thread.call('finishImport', { archive }, { signal }) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

function exportName(ref: Exportable): ExportName {
  const { workspace } = ref;
  return { workspace, ...('artifact' in ref && { artifact: ref.artifact }), ...('version' in ref && { version: ref.version }) };
}
