import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunDetails } from '../../src/model/artifact';
import { compareRuns } from '../../src/ui/commands/compareRuns';
import { invocationOf } from '../../src/ui/commands/invocation';
import { runUri } from '../../src/ui/documents/uris';
import type { Services } from '../../src/ui/services';
import { MemoryServer } from '../support/memoryServer';
import { silent, TestConnections, until } from './world';

describe('artifacts.compareRuns', () => {
  let services: Services;
  let runs: readonly [RunDetails, RunDetails, RunDetails];

  beforeEach(() => {
    const server = new MemoryServer();
    const churn = server.experiment('churn');
    runs = [server.keep(churn, 'train-1'), server.keep(churn, 'train-2'), server.keep(churn, 'train-3')];
    services = { connections: new TestConnections(server), panels: { active: undefined }, tree: { selection: [] }, log: { ...silent, show: () => {} } } as unknown as Services;
  });
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const rowOf = ({ connection, workspace, run }: RunDetails): object => ({ kind: 'run', id: run, ref: { connection, workspace, run }, parent: undefined, value: undefined });

  /** Left and right of the comparison that is open. */
  async function compared(): Promise<readonly string[]> {
    const input = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    await until(() => input() instanceof vscode.TabInputTextDiff, 'a comparison is open');
    const { original, modified } = input() as vscode.TabInputTextDiff;
    return [String(original), String(modified)];
  }

  it('compares two selected rows, the clicked one as the newer, and asks nothing', async () => {
    const [first, second] = runs.map(rowOf);
    const told = await compareRuns(services, invocationOf([first, [second, first]], 'subject'));
    assert.deepEqual(told, { before: 'ada/@run:r-2', after: 'ada/@run:r-1' });
    assert.deepEqual(await compared(), [String(runUri(runs[1])), String(runUri(runs[0]))]);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'train-2 ↔ train-1');
  });

  it('compares a run with the one that code names, whatever else is selected', async () => {
    const told = await compareRuns(services, invocationOf(['ada/@run:r-1', { with: 'ada/@run:r-3' }], 'subject'));
    assert.deepEqual(told, { before: 'ada/@run:r-3', after: 'ada/@run:r-1' });
    assert.deepEqual(await compared(), [String(runUri(runs[2])), String(runUri(runs[0]))]);
  });

  it('takes no version for a run', async () => {
    const version = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
    await assert.rejects(compareRuns(services, invocationOf([version, {}], 'subject')), { code: 'invalid' });
  });
});
