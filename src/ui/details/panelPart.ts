import type { VersionRef } from '../../model/artifact';
import type { ToWebview } from '../../protocol';
import type { Provider } from '../../providers/provider';

/** What a part of a details page needs of the page. */
export interface PartHost {
  readonly ref: VersionRef;
  provider(): Promise<Provider>;
  post(message: ToWebview): void;
  /** Writes down what went wrong and says it in a sentence. */
  explain(error: unknown): string;
}
