import type { Place } from './plot';

/** Index of the value that stands nearest to where one points: by its step, and of several at one step by its height. */
export function nearest(places: readonly Place[], x: number, y: number): number {
  let found = 0;
  let best: readonly [number, number] = [Infinity, Infinity];
  for (const [index, place] of places.entries()) {
    const away = [Math.abs(place.x - x), place.y === undefined ? Infinity : Math.abs(place.y - y)] as const;
    if (away[0] < best[0] || (away[0] === best[0] && away[1] < best[1])) {
      [found, best] = [index, away];
    }
  }
  return found;
}

/** Index of the value that a key leads to; nothing for other keys. */
export function walked(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case 'ArrowLeft': return Math.max(0, at - 1);
    case 'ArrowRight': return Math.min(last, at + 1);
    case 'Home': return 0;
    case 'End': return last;
    default: return undefined;
  }
}
