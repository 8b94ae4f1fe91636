import { WorkerThread } from './workerThread';

const QUERIES_IDLE_MS = 300_000;
const JOBS_IDLE_MS = 10_000;
const MOST_JOB_THREADS = 3;
/** Two cores are busy with as many; of more, the disk has no more. */
const COPYING_THREADS = 2;

/** The worker threads of one store: one that answers questions, and some for work that takes long, so that nobody waits for a log to end. */
export class StoreWorkers {
  readonly queries: WorkerThread;
  private readonly jobThreads: WorkerThread[] = [];
  /** For files on their way out, and for nothing else: who cancels waits for what these have begun. */
  private readonly copyingThreads: readonly WorkerThread[];

  /** `workerFile` is the bundle of worker.ts. */
  constructor(private readonly workerFile: string) {
    this.queries = new WorkerThread(workerFile, QUERIES_IDLE_MS);
    this.copyingThreads = Array.from({ length: COPYING_THREADS }, () => new WorkerThread(workerFile, JOBS_IDLE_MS));
  }

  /** The thread that has least to do. */
  job(): WorkerThread {
    const least = [...this.jobThreads].sort((a, b) => a.load - b.load)[0];
    if (least !== undefined && (least.load === 0 || this.jobThreads.length === MOST_JOB_THREADS)) {
      return least;
    }
    const thread = new WorkerThread(this.workerFile, JOBS_IDLE_MS);
    this.jobThreads.push(thread);
    return thread;
  }

  /** Of the threads that copy files out, the one that has least to do. */
  copying(): WorkerThread {
    return this.copyingThreads.reduce((least, each) => (each.load < least.load ? each : least));
  }

  async dispose(): Promise<void> {
    await Promise.all([this.queries, ...this.jobThreads, ...this.copyingThreads].map((thread) => thread.dispose()));
  }
}
