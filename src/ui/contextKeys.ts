import * as vscode from 'vscode';

/** What `when` clauses of package.json ask for. */
export interface ContextKeyTypes {
  /** Nothing is logged anywhere, and there is one connection only. */
  readonly 'artifacts.empty': boolean;
  readonly 'artifacts.filtered': boolean;
  /** This window has started a server. */
  readonly 'artifacts.mlflowServer': boolean;
  readonly 'artifacts.severalConnections': boolean;
  readonly 'artifacts.transferring': boolean;
}

export interface ContextKeys {
  set<K extends keyof ContextKeyTypes>(key: K, value: ContextKeyTypes[K]): void;
}

/** Tells VS Code of changes only: each one crosses to the window and evaluates menus. */
export function createContextKeys(): ContextKeys {
  const known = new Map<keyof ContextKeyTypes, ContextKeyTypes[keyof ContextKeyTypes]>();
  return {
    set(key, value) {
      if (known.get(key) !== value) {
        known.set(key, value);
        void vscode.commands.executeCommand('setContext', key, value);
      }
    },
  };
}
