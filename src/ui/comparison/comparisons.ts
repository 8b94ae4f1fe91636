import * as vscode from 'vscode';
import type { Comparisons, Services } from '../services';
import type { OpenComparisons } from './openComparisons';

/** As `extension.ts` hands it out. */
export type ComparisonSlice = Pick<Services, 'connections' | 'log' | 'panels'> & { readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalState'> };

const COMPARISON_VIEW = 'artifacts.comparison';

/** Pages that compare metrics. What they need is loaded with the first one. */
export function createComparisons(slice: ComparisonSlice): Comparisons & vscode.Disposable {
  let pages: Promise<OpenComparisons> | undefined;
  const load = (): Promise<OpenComparisons> =>
    pages ??= import(/* webpackChunkName: "comparison" */ './openComparisons').then(({ OpenComparisons: Pages }) => new Pages(COMPARISON_VIEW, slice));
  const serializer = vscode.window.registerWebviewPanelSerializer(COMPARISON_VIEW, {
    deserializeWebviewPanel: async (panel, memory) => (await load()).restore(panel, memory),
  });
  return {
    open: async (runs) => (await load()).open(runs),
    dispose: () => {
      serializer.dispose();
      void pages?.then((open) => open.dispose());
    },
  };
}
