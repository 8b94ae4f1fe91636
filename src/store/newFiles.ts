import type { JsonObject } from '../model/json';
import type { ChosenFile } from './chosenFiles';
import type { IncomingBytes } from './incomingBytes';
import { IncomingFiles } from './incomingFiles';
import type { NewAssets } from './newAssets';
import { portions, ReadingAhead } from './readingAhead';
import { restOfFiles, shortage } from './shortage';
import type { Store } from './store';
import type { Work } from './work';

export interface NewFile extends ChosenFile {
  readonly path: string;
  /** Bytes that it had when it was looked at. */
  readonly size?: number | undefined;
  readonly metadata?: JsonObject | undefined;
}

export interface Put {
  readonly bytes: number;
  /** Logical paths of files that somebody wrote to while they were read: what was read of them is stored. */
  readonly changed: readonly string[];
}

/** Files of this machine that become assets of a version. */
export class NewFiles {
  private readonly incoming: IncomingFiles;
  private readonly ahead: ReadingAhead;

  /** `folder` is the writer's own; `touch` says that he lives. */
  constructor(
    private readonly store: Store,
    folder: string,
    private readonly bytes: IncomingBytes,
    private readonly assets: NewAssets,
    private readonly touch: () => void,
  ) {
    this.incoming = new IncomingFiles(store, folder, bytes);
    this.ahead = new ReadingAhead(store, folder, bytes);
  }

  /** All of them, or none. */
  put(files: readonly NewFile[], work: Work): Put {
    const reserved: string[] = [];
    const changed: string[] = [];
    let bytes = 0;
    try {
      this.touch();
      for (const some of portions(files)) {
        const ahead = this.ahead.read(some, work);
        for (const [index, { path, file, within, metadata }] of some.entries()) {
          work.check();
          this.assets.reserve(path);
          const before = { bytes, files: reserved.push(path) - 1 };
          const { size, isSettled } = this.incoming.take({ file, within }, ahead[index], (placed) => this.assets.set(path, placed, metadata), work, (read) =>
            work.report({ bytes: before.bytes + read, files: before.files, current: path }));
          bytes += size;
          if (!isSettled) {
            changed.push(path);
          }
          work.report({ bytes, files: reserved.length, current: path });
        }
      }
      this.bytes.confirm(work);
      return { bytes, changed };
    } catch (error) {
      reserved.forEach((path) => this.assets.drop(path));
      throw shortage(error, this.store.layout.root, () => restOfFiles(files.slice(Math.max(0, reserved.length - 1))));
    } finally {
      this.incoming.rest();
    }
  }
}
