import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { memoryFolder } from '../faults/harness/memoryFolder';
import { scaled, tell } from '../faults/harness/scale';
import { call } from './verbs';

const FILES = scaled(10_000, 100_000);
const A_FOLDER = 500;
/** How often the event loop is looked at. */
const RESOLUTION_MS = 5;
const MIB = 2 ** 20;
/** Of the whole extension host, whatever else runs in it. Bytes. */
const MOST_HEAP = 400 * MIB;

describe('very many files', () => {
  const folder = memoryFolder();

  it('are logged and logged again in an editor that goes on, in little memory', async function () {
    this.timeout(600_000);
    const source = path.join(folder(), 'source');
    for (let index = 0; index < FILES; index++) {
      const part = path.join(source, `part-${Math.floor(index / A_FOLDER)}`);
      if (index % A_FOLDER === 0) {
        fs.mkdirSync(part, { recursive: true });
      }
      fs.writeFileSync(path.join(part, `${index}.txt`), `the content of ${index}`);
    }
    const answers = { workspace: `many-${Date.now()}`, artifact: 'many', version: 'major', confirm: false };
    for (const [what, change] of [['new', undefined], ['one changed', path.join(source, 'part-0', '0.txt')]] as const) {
      if (change !== undefined) {
        fs.writeFileSync(change, 'changed');
      }
      const { heap, late, took } = await watched(async () => {
        const { assets } = await call('logArtifact', vscode.Uri.file(source), answers);
        assert.equal(assets, FILES);
      });
      assert.ok(heap < MOST_HEAP, `${heap} bytes of heap`);
      tell(`${FILES} files, ${what}, in ${took} s: ${Math.round(heap / MIB)} MiB of heap at most; turns of the event loop late by less than ${late(99)} ms (99 of 100), ${late(100)} ms (all)`);
    }
  });
});

/** What the work costs those who share this thread with it. */
async function watched(work: () => Promise<void>): Promise<{ readonly heap: number; readonly late: (percentile: number) => string; readonly took: string }> {
  let heap = 0;
  const look = setInterval(() => {
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  }, 20);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const began = performance.now();
  delay.enable();
  try {
    await work();
  } finally {
    delay.disable();
    clearInterval(look);
  }
  // What is counted is from one look to the next.
  const late = (percentile: number): string => Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS).toFixed(1);
  return { heap, late, took: ((performance.now() - began) / 1_000).toFixed(1) };
}
