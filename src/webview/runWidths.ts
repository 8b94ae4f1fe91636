import { useState } from 'preact/hooks';
import type { RunColumn } from '../model/runTable';
import type { ColumnWidth } from '../protocol/runTable';
import type { RunTableHost } from './runTableHost';

/** How wide somebody has made columns. */
export interface RunWidths {
  readonly chosen: ReadonlyMap<RunColumn, number>;
  /** While a column is dragged. */
  draw(column: RunColumn, width: number): void;
  /** For the next time, too. */
  keep(column: RunColumn, width: number): void;
}

/** Only the page changes them, hence it asks once: what the host says later may be older than what was dragged meanwhile. */
export function useRunWidths(host: RunTableHost, told: readonly ColumnWidth[]): RunWidths {
  const [chosen, setChosen] = useState<ReadonlyMap<RunColumn, number>>(() => new Map(told.map(({ column, width }) => [column, width])));
  const draw = (column: RunColumn, width: number): void => setChosen((known) => new Map(known).set(column, width));
  return {
    chosen,
    draw,
    keep: (column, width) => {
      draw(column, width);
      host.post({ kind: 'width', column, width });
    },
  };
}
