import assert from 'node:assert/strict';
import { all } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** Runs, and what is handed out of them and of versions. */
export function runs(on: Trial): void {
  on.whereOffered(['startRun', 'runs'], () => {
    it('start, end and are listed newest first', async () => {
      const first = await on.startRun('prepare 1/2: data');
      await new Promise((resolve) => setTimeout(resolve, 5));
      const second = await on.startRun('train');
      await on.provider.endRun?.(first, 'failed');
      const runs = (await all(on.provider.runs!(on.artifact))).filter(({ run }) => run === first.run || run === second.run);
      assert.deepEqual(runs.map((run) => [run.name, run.status]), [['train', 'running'], ['prepare 1/2: data', on.provider.endRun === undefined ? 'running' : 'failed']]);
      assert.ok(on.provider.endRun === undefined || runs[1]?.ended !== undefined);
      if (on.provider.endRun !== undefined) {
        await assert.rejects(on.provider.endRun({ ...first, run: 'no-such-run' }, 'failed'), rejectsWith('notFound'));
      }
    });
  });

  on.whereOffered(['startRun', 'runs', 'runNaming'], () => {
    it('get another name, and stay as they are', async () => {
      const started = await on.startRun('train');
      const listed = async () => (await all(on.provider.runs!(on.artifact))).find(({ run }) => run === started.run);
      const before = await listed();
      const { name, run, status } = await on.provider.runNaming!.rename(started, 'the best, “3/4”: all');
      assert.deepEqual([name, run, status], ['the best, “3/4”: all', started.run, 'running']);
      assert.deepEqual(await listed(), { ...before, name });
      await on.provider.endRun?.(started, 'finished');
      assert.equal((await listed())?.name, name);
      await assert.rejects(on.provider.runNaming!.rename({ ...started, run: 'no-such-run' }, 'x'), rejectsWith('notFound'));
    });

    it('keep their names where the new one is none', async () => {
      const started = await on.startRun('train');
      const { runNaming } = on.provider;
      for (const none of ['', ' ', 'n'.repeat(251)]) {
        assert.ok(runNaming!.nameProblem(none));
        await assert.rejects(runNaming!.rename(started, none), rejectsWith('invalid'));
      }
      assert.equal(runNaming!.nameProblem('train'), undefined);
      assert.equal((await all(on.provider.runs!(on.artifact))).find(({ run }) => run === started.run)?.name, 'train');
    });
  });

  on.whereOffered(['startRun', 'runNaming', 'lineage'], () => {
    it('are called by their new name in the lineage of what they made', async () => {
      const producer = await on.startRun('train');
      const version = await on.log({ a: '1' }, { producer });
      await on.provider.runNaming!.rename(producer, 'the best');
      const { nodes } = await on.provider.lineage!(version);
      assert.deepEqual(nodes.flatMap((node) => (node.kind === 'run' && node.ref.run === producer.run ? [node.name] : [])), ['the best']);
    });
  });

  on.whereOffered(['startRun', 'runs'], () => {
    it('are found by a part of the name, whatever the case', async () => {
      const [train, evaluate] = [await on.startRun('Train anew'), await on.startRun('evaluate')];
      const ids = async (search: string): Promise<readonly string[]> =>
        (await all(on.provider.runs!({ ...on.artifact, search }))).flatMap(({ run }) => ([train.run, evaluate.run].includes(run) ? [run] : []));
      assert.deepEqual(await ids('AIN AN'), [train.run]);
      assert.deepEqual(await ids('nobody'), []);
    });
  });

  on.whereOffered(['startRun', 'run'], () => {
    it('are told one by one, as they stand now', async () => {
      const started = await on.startRun('train');
      const details = await on.provider.run!(started);
      assert.deepEqual([details.run, details.workspace, details.name, details.status], [started.run, on.artifact.workspace, 'train', 'running']);
      assert.deepEqual([details.metrics, details.parameters], [[], {}]);
      await on.provider.endRun?.(started, 'finished');
      assert.equal((await on.provider.run!(started)).status, on.provider.endRun === undefined ? 'running' : 'finished');
      await assert.rejects(on.provider.run!({ ...started, run: 'no-such-run' }), rejectsWith('notFound'));
    });
  });

  on.whereOffered(['startRun', 'runs', 'experiments'], () => {
    it('are found below their experiment, by a part of the name, whatever the case', async () => {
      const started = await on.startRun('Train anew');
      const { experiment } = (await all(on.provider.runs!(on.artifact))).find(({ run }) => run === started.run) ?? {};
      const found = (await all(on.provider.experiments!(on.artifact))).find((each) => each.experiment === experiment);
      assert.ok(found !== undefined && found.name !== '');
      const search = found.name.slice(1).toUpperCase();
      assert.ok((await all(on.provider.experiments!({ ...on.artifact, search }))).some((each) => each.experiment === experiment));
      assert.deepEqual(await all(on.provider.experiments!({ ...on.artifact, search: `${search}-nothing` })), []);
      assert.ok((await all(on.provider.runs!({ ...found, search: 'AIN AN' }))).some(({ run }) => run === started.run));
      assert.deepEqual(await all(on.provider.runs!({ ...found, search: 'nobody' })), []);
    });
  });

  on.whereOffered(['snippet'], () => {
    it('hands out lines of Python for a version and a file of it, that name what they load', async () => {
      const version = await on.log({ 'folder/a.txt': '1' }, { aliases: ['prod'] });
      for (const of of [version, { ...version, version: 'prod' }, { ...version, path: 'folder/a.txt' }, { ...version, path: 'folder' }]) {
        const text = await on.provider.snippet!(of, 'load');
        assert.ok(text.includes(on.artifact.artifact) && !('path' in of && !text.includes('folder')), text);
        // Whole lines, of which none is cut.
        assert.match(text, /^(?:import|from) .*[^\\]\n$/su);
      }
    });
  });

  on.whereOffered(['webUrl', 'startRun', 'run'], () => {
    it('knows the page of a version and of a run that were seen, without anything secret in it', async () => {
      const version = await on.log({ a: '1' });
      const run = await on.startRun('train');
      await on.provider.run!(run);
      for (const url of [on.provider.webUrl!(version), on.provider.webUrl!(run)].map((text) => new URL(text ?? 'none:'))) {
        assert.deepEqual([url.protocol.startsWith('http'), url.username, url.password], [true, '', '']);
      }
      assert.equal(on.provider.webUrl!({ ...version, version: '9.0.0' }), undefined);
    });
  });
}
