import { isAbort } from '../../model/errors';
import type { Cargo, Preview } from './cargo';
import { artifactRef, baseOf, type LogChoice } from './logChoice';

/** Looks at the files while the user is being asked, anew whenever an answer changes what there is to see. */
export class Previews {
  private key = '';
  private abort = new AbortController();
  private pending: Promise<Preview> | undefined;
  private done: Preview | undefined;

  constructor(private readonly cargo: Cargo, private readonly choice: LogChoice) {}

  /** What is known now. */
  get ready(): Preview | undefined {
    return this.key === this.wanted() ? this.done : undefined;
  }

  /** The preview for what is chosen now, begun unless it is under way already. */
  current(): Promise<Preview> {
    const key = this.wanted();
    if (this.pending === undefined || key !== this.key) {
      this.abort.abort();
      this.abort = new AbortController();
      this.key = key;
      this.done = undefined;
      this.pending = this.look(key, this.abort.signal);
      // Whoever asks hears of a failure; nobody may be asking yet.
      this.pending.catch(() => undefined);
    }
    return this.pending;
  }

  /** Tells once, when the preview for what is chosen now is there, unless the choice has changed by then. */
  whenReady(tell: () => void): void {
    this.current().then(tell, (error: unknown) => {
      if (!isAbort(error)) {
        tell();
      }
    });
  }

  stop(): void {
    this.abort.abort();
  }

  private async look(key: string, signal: AbortSignal): Promise<Preview> {
    const { provider, exclude, ignoreFile } = this.choice;
    const preview = await this.cargo.preview({ provider, artifact: artifactRef(this.choice), base: baseOf(this.choice), exclude, ignoreFile }, { signal });
    if (key === this.key) {
      this.done = preview;
    }
    return preview;
  }

  private wanted(): string {
    const { provider, workspace, artifact, exclude } = this.choice;
    return JSON.stringify([provider.connection, workspace, artifact, exclude, baseOf(this.choice)]);
  }
}
