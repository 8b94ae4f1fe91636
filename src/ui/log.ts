import * as vscode from 'vscode';
import type { Services } from './services';

/** The output channel *ML Artifacts*, as the rooms below see it. Its level is VS Code's own setting. */
export function createLog(): Services['log'] & vscode.Disposable {
  const channel = vscode.window.createOutputChannel('ML Artifacts', { log: true });
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message, cause) => channel.error(cause === undefined ? message : `${message}\n${described(cause)}`),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}

/** With the stacks of what caused it: this is the one place where they are read. */
function described(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return String(cause);
  }
  const own = cause.stack ?? `${cause.name}: ${cause.message}`;
  return cause.cause === undefined ? own : `${own}\ncaused by ${described(cause.cause)}`;
}
