import * as assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './support/workbench';

describe('the packaged extension', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });

  after(async () => {
    await workbench.close();
  });

  it('starts with the editor and opens its view container', async () => {
    await workbench.showArtifacts();
    assert.match(await workbench.sideBar.innerText(), /ML Artifacts/i);
    await workbench.screenshot('smoke');
  });
});
