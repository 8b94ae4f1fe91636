import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { ArtifactVersion } from '../../src/model/artifact';
import { unsupported } from '../../src/model/errors';
import type { RemoteAsset, VersionDraft, VersionWriter } from '../../src/providers/provider';
import { addRemoteAsset } from '../../src/ui/commands/addRemoteAsset';
import type { Invocation } from '../../src/ui/commands/invocation';
import { BACK } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { createTransfers } from '../../src/ui/transfers';
import { MemoryProvider } from '../support/memoryProvider';
import { type Answer, ScriptedPrompts } from './scriptedPrompts';
import { silent, TestConnections, TestKeys, TestMemento, testRuns } from './world';

/** Takes links, and nothing else. */
class LinkKeeper extends MemoryProvider {
  readonly links: RemoteAsset[] = [];

  override async begin(draft?: VersionDraft): Promise<VersionWriter> {
    assert.ok(draft);
    return {
      put: async () => {},
      link: async (assets) => void this.links.push(...assets),
      commit: async (): Promise<ArtifactVersion> => {
        this.log(`${draft.workspace}/${draft.artifact}`, '1.0.0', Object.fromEntries(this.links.map(({ path, link }) => [path, { elsewhere: link }])));
        return await this.version({ ...draft, version: '1.0.0' });
      },
      abandon: async () => {},
    };
  }
}

describe('Add Remote Asset…', () => {
  const objects: readonly RemoteAsset[] = [{ path: 'raw/a', link: 's3://bkt/data/a', size: 1 }, { path: 'raw/b', link: 's3://bkt/data/b', size: 2 }];
  const asked: unknown[] = [];
  const owned: vscode.Disposable[] = [];
  let provider: LinkKeeper;
  let services: Services;

  beforeEach(() => {
    asked.length = 0;
    provider = new LinkKeeper('team');
    const connections = new TestConnections(provider);
    const transfers = createTransfers(new TestKeys());
    const runs = testRuns(connections);
    owned.push(transfers, runs);
    const remote = {
      below: async (link: string, folder: string) => {
        asked.push([link, folder]);
        if (!link.startsWith('s3://')) {
          throw unsupported('Only s3:// addresses can be expanded.');
        }
        return objects;
      },
    };
    services = {
      connections, transfers, runs, remote, context: { workspaceState: new TestMemento(), globalState: new TestMemento() }, log: { ...silent, show: () => {} },
      tree: { reveal: async () => {}, selection: [] }, panels: { active: undefined },
    } as unknown as Services;
  });
  afterEach(() => owned.splice(0).forEach((each) => each.dispose()));

  const ask = async (...script: readonly Answer[]): Promise<ScriptedPrompts> => {
    const prompts = new ScriptedPrompts(...script);
    await addRemoteAsset(services, { subject: undefined, subjects: [], answers: { artifact: 'far', workspace: 'ada' }, prompts, byCode: false } satisfies Invocation);
    assert.ok(prompts.isDone);
    return prompts;
  };

  it('adds each object below an address, where that is chosen, into the folder that is named', async () => {
    await ask('s3://bkt/data', 'Expand into Its Objects', 'raw');
    assert.deepEqual([asked, provider.links], [[['s3://bkt/data', 'raw']], objects]);
  });

  it('adds them without a folder, too', async () => {
    await ask('s3://bkt/data', 'Expand into Its Objects', { typed: '' });
    assert.deepEqual(asked, [['s3://bkt/data', '']]);
  });

  it('adds one link where that is chosen, and asks nothing of addresses elsewhere', async () => {
    await ask('s3://bkt/data/train.csv', 'Add One Link', 'enter');
    const { lists } = await ask('gs://bkt/data/train.csv', 'enter');
    assert.deepEqual([asked, lists, provider.links], [[], [], [{ path: 'train.csv', link: 's3://bkt/data/train.csv' }, { path: 'train.csv', link: 'gs://bkt/data/train.csv' }]]);
  });

  it('goes back to the address', async () => {
    await ask('s3://bkt/wrong', BACK, 's3://bkt/data', 'Expand into Its Objects', 'enter');
    assert.deepEqual(asked, [['s3://bkt/data', 'data']]);
  });

  it('makes no run where nothing can be expanded', async () => {
    const invocation: Invocation = { subject: undefined, subjects: [], answers: { artifact: 'far', workspace: 'ada', uri: 'gs://bkt/data', expand: true }, prompts: new ScriptedPrompts(), byCode: true };
    await assert.rejects(addRemoteAsset(services, invocation), { code: 'unsupported' });
    assert.deepEqual([provider.links, [...provider.runsById]], [[], []]);
  });
});
