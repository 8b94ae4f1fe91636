/** Watches that bytes keep moving while somebody waits for them. */
export class Silence {
  private last = -1;
  private since = Date.now();
  private waiting = true;
  private readonly timer: NodeJS.Timeout;

  constructor(
    /** Milliseconds of silence that are borne just now. */
    private readonly limit: () => number,
    /** A number that changes when bytes move. */
    private readonly moved: () => number,
    onSilence: () => void,
    tick: number,
  ) {
    this.timer = setInterval(() => {
      const now = this.moved();
      if (!this.waiting || now !== this.last) {
        this.last = now;
        this.since = Date.now();
      } else if (Date.now() - this.since >= this.limit()) {
        this.stop();
        onSilence();
      }
    }, tick);
    this.timer.unref();
  }

  /** Nobody waits for the other side: what takes time now is our own work. */
  rest(): void {
    this.waiting = false;
  }

  resume(): void {
    this.waiting = true;
    this.since = Date.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
