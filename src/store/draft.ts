import { checkDraft as checkNames, type DraftLabels, notANumber } from '../model/draftRules';
import { isBump } from '../model/version';
import { isPlainlyEncoded } from './fileName';
import type { ArtifactName } from './layout';
import type { RunName } from './runs';

export interface NewVersion extends ArtifactName, DraftLabels {
  readonly type: string;
  /** A bump or an exact number. */
  readonly version: string;
  readonly producer?: RunName | undefined;
  /** The version that it shares most small files with, where that is known; the latest otherwise. */
  readonly after?: string | undefined;
  /** Milliseconds since 1970, of a version that was logged elsewhere; now otherwise. */
  readonly created?: number | undefined;
}

export type NewLabels = DraftLabels;

/** What no back end takes, and a number that would not be readable in its folder's name. */
export function checkDraft(draft: NewVersion): void {
  checkNames(draft);
  if (!isBump(draft.version) && !isPlainlyEncoded(draft.version)) {
    throw notANumber(draft.version);
  }
}
