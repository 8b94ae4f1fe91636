import type { AssetQuery } from '../model/assetPage';
import type { RunRef, VersionRef } from '../model/artifact';
import type { FromWebview, PanelMemory, PanelTab, ToWebview } from '../protocol';
import { connect } from './wire';

interface AssetsMemory {
  readonly query: AssetQuery;
  /** The active row, and the first one in view. */
  readonly row: number;
  readonly top: number;
}

/** What a person did to the page, kept while it is hidden and over a reload. Nothing that the host knows. */
export interface Memory {
  readonly tab: PanelTab;
  readonly assets: AssetsMemory;
  /** How far the overview is scrolled. */
  readonly scrolled: number;
  /** Nodes of the metadata tree that were opened or closed against the default, as JSON pointers. */
  readonly toggled: readonly string[];
  readonly expanded: readonly (VersionRef | RunRef)[];
  /** Whether the legend of the graph is open; where nobody has said so, where there is room. */
  readonly legend?: boolean;
  /** How many of the runs below are shown, where somebody wanted more. */
  readonly nested?: number;
  /** The metric whose plot has its tab to itself. */
  readonly enlarged?: string | undefined;
  readonly filters: { readonly parameters: string; readonly metrics: string };
}

/** Changes when the shape of `Memory` does; what an older page kept is then forgotten. */
const FORMAT = 3;

const NOTHING: Memory = {
  tab: 'overview',
  assets: { query: { filter: '', sort: 'name', descending: false }, row: 0, top: 0 },
  scrolled: 0,
  toggled: [],
  expanded: [],
  filters: { parameters: '', metrics: '' },
};

/** The page's side of the wire. */
export interface Host {
  post(intent: FromWebview): void;
  listen(receive: (message: ToWebview) => void): () => void;
  readonly memory: Memory;
  remember(change: Partial<Memory>): void;
  /** What a reload brings the page back to. */
  keepRef(ref: VersionRef | RunRef): void;
}

interface Kept {
  readonly format: number;
  readonly ref: PanelMemory['ref'] | undefined;
  readonly memory: Memory;
}

export function connectHost(): Host {
  const wire = connect<ToWebview, FromWebview, Kept>((saved) => ({ format: FORMAT, ref: saved?.ref, memory: saved?.format === FORMAT && saved.memory ? saved.memory : NOTHING }));
  return {
    post: wire.post,
    listen: wire.listen,
    get memory() {
      return wire.kept.memory;
    },
    remember: (change) => wire.keep({ memory: { ...wire.kept.memory, ...change } }),
    keepRef: (ref) => wire.keep({ ref }),
  };
}
