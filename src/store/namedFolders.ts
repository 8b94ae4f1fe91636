import fs from 'node:fs';
import * as path from 'node:path';
import type * as v from 'valibot';
import { newestFirst } from '../model/version';
import { createFile, makeDirectory, replaceFile } from './durable';
import { isMissing } from './fileErrors';
import { decodeName, isPlainlyEncoded } from './fileName';
import { ArtifactLayout, type Layout } from './layout';
import { readVersionIn } from './manifests';
import { type ArtifactRecord, artifactRecord, readRecord, sound, workspaceRecord } from './records';
import { numbers, type Numbers } from './refs';
import { seal } from './sealed';

/** A workspace or an artifact where it stands. */
export interface NamedFolder {
  readonly name: string;
  readonly folder: string;
}

/** Those whose names are lost are left out. */
export const workspacesIn = ({ workspaces }: Layout): NamedFolder[] => namedIn(workspaces, nameOfWorkspace);

/** `workspace` is a directory. Those whose names are lost are left out. */
export const artifactsIn = (workspace: string): NamedFolder[] =>
  namedIn(workspace, (folder) => readArtifact(new ArtifactLayout(folder))?.artifact);

/** What is said of an artifact; where its file is damaged or missing, what its versions still say of it. */
export function readArtifact(place: ArtifactLayout, known?: Numbers): ArtifactRecord | undefined {
  return sound(() => readRecord(place.facts, artifactRecord)) ?? toldByVersions(place, known ?? numbers(place));
}

/** The first one has the artifact's type. Deleted ones tell it, too. */
function toldByVersions(place: ArtifactLayout, { used }: Numbers): ArtifactRecord | undefined {
  for (const version of newestFirst(used).reverse()) {
    const record = sound(() => readVersionIn(place, version));
    if (record !== undefined) {
      const { workspace, artifact, type, created } = record;
      return { workspace, artifact, type, tags: [], created };
    }
  }
  return undefined;
}

/** Writes what is said of an artifact, and what its workspace is called, where it is not there or damaged. */
export function provideArtifact(layout: Layout, record: ArtifactRecord): void {
  const { workspace } = record;
  const place = layout.artifact(record);
  makeDirectory(place.versions);
  if (!isPlainlyEncoded(workspace)) {
    provide(layout, path.join(layout.workspace(workspace), 'workspace.json'), workspaceRecord, { workspace });
  }
  provide(layout, place.facts, artifactRecord, record);
}

function provide<T extends object>({ tmp }: Layout, file: string, schema: v.GenericSchema<unknown, T>, record: T): void {
  if (!fs.existsSync(file)) {
    createFile(file, seal(record), tmp);
  } else if (sound(() => readRecord(file, schema)) === undefined) {
    replaceFile(file, seal(record), tmp);
  }
}

function nameOfWorkspace(folder: string): string | undefined {
  const told = sound(() => readRecord(path.join(folder, 'workspace.json'), workspaceRecord));
  if (told !== undefined) {
    return told.workspace;
  }
  for (const artifact of directoriesIn(folder)) {
    const record = readArtifact(new ArtifactLayout(path.join(folder, artifact)));
    if (record !== undefined) {
      return record.workspace;
    }
  }
  return undefined;
}

function namedIn(directory: string, recorded: (folder: string) => string | undefined): NamedFolder[] {
  return directoriesIn(directory).flatMap((fileName) => {
    const folder = path.join(directory, fileName);
    const decoded = decodeName(fileName);
    const name = decoded === 'hashed' ? recorded(folder) : decoded?.name;
    return name === undefined ? [] : [{ name, folder }];
  });
}

export function directoriesIn(directory: string): string[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
