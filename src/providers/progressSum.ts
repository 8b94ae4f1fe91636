import type { Call } from '../model/call';

/** What one of them has done so far. */
export interface Part {
  report(bytes: number, files: number, current?: string): void;
}

/** Adds up what the parts of a call have done. */
export class Sum {
  private bytes = 0;
  private files = 0;

  constructor(private readonly onProgress: Call['onProgress']) {}

  part(): Part {
    let before = { bytes: 0, files: 0 };
    return {
      report: (bytes, files, current) => {
        this.bytes += bytes - before.bytes;
        this.files += files - before.files;
        before = { bytes, files };
        this.onProgress?.({ bytes: this.bytes, files: this.files, ...(current === undefined ? undefined : { current }) });
      },
    };
  }
}
