import type { ExperimentRef } from '../model/artifact';
import type { FromRunTable, RunTableMemory, RunTableView, ToRunTable } from '../protocol/runTable';
import { NOTHING_SELECTED, type Selection } from './runSelection';
import { connect } from './wire';

/** Where a person was, kept while the page is hidden and over a reload. */
interface Place {
  /** The first row in view, and how far it is scrolled to the side. */
  readonly top: number;
  readonly left: number;
  readonly selection: Selection;
}

/** Changes when the shape of `Place` does; what an older page kept is then forgotten. */
const FORMAT = 1;

const BEGINNING: Place = { top: 0, left: 0, selection: NOTHING_SELECTED };

interface Kept extends Partial<RunTableMemory> {
  readonly format: number;
  readonly place: Place;
}

/** The side of a table of runs of its wire. */
export interface RunTableHost {
  post(intent: FromRunTable): void;
  listen(receive: (message: ToRunTable) => void): () => void;
  readonly place: Place;
  remember(change: Partial<Place>): void;
  /** What a reload brings the page back to. */
  keep(memory: { readonly ref: ExperimentRef } | { readonly view: RunTableView }): void;
}

export function connectRunTable(): RunTableHost {
  const wire = connect<ToRunTable, FromRunTable, Kept>((saved) => (saved?.format === FORMAT && saved.place ? { ...saved, format: FORMAT, place: saved.place } : { format: FORMAT, place: BEGINNING }));
  return {
    post: wire.post,
    listen: wire.listen,
    get place() {
      return wire.kept.place;
    },
    remember: (change) => wire.keep({ place: { ...wire.kept.place, ...change } }),
    keep: (memory) => wire.keep(memory),
  };
}
