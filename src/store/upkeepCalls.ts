import { freeSpace, planFreeing, type Reclaimable } from './freeing';
import type { KeptAlias } from './arrivals';
import type { VersionName } from './layout';
import { type Verification, verifyStore } from './verification';
import { exportVersions, type ExportFacts, type ExportOptions } from './versionExport';
import { type ImportPlan, VersionImport } from './versionImport';
import type { Work } from './work';
import type { WorkerState } from './workerCalls';

interface OfStore {
  readonly store: string;
}

interface OfArchive {
  /** What the caller calls it. */
  readonly archive: string;
}

/** What a worker can do with a store as a whole. */
export const upkeepCalls = {
  verify: (state: WorkerState, { store }: OfStore, work: Work): Verification => verifyStore(state.store(store).opened(), work),
  planFreeing: (state: WorkerState, { store }: OfStore, work: Work): Reclaimable => planFreeing(state.store(store).opened(), work),
  freeSpace: (state: WorkerState, { store }: OfStore, work: Work): Reclaimable => freeSpace(state.store(store).opened(), work),
  exportVersions: (state: WorkerState, { store, options }: OfStore & { readonly options: ExportOptions }, work: Work): ExportFacts =>
    exportVersions(state.store(store).opened(), options, work),

  openArchive: (state: WorkerState, { store, archive, file }: OfStore & OfArchive & { readonly file: string }, work: Work): ImportPlan => {
    const arriving = VersionImport.open(state.store(store).opened(), file, work);
    state.imports.set(archive, arriving);
    return arriving.plan(work);
  },
  bringVersion: (state: WorkerState, { archive, name }: OfArchive & { readonly name: VersionName }, work: Work): VersionName | undefined =>
    state.imports.get(archive)?.bring(name, work),
  finishImport: (state: WorkerState, { archive }: OfArchive, work: Work): readonly KeptAlias[] => state.imports.get(archive)?.finish(work) ?? [],
  closeArchive: (state: WorkerState, { archive }: OfArchive): void => {
    state.imports.get(archive)?.close();
    state.imports.delete(archive);
  },
};
