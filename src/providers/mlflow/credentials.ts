import type { Headers } from '../http';
import type { MlflowSettings, ProviderEnvironment } from '../registry';

/** What signs a request in: user name and password, a token, or nothing. Asked anew each time, as people sign in later. */
export async function signInHeaders(settings: MlflowSettings, { secret }: Pick<ProviderEnvironment, 'secret'>): Promise<Headers> {
  const given = await secret?.(settings);
  if (given === undefined || given === '') {
    return {};
  }
  return settings.username === undefined || settings.username === ''
    ? { Authorization: `Bearer ${given}` }
    : { Authorization: `Basic ${Buffer.from(`${settings.username}:${given}`).toString('base64')}` };
}
