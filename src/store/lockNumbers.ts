import fs from 'node:fs';
import * as path from 'node:path';
import { isMissing } from './fileErrors';
import { namesIn } from './records';

/** The state of a lock: its highest number, which somebody holds or has given back. */
export interface Top {
  readonly number: number;
  readonly free: boolean;
  readonly file: string;
}

export function topOf(folder: string): Top | undefined {
  let top: Top | undefined;
  for (const name of namesIn(folder)) {
    const [, digits, state] = /^([1-9][0-9]{0,14})\.(held|free)$/.exec(name) ?? [];
    const number = Number(digits);
    if (digits !== undefined && (top === undefined || number > top.number || (number === top.number && state === 'free'))) {
      top = { number, free: state === 'free', file: path.join(folder, name) };
    }
  }
  return top;
}

export const heldFile = (folder: string, number: number): string => path.join(folder, `${number}.held`);

/** Takes from the holders of lower numbers what they delete with. */
export function closeDrains(folder: string, number: number): void {
  // What one of them moves there in this instant is seen by the next try.
  below(folder, number).filter((name) => !isState(name)).forEach((name) => fs.rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 5 }));
}

export function removeStates(folder: string, number: number): void {
  below(folder, number).filter(isState).forEach((name) => fs.rmSync(path.join(folder, name), { force: true }));
}

/** Does nothing to a lock that was taken over: the number is not the highest any more. */
export function giveBack(folder: string, number: number): void {
  try {
    fs.renameSync(heldFile(folder, number), path.join(folder, `${number}.free`));
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
}

const isState = (name: string): boolean => /\.(?:held|free)$/.test(name);

const below = (folder: string, number: number): string[] => namesIn(folder).filter((name) => Number.parseInt(name, 10) < number);
