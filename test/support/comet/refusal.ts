/** What Comet refuses in its own words: a right call that cannot be granted. */
export class Refusal extends Error {
  constructor(
    /** `sdk_error_code`. */
    readonly code: number,
    message: string,
    /** HTTP status where it is not for the double's switch to say. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** A call that no client should make: the double notes it, and refuses it. */
export class Breach extends Error {}

const STATUSES: Readonly<Record<number, number>> = {
  624522: 404, 624523: 404, 90211: 404,
  90399: 409, 7000019: 409, 90999: 409, 90401: 409, 90402: 409, 90403: 409, 7000005: 409,
  90210: 403, 7000011: 403,
};

export const statusOf = (refusal: Refusal, statuses: '400' | 'by kind'): number =>
  refusal.status ?? (statuses === '400' ? 400 : STATUSES[refusal.code] ?? 400);
