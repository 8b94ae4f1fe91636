import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { scaled, tell } from '../faults/harness/scale';
import { type Deployment, DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { temporaryFolder } from '../support/temporaryFolder';

const MIB = 2 ** 20;

function largeOn(way: Deployment): void {
  describe(`a large file on MLflow, ${way}`, function () {
    this.timeout(scaled(60_000, 600_000));
    // On a machine that is busy with other tests garbage is collected late, which only adds: the least of three counts.
    this.retries(2);
    const server = runningMlflow(DEPLOYMENTS[way]);
    const folder = temporaryFolder();

    it('goes up, comes down and is copied in a stream: at most 100 MiB are taken, however large it is', async () => {
      const file = path.join(folder(), 'large.bin');
      fs.writeFileSync(file, '');
      const size = scaled(256 * MIB, 2048 * MIB);
      fs.truncateSync(file, size);
      const child = fork(path.join(__dirname, '../support/transferProcess.js'), ['mlflow', server().url, '', file]);
      try {
        const [{ up, down, copied, bytes }] = (await once(child, 'message')) as [{ readonly up: number; readonly down: number; readonly copied: number; readonly bytes: number }];
        tell(`${size / MIB} MiB: ${Math.round(up / MIB)} MiB up, ${Math.round(down / MIB)} MiB down and ${Math.round(copied / MIB)} MiB for a copy above idle`);
        assert.equal(bytes, size);
        assert.ok(up <= 100 * MIB, `${up} bytes up`);
        assert.ok(down <= 100 * MIB, `${down} bytes down`);
        assert.ok(copied <= 100 * MIB, `${copied} bytes for a copy`);
      } finally {
        child.kill();
      }
    });
  });
}

// One PUT through the server; with all faults parts beside it, too.
scaled<readonly Deployment[]>(['slim'], ['slim', 'S3 proxied']).forEach(largeOn);
