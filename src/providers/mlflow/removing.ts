import type { Run, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import type { Removal } from '../provider';
import { newestEntry, newestOf } from './briefView';
import { Catalog } from './catalog';
import { clause } from './filter';
import { dropAlias } from './labels';
import { aliasesOf, type ModelView, type NumberedVersion, ownNumber } from './mapping/modelView';
import { rootOf } from './places';
import { artifactName, type Rows } from './mapping/rows';
import type { Runs } from './runs';
import type { Site } from './server';
import { countOf, TAG } from './mapping/tags';
import type { Uploads } from './uploads';
import { consumersOf } from './uses';

export interface RemovingEnvironment {
  readonly site: Site;
  readonly rows: Rows;
  readonly runs: Runs;
  readonly uploads: Uploads;
}

export interface Removable {
  readonly ref: VersionRef;
  readonly view: ModelView;
  readonly version: NumberedVersion;
}

/** Files that are in a run of their own go with the version; those in a run that others wrote stay there. */
export async function plannedRemoval({ site, rows, runs }: RemovingEnvironment, { ref, view, version }: Removable, call?: Call): Promise<Removal> {
  const consumers: Run[] = [];
  for await (const run of consumersOf(site, ref, await runs.experimentIds(call), call)) {
    consumers.push(rows.run(site.workspace, run));
  }
  const frees = await isLastOfItsFiles(site, version, call) && (await unlessMissing(rootOf(site, version.entry.run_id, call)))?.files.remove !== undefined;
  return {
    aliases: aliasesOf(view.model, version.entry.version),
    consumers,
    bytesFreed: frees ? countOf(version.entry.tags[TAG.bytes]) ?? 0 : 0,
  };
}

/** The number is struck off first: a removal that is interrupted may leave the version, never a number that is used twice. */
export async function removeVersion(environment: RemovingEnvironment, { ref, view, version }: Removable, call?: Call): Promise<Removal> {
  const { site, uploads } = environment;
  const { registry } = site;
  const removal = await plannedRemoval(environment, { ref, view, version }, call);
  const { name } = view.model;
  call?.signal?.throwIfAborted();
  if (holdsItsFiles(version)) {
    await uploads.reopen(version.entry.run_id);
  }
  await registry.setModelTag(name, `${TAG.deleted}${version.number}`, version.entry.version);
  // 2.x leaves the aliases of a deleted version behind.
  for (const alias of removal.aliases) {
    await dropAlias(registry, name, alias);
  }
  await registry.deleteVersion(name, version.entry.version);
  await retellHighest(site, view, version);
  const isFreed = holdsItsFiles(version) && await uploads.settleOrDiscard(version.entry.run_id);
  return isFreed ? removal : { ...removal, bytesFreed: 0 };
}

const holdsItsFiles = ({ own, entry }: NumberedVersion): boolean => own && entry.tags[TAG.manifest] !== undefined && entry.run_id !== '';

/** Others may have registered the same files. */
const isLastOfItsFiles = async ({ registry }: Site, version: NumberedVersion, call?: Call): Promise<boolean> =>
  holdsItsFiles(version) && (await registry.versions(clause('run_id', '=', version.entry.run_id), call)).length === 1;

/** The version that was made last says which number is the highest, and so does the last of ours, of its time. */
async function retellHighest(site: Site, { model, versions }: ModelView, removed: NumberedVersion): Promise<void> {
  if (newestEntry(model)?.version !== removed.entry.version && versions[0]?.number !== removed.number) {
    return;
  }
  const left = await new Catalog(site).brief(artifactName(model));
  const newest = left && newestEntry(left.model);
  const ours = left && newestOf(left.versions.map(({ entry }) => entry).filter((entry) => ownNumber(entry) !== undefined));
  for (const teller of [newest, ours?.version === newest?.version ? undefined : ours]) {
    const highest = left?.versions.find(({ entry }) => Number(entry.version) <= Number(teller?.version))?.number;
    if (teller !== undefined && highest !== undefined && teller.tags[TAG.highest] !== highest) {
      await site.registry.setVersionTag(model.name, teller.version, TAG.highest, highest);
    }
  }
}
