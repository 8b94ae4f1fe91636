import * as vscode from 'vscode';
import type { Services } from './services';

/**
 * The output channel *ML Artifacts*, as the rooms below see it. Its level is VS Code's own setting. A window that closes takes the channel
 * away before transfers have come to rest: what they say then is lost, and must not keep them from tidying up.
 */
export function createLog(): Services['log'] & vscode.Disposable {
  const channel = vscode.window.createOutputChannel('ML Artifacts', { log: true });
  let isOpen = true;
  return {
    debug: (message) => isOpen && channel.debug(message),
    info: (message) => isOpen && channel.info(message),
    warn: (message) => isOpen && channel.warn(message),
    error: (message, cause) => isOpen && channel.error(cause === undefined ? message : `${message}\n${described(cause)}`),
    show: () => channel.show(),
    dispose: () => {
      isOpen = false;
      channel.dispose();
    },
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
