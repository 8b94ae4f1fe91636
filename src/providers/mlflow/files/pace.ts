import type { Call } from '../../../model/call';

/** Lets so many jobs run side by side as the server bears: more while all goes well, half as many after a sign of overload. */
export interface Pace {
  run<T>(job: () => Promise<T>, call?: Call): Promise<T>;
}
