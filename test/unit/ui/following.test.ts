import * as assert from 'node:assert/strict';
import { Following } from '../../../src/ui/following';
import { until } from '../../support/until';

const quiet = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 60));

describe('following what goes on', () => {
  it('reads again and again, never twice at a time', async () => {
    let [reading, most, read] = [0, 0, 0];
    const following = new Following({
      isFollowed: () => read < 4,
      read: async () => {
        most = Math.max(most, ++reading);
        following.update();
        await new Promise((resolve) => setTimeout(resolve, 5));
        reading--;
        read++;
        return true;
      },
    }, 5);
    following.update();
    await until(() => read === 4, 'it has read');
    await quiet();
    assert.deepEqual([most, read], [1, 4]);
  });

  it('asks nothing any more of a page that was closed in the middle of a reading', async () => {
    let finish = (): void => {};
    let [isClosed, asked, read] = [false, 0, 0];
    const following = new Following({
      isFollowed: () => {
        asked += isClosed ? 1 : 0;
        return true;
      },
      read: () => new Promise((resolve) => {
        read++;
        finish = () => resolve(true);
      }),
    }, 1);
    following.update();
    await until(() => read === 1, 'it reads');
    following.dispose();
    isClosed = true;
    finish();
    following.update();
    await quiet();
    assert.deepEqual([asked, read], [0, 1]);
  });
});
