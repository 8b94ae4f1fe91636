import { execFile, spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

const checkout = path.resolve(__dirname, '../../..');
const scripts = path.join(checkout, 'test', 'support', 'python');

export type MlflowEnvironment = 'mlflow3' | 'mlflow2';

export type PythonEnvironment = MlflowEnvironment | 'comet';

/** Path of an environment's python. The first call on a machine installs it, which takes minutes. */
export async function pythonOf(environment: PythonEnvironment): Promise<string> {
  const running = promisify(execFile)(process.execPath, [path.join(checkout, 'test', 'host', 'mlflow.mjs'), environment]);
  running.child.stderr?.pipe(process.stderr);
  return (await running).stdout.trim();
}

/** An interpreter that runs the scripts of test/support/python, one after the other: MLflow takes seconds to import. */
export interface Python {
  /**
   * Calls `run` of a script with the fields of `input` as named arguments, and returns what it returns. Throws with
   * Python's traceback.
   * @param script file name without `.py`
   */
  run<T = unknown>(script: string, input?: Readonly<Record<string, unknown>>): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
}

/** @param environment variables on top of this process's own, such as `MLFLOW_TRACKING_URI` */
export function openPython(python: string, environment: Readonly<Record<string, string>> = {}): Python {
  const child = spawn(python, [path.join(scripts, 'driver.py')], {
    cwd: scripts,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...environment },
    // What MLflow prints goes nowhere; answers come on a channel of their own.
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4000);
  });
  const input = child.stdin as Writable;
  input.on('error', () => undefined);
  const answers = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  let last: Promise<unknown> = Promise.resolve();

  const ask = async (script: string, values: Readonly<Record<string, unknown>>): Promise<unknown> => {
    input.write(`${JSON.stringify({ script, values })}\n`);
    const line = await answers.next();
    if (line.done === true) {
      throw new Error(`Python ended.\n${said}`);
    }
    const answer = JSON.parse(line.value) as Answer;
    if (answer.error !== undefined) {
      throw new Error(`${script}.py failed.\n${answer.error}`);
    }
    return answer.result;
  };

  return {
    run: async <T>(script: string, values = {}) => {
      const answer = last.then(() => ask(script, values));
      last = answer.catch(() => undefined);
      return await answer as T;
    },
    close: async () => {
      input.end();
      await ended;
    },
  };
}
