import { openProvider, type MlflowSettings, type Patience } from '../../src/providers/registry';
import type { Provider } from '../../src/providers/provider';
import { type Fault, type FaultServer, faultServer, type Reply, type Seen } from './faultServer';
import { keepingLog } from './keepingLog';
import type { MlflowDouble } from './mlflowDouble';
import { workerFile } from './providers';

/** What goes wrong with a call, such as `POST runs/create` or `PUT artifacts` for the bytes of a file. */
export type Faults = (call: string, path: string) => Fault | undefined;

export interface FaultyMlflow {
  readonly url: string;
  readonly requests: FaultServer['requests'];
  readonly log: ReturnType<typeof keepingLog>;
  /** A provider with nothing remembered, as another window has. */
  open(settings?: Partial<MlflowSettings>, secret?: string): Promise<Provider>;
  /** From now on. */
  break(faults: Faults): void;
  heal(): void;
  /** Most calls but those for bytes of files that were under way at one moment. */
  mostAtOnce(): number;
  restart: FaultServer['restart'];
  close(): Promise<void>;
}

export interface Standing {
  /** A server that is real, or one in memory. */
  readonly before?: string;
  readonly double?: MlflowDouble;
  /** Milliseconds that each answer of the double takes. */
  readonly delay?: number;
  /** What the double answers in place of its own. */
  readonly instead?: (call: string, seen: Seen) => Reply | undefined;
  /** Of the providers; theirs if left out. */
  readonly patience?: Patience;
}

/** A server in front of a real MLflow, or in its place, that breaks what a test tells it to break. */
export async function faultyMlflow({ before, double, delay = 0, instead, patience }: Standing): Promise<FaultyMlflow> {
  let faults: Faults = () => undefined;
  let now = 0;
  let most = 0;
  const log = keepingLog();
  const providers: Provider[] = [];
  const answer = async (seen: Seen): Promise<Reply> => {
    const isCall = !callOf(seen).endsWith(' artifacts');
    now += isCall ? 1 : 0;
    most = Math.max(most, now);
    if (delay > 0) {
      await new Promise((resolve) => { setTimeout(resolve, delay); });
    }
    now -= isCall ? 1 : 0;
    return instead?.(callOf(seen), seen) ?? double?.answer(seen) ?? { status: 404 };
  };
  const server = await faultServer({
    ...(before === undefined ? { answer } : { before }),
    ranges: true,
    faults: (seen) => faults(callOf(seen), seen.path),
  });
  return {
    url: server.url,
    requests: server.requests,
    log,
    async open(settings = {}, secret) {
      const provider = await openProvider({ kind: 'mlflow', name: 'mlflow', url: server.url, ...settings }, { workerFile, log, patience, secret: async () => secret });
      providers.push(provider);
      return provider;
    },
    break(rule) { faults = rule; },
    heal() { faults = () => undefined; },
    mostAtOnce: () => most,
    restart: (ms) => server.restart(ms),
    async close() {
      await Promise.all(providers.map((provider) => provider.dispose()));
      await server.close();
    },
  };
}

/** The method and the route below /api/2.0/mlflow/. */
export function callOf({ method, path }: Pick<Seen, 'method' | 'path'>): string {
  const [route = ''] = path.split('?');
  return `${method} ${/\/mlflow-artifacts\/artifacts\/|^\/get-artifact$/u.test(route) ? 'artifacts' : route.replace(/^.*\/(?:ajax-)?api\/\d\.0\/mlflow\//u, '')}`;
}
