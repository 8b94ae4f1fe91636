import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { sendMeasured } from '../../../src/providers/measured';
import type { AssetSource } from '../../../src/providers/provider';
import { bytesOf, source } from '../../support/providers';
import { temporaryFolder } from '../../support/temporaryFolder';

const large = Buffer.alloc(3_000_000, 'abc');
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a source that is sent', () => {
  const folder = temporaryFolder();

  async function sent(from: AssetSource): Promise<{ readonly got: Buffer; readonly size: number; readonly sha256: string }> {
    let got: Buffer = Buffer.alloc(0);
    const measure = await sendMeasured(from, async (what) => {
      got = await bytesOf(what.open());
      assert.equal(got.length, what.size);
    }, () => {});
    return { got, ...measure };
  }

  it('is told by its true size and digest, whatever was announced', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('four'), large]) {
      for (const announced of [0, 4, bytes.length, bytes.length + 5, 2_000_000, 9_000_000]) {
        const { got, size, sha256 } = await sent({ ...source('a', bytes), size: announced });
        assert.ok(got.equals(bytes));
        assert.deepEqual([size, sha256], [bytes.length, digest(bytes)], `${bytes.length} announced as ${announced}`);
      }
    }
  });

  it('is told by what was read of a small file, though it has grown or shrunk since it was looked at', async () => {
    const file = path.join(folder(), 'small.bin');
    for (const [announced, now] of [[0, 0], [0, 5], [4, 4], [4, 9], [9, 4], [4, 2_000_000]] as const) {
      const bytes = large.subarray(0, now);
      fs.writeFileSync(file, bytes);
      const { got, size, sha256 } = await sent({ path: 'small.bin', size: announced, file, open: (start) => fs.createReadStream(file, { start }) });
      assert.ok(got.equals(bytes));
      assert.deepEqual([size, sha256], [now, digest(bytes)], `${announced} became ${now}`);
    }
  });

  it('is hashed on its own where it was sent in parts', async () => {
    const measure = await sendMeasured(source('a', large), async (what) => {
      await bytesOf(what.open(2_000_000));
    }, () => {});
    assert.equal(measure.sha256, digest(large));
  });

  it('that is written to meanwhile is sent again', async () => {
    const file = path.join(folder(), 'growing.bin');
    fs.writeFileSync(file, large);
    const from: AssetSource = { path: 'growing.bin', size: large.length, file, open: (start) => fs.createReadStream(file, { start }) };
    let attempts = 0;
    const measure = await sendMeasured(from, async (what) => {
      await bytesOf(what.open());
      if (++attempts === 1) {
        fs.appendFileSync(file, 'more');
      }
    }, () => {});
    assert.equal(attempts, 2);
    assert.deepEqual(measure, { size: large.length + 4, sha256: digest(fs.readFileSync(file)) });
  });

  it('that never stands still ends in a sentence', async () => {
    const file = path.join(folder(), 'restless.bin');
    fs.writeFileSync(file, large);
    const from: AssetSource = { path: 'restless.bin', size: large.length, file, open: (start) => fs.createReadStream(file, { start }) };
    await assert.rejects(
      sendMeasured(from, async (what) => {
        await bytesOf(what.open());
        fs.appendFileSync(file, 'more');
      }, () => {}),
      (error) => isArtifactError(error, 'invalid') && error.message.includes('restless.bin changes while it is being logged'),
    );
  });

  it('passes on what the server says', async () => {
    await assert.rejects(sendMeasured(source('a', large), () => Promise.reject(new Error('507')), () => {}), /507/u);
  });
});
