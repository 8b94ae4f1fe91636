import { unsupported } from '../../model/errors';
import type { Provider } from '../provider';
import type { MlflowSettings, ProviderEnvironment } from '../registry';

export function openMlflow(settings: MlflowSettings, _environment: ProviderEnvironment): Promise<Provider> {
  throw unsupported(`MLflow at ${settings.url} cannot be opened yet.`);
}
