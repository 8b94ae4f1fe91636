import type { ArtifactRef, VersionRef, WorkspaceRef } from '../model/artifact';
import type { Call } from '../model/call';
import type { KeptAlias } from '../store/arrivals';
import type { Reclaimable } from '../store/freeing';
import type { Verification } from '../store/verification';
import type { ExportFacts } from '../store/versionExport';
import type { ImportPlan } from '../store/versionImport';

export type { Finding } from '../store/finding';
export type { KeptAlias, Reclaimable, Verification, ExportFacts, ImportPlan };
export type { ArrivingVersion } from '../store/versionImport';

/** What leaves a store together: whole workspaces, artifacts with their history, versions by number or alias. */
export type Exportable = WorkspaceRef | ArtifactRef | VersionRef;

/** What is done with a store as a whole. */
export interface StoreUpkeep {
  /** The store's folder: absolute. */
  readonly folder: string;
  /** Reads every record and every byte against its digest. */
  verify(call?: Call): Promise<Verification>;
  /** What `free` would remove now. */
  reclaimable(call?: Call): Promise<Reclaimable>;
  /** Removes what no version and no log under way needs. */
  free(call?: Call): Promise<Reclaimable>;
  /** Writes one file, absolute, that `openArchive` reads on another machine. A file that is there is `alreadyExists` unless it may be replaced. */
  export(of: readonly Exportable[], file: string, options?: { readonly overwrite?: boolean | undefined }, call?: Call): Promise<ExportFacts>;
  /** Opens an archive and verifies all that is new in it, and what is here of the rest; what it says and holds may be hostile. Nothing is written. To be closed. */
  openArchive(file: string, call?: Call): Promise<OpenArchive>;
}

export interface Imported {
  readonly versions: readonly VersionRef[];
  /** Those that were here already, damaged, and are whole now. */
  readonly healed: readonly VersionRef[];
  /** Aliases that stand on another version here, and stay there. */
  readonly keptAliases: readonly KeptAlias[];
}

export interface OpenArchive {
  readonly plan: ImportPlan;
  /** Brings all that is new or damaged here, one whole version after the other: what came before a failure stays. */
  bring(call?: Call): Promise<Imported>;
  close(): Promise<void>;
}
