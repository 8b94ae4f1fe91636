import type { VNode } from 'preact';
import { oneLine } from '../model/line';
import { Line } from './line';
import { Icon } from './parts';
import { fill } from './words';

/** Words as chips, each with a button that takes it away, and one that adds more. */
export function Chips({ label, words, none, fixed, add, remove, editable, onAdd, onRemove }: {
  readonly label: string;
  readonly words: readonly string[];
  /** Said when there is no word. */
  readonly none: string | undefined;
  /** A word that stands before the others and stays. */
  readonly fixed?: string | undefined;
  readonly add: string;
  /** With `{0}` for the word. */
  readonly remove: string;
  readonly editable: boolean;
  readonly onAdd: () => void;
  readonly onRemove: (word: string) => void;
}): VNode {
  return (
    <div class="chips">
      {(words.length > 0 || fixed !== undefined) && (
        <ul aria-label={label}>
          {fixed !== undefined && <li class="label strong">{fixed}</li>}
          {words.map((word) => (
            <li key={word} class="label strong">
              <Line title={word}>{word}</Line>
              {editable && (
                <button type="button" class="chip-remove" title={fill(remove, oneLine(word))} aria-label={fill(remove, oneLine(word))} onClick={() => onRemove(word)}>
                  <Icon name="close" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {words.length === 0 && none !== undefined && <span class="faint">{none}</span>}
      {editable && <button type="button" class="link add" onClick={onAdd}><Icon name="add" />{add}</button>}
    </div>
  );
}
