import * as path from 'node:path';
import type { Browser } from 'playwright-core';

/** What test/host/e2e.mjs prepared: an editor with the packaged extension installed. */
interface Prepared {
  readonly host: { readonly vscode: string; readonly node: string; readonly server: string };
  readonly extensions: string;
  readonly folder: string;
  readonly keep: boolean;
}

export interface RunningEditor {
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

interface EditorOptions {
  readonly host: Prepared['host'];
  readonly folder: string;
  readonly extensionsDir: string;
  readonly settings: Record<string, unknown>;
  readonly env: Record<string, string>;
}

/** The modules of test/host, as far as they are used here. */
interface HostModules {
  startHost(options: EditorOptions): Promise<RunningEditor>;
  windowAddress(running: RunningEditor, folder: string): string;
  launchBrowser(): Promise<Browser>;
  copySample(target: string): string;
}

export const checkout = path.resolve(__dirname, '../../../..');

export async function hostModules(): Promise<HostModules> {
  const parts = await Promise.all(['server', 'browser', 'folders'].map(name => load(`${name}.mjs`)));
  return Object.assign({}, ...parts) as HostModules;
}

export function prepared(): Prepared {
  const text = process.env['E2E_HOST'];
  if (!text) {
    throw new Error('Run the end-to-end tests with `npm run test:e2e`: it prepares the editor that they drive.');
  }
  return JSON.parse(text) as Prepared;
}

async function load(name: string): Promise<object> {
  return await import(path.join(checkout, 'test', 'host', name)) as object;
}
