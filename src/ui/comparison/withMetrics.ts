import * as vscode from 'vscode';
import { unsupported } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { hasMetrics, type MetricsProvider } from '../hasMetrics';

/** A back end whose runs can be compared by their metrics; any other one is refused. */
export function withMetrics(provider: Provider): MetricsProvider {
  if (!hasMetrics(provider)) {
    throw unsupported(vscode.l10n.t('{0} keeps no metrics of runs.', provider.connection));
  }
  return provider;
}
