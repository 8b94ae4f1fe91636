/** From the end of one reading to the next, at the least. */
const PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;
/** A server that takes its time is left alone for so many times as long. */
const REST = 10;

interface Subject {
  /** Whether it goes on and somebody looks. */
  isFollowed(): boolean;
  /** Reads it again; false where that went wrong. */
  read(): Promise<boolean>;
}

/** Reads what goes on and is looked at again and again: never twice at a time, and more rarely the longer an answer takes or fails to come. */
export class Following {
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private isOver = false;
  private failures = 0;

  constructor(private readonly subject: Subject, private readonly pause = PAUSE_MS) {}

  /** Begins, goes on or ends, as the subject is now. */
  update(): void {
    if (this.isOver || !this.subject.isFollowed()) {
      this.stop();
    } else if (this.timer === undefined && !this.isReading) {
      this.wait(this.pause);
    }
  }

  /** For good: a page that was closed in the middle of a reading cannot be asked any more whether it is seen. */
  dispose(): void {
    this.isOver = true;
    this.stop();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => void this.read(), milliseconds);
  }

  private async read(): Promise<void> {
    this.timer = undefined;
    this.isReading = true;
    const start = performance.now();
    this.failures = await this.subject.read() ? 0 : this.failures + 1;
    this.isReading = false;
    if (!this.isOver && this.subject.isFollowed()) {
      this.wait(Math.min(Math.max(this.pause * 2 ** this.failures, REST * (performance.now() - start)), Math.max(LONGEST_PAUSE_MS, this.pause)));
    }
  }
}
