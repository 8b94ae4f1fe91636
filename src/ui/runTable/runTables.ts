import * as vscode from 'vscode';
import type { ExperimentRef } from '../../model/artifact';
import type { RunTables, Services } from '../services';
import type { OpenTables } from './openTables';

export const RUN_TABLE_VIEW = 'artifacts.runTable';

/** The tables of this window and their return after a reload. All of it is loaded with the first one. */
export function createRunTables(services: Pick<Services, 'context' | 'connections' | 'panels' | 'log'>): RunTables & vscode.Disposable {
  let loading: Promise<OpenTables> | undefined;
  const tables = (): Promise<OpenTables> => loading ??= import(/* webpackChunkName: "runTable" */ './openTables').then((loaded) => new loaded.OpenTables(services));
  const serializer = vscode.window.registerWebviewPanelSerializer(RUN_TABLE_VIEW, {
    deserializeWebviewPanel: async (panel, memory) => (await tables()).restore(panel, memory),
  });
  return {
    open: async (experiment: ExperimentRef) => (await tables()).open(experiment),
    dispose: () => {
      serializer.dispose();
      void loading?.then((open) => open.dispose());
    },
  };
}
