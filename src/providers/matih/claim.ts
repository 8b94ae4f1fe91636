import { setTimeout } from 'node:timers/promises';
import type { Call } from '../../model/call';
import { alreadyExists } from '../../model/errors';
import { type Bump, isBump, nextVersion, type VersionChoice } from '../../model/version';
import type { MatihCalls } from './calls/matihCalls';
import { TAG } from './tags';
import { holdsNumber, isComplete, type VersionRun } from './versions';

export interface Claim {
  readonly calls: MatihCalls;
  /** Of the run that asks for a number. */
  readonly id: string;
  readonly wanted: VersionChoice;
  /** The version as people know it, for messages. */
  readonly what: (version: string) => string;
  /** The runs of the artifact as the server has them now. */
  readonly runs: (call?: Call) => Promise<readonly VersionRun[]>;
}

const LOOK_AGAIN_MS = 100;
/** Who has said which number it takes needs no longer for the rest, unless it is gone. */
const PATIENCE_MS = 20_000;

/**
 * Takes a number that no other version has. MATIH keeps nobody from taking one twice, so that writers keep each other from it: each writes
 * the number at its run and looks who else has it. Of those who meet, the one with the lowest id stays and waits until the others are gone.
 * Two can never both go on: of two who write first and look then, one sees the other.
 */
export async function claimNumber({ calls, id, wanted, what, runs }: Claim, call?: Call): Promise<string> {
  for (;;) {
    const number = isBump(wanted) ? free(wanted, others(await runs(call), id)) : wanted;
    await calls.setTags(id, { [TAG.version]: number }, what(number), call);
    if (await isOurs(number, id, runs, call)) {
      return number;
    }
    if (!isBump(wanted)) {
      throw alreadyExists(what(number));
    }
  }
}

async function isOurs(number: string, id: string, runs: Claim['runs'], call?: Call): Promise<boolean> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    const rivals = others(await runs(call), id).filter((run) => run.number === number);
    if (rivals.length === 0) {
      return true;
    }
    if (rivals.some((run) => isComplete(run) || run.id < id) || Date.now() > until) {
      return false;
    }
    await setTimeout(LOOK_AGAIN_MS, undefined, { signal: call?.signal });
  }
}

const others = (runs: readonly VersionRun[], id: string): readonly VersionRun[] => runs.filter((run) => run.id !== id && holdsNumber(run));

/** After the complete ones, past those that others are about to complete. */
function free(bump: Bump, runs: readonly VersionRun[]): string {
  const numbers = (some: readonly VersionRun[]): readonly string[] => some.flatMap(({ number }) => number ?? []);
  return nextVersion(bump, numbers(runs.filter(isComplete)), numbers(runs));
}
