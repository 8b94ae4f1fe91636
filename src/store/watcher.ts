import type { Log } from '../model/call';
import type { Subject } from './changeFeed';

export class StoreWatcher {
  constructor(
    readonly root: string,
    readonly log: Log,
  ) {}

  watch(_listener: (subject: Subject) => void): () => void {
    return () => {};
  }

  async dispose(): Promise<void> {}
}
