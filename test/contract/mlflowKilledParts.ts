import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { AssetSource, Provider } from '../../src/providers/provider';
import type { Deployment } from '../support/mlflowServer';
import { logVersion, mlflowProvider } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';

const MIB = 1024 * 1024;

/** To stand first in its file: it looks at all that is under way in the bucket. */
export function killedParts(way: Deployment, server: RunningMlflow): void {
  describe(`large files of a process that is killed, ${way}`, function () {
    this.timeout(180_000);
    let provider: Provider;

    beforeEach(async () => {
      provider = await mlflowProvider(server());
    });
    afterEach(() => provider.dispose());

    const ofBucket = async (query: string): Promise<string> => (await fetch(`${server().bucket}${query}`)).text();
    /** Keys with the ids of their uploads. */
    const uploads = async (): Promise<(readonly [string, string])[]> => [...(await ofBucket('?uploads')).matchAll(/<Upload>[\s\S]*?<\/Upload>/gu)]
      .map(([upload]) => [/<Key>(.*?)<\/Key>/u.exec(upload)![1]!, /<UploadId>(.*?)<\/UploadId>/u.exec(upload)![1]!] as const);
    const withParts = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const [key, id] of await uploads()) {
        if ((await ofBucket(`/${key}?uploadId=${encodeURIComponent(id)}`)).includes('<Part>')) {
          found.push(id);
        }
      }
      return found;
    };

    async function leaveParts(besides: readonly string[] = []): Promise<void> {
      const child = fork(path.join(__dirname, '../support/mlflowLargeLogProcess.js'), [server().url, 'killed', String(400 * MIB)], { stdio: 'ignore' });
      while (!(await withParts()).some((id) => !besides.includes(id))) {
        assert.equal(child.exitCode, null, 'it ended before it was killed');
        await after(10);
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      // What the store has taken on is at its end.
      await after(1_000);
    }

    it('leave no parts in the store when the next one has logged', async () => {
      await leaveParts();
      assert.equal((await uploads()).length, 1);
      await logVersion(provider, { draft: { workspace: 'default', artifact: 'next' }, files: { a: 'a' } });
      assert.deepEqual(await uploads(), []);
    });

    if (way !== '2.22 on S3') {
      it('go without those of one that lives', async () => {
        const gate = Promise.withResolvers<undefined>();
        const living: AssetSource = {
          path: 'living.bin',
          size: 80 * MIB,
          async *open(start = 0) {
            for (let position = start; position < this.size; position += MIB) {
              if (position >= 40 * MIB) {
                await gate.promise;
              }
              yield new Uint8Array(MIB);
            }
          },
        };
        const other = await mlflowProvider(server());
        const logged = logVersion(other, { draft: { workspace: 'default', artifact: 'living' }, sources: [living] });
        while ((await withParts()).length === 0) {
          await after(10);
        }
        const before = await uploads();
        await leaveParts(before.map(([, id]) => id));
        await logVersion(provider, { draft: { workspace: 'default', artifact: 'next' }, files: { a: 'a' } });
        assert.deepEqual(await uploads(), before);
        gate.resolve(undefined);
        assert.equal((await logged).version, '1.0.0');
        await other.dispose();
      });
    }
  });
}
