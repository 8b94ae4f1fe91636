import { createLog } from '../../src/ui/log';

describe('the log of a window', () => {
  it('takes what is said after the window has closed it, by transfers that tidy up', () => {
    const log = createLog();
    log.info('one line');
    log.dispose();
    log.debug('too late');
    log.info('too late');
    log.warn('too late');
    log.error('too late', new Error('of a server'));
  });
});
