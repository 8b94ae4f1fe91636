import { unsupported } from '../../../model/errors';
import { isGunicorn } from '../../http/conversation';
import type { Ground } from './ground';

/**
 * Whether the server serves one request at a time with each of its workers, and ends it after half a minute: gunicorn does unless it is told
 * otherwise, which is what MLflow before 3.3 runs on, and any later one that was told so.
 */
export function endsRequests({ http, offers }: Pick<Ground, 'http' | 'offers'>): boolean {
  const server = http.server();
  return isGunicorn(server) || (offers.isOld && !/^uvicorn\b/iu.test(server ?? ''));
}

/** What there is to say of such a server. */
export const cutOff = (path: string): Error =>
  unsupported(`The server ends each request after half a minute, before ${path} is through. Whoever runs it can start it with --gunicorn-opts "--timeout 600".`);
