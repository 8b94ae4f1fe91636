import { WorkerThread } from './workerThread';

const QUERIES_IDLE_MS = 300_000;
const JOBS_IDLE_MS = 10_000;
const MOST_JOB_THREADS = 3;

/** The worker threads of one store: one that answers questions, and some for work that takes long, so that nobody waits for a log to end. */
export class StoreWorkers {
  readonly queries: WorkerThread;
  private readonly jobThreads: WorkerThread[] = [];

  /** `workerFile` is the bundle of worker.ts. */
  constructor(private readonly workerFile: string) {
    this.queries = new WorkerThread(workerFile, QUERIES_IDLE_MS);
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

  async dispose(): Promise<void> {
    await Promise.all([this.queries, ...this.jobThreads].map((thread) => thread.dispose()));
  }
}
