import type { Call, Progress } from '../model/call';

/** Sums what calls that run side by side tell about their part into what one person reads. */
export class Tally {
  private readonly running = new Map<string, number>();
  private doneBytes = 0;
  private doneFiles = 0;

  constructor(
    private readonly total: { readonly bytes: number; readonly files: number },
    private readonly onProgress: Call['onProgress'],
  ) {}

  /** The call for one file of many. */
  call(path: string, signal: AbortSignal): Call {
    return { signal, onProgress: ({ bytes }) => this.tell(path, bytes) };
  }

  finished(path: string, bytes: number, files = 1): void {
    this.running.delete(path);
    this.doneBytes += bytes;
    this.doneFiles += files;
    this.report(path);
  }

  private tell(path: string, bytes: number): void {
    this.running.set(path, bytes);
    this.report(path);
  }

  private report(current: string): void {
    let bytes = this.doneBytes;
    for (const part of this.running.values()) {
      bytes += part;
    }
    const progress: Progress = { bytes, totalBytes: this.total.bytes, files: this.doneFiles, totalFiles: this.total.files, current };
    this.onProgress?.(progress);
  }
}
