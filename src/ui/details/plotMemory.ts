import type { Memento } from 'vscode';
import { isPlotChoices } from '../../protocol/gate';
import { PLAIN_PLOTS, type PlotChoices } from '../../protocol/plots';

const KEY = 'artifacts.plots';

/** How a person last wanted plots drawn, for all pages and windows. */
export class PlotMemory {
  constructor(private readonly memory: Memento) {}

  get choices(): PlotChoices {
    const kept = this.memory.get<unknown>(KEY);
    return isPlotChoices(kept) ? kept : PLAIN_PLOTS;
  }

  choose({ horizontal, vertical, smoothing }: PlotChoices): void {
    void this.memory.update(KEY, { horizontal, vertical, smoothing });
  }
}
