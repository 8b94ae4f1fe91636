interface Sample {
  readonly at: number;
  readonly bytes: number;
}

const WINDOW_MS = 5000;
const LEAST_MS = 400;

/** Bytes a second over the last seconds, so that a pause shows and a single burst does not. */
export class Rate {
  private samples: readonly Sample[] = [];

  add(bytes: number, at: number): void {
    this.samples = [...this.samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, bytes }];
  }

  /** Nothing until there is enough to tell. */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS || last.bytes <= first.bytes) {
      return undefined;
    }
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
