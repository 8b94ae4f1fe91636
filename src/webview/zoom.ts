import { select } from 'd3-selection';
import { zoom as zoomBehavior, zoomIdentity, type ZoomBehavior, type ZoomTransform, zoomTransform } from 'd3-zoom';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { type Drawing, NODE_HEIGHT, NODE_WIDTH } from './layout';

interface Zoom {
  /** For the group that holds the drawing. */
  readonly transform: string;
  readonly by: (factor: number) => void;
  /** Shows all of it. */
  readonly fit: () => void;
  /** Brings a node into view. */
  readonly reveal: (id: string) => void;
}

const SMALLEST = 0.2;
const LARGEST = 3;
/** Below this nobody can read the words, so a large graph begins around its focus. */
const READABLE = 0.85;

export function useZoom(box: RefObject<HTMLDivElement | null>, drawing: Drawing, selected: string): Zoom {
  const [transform, setTransform] = useState<ZoomTransform>(zoomIdentity);
  const zoom = useMemo<ZoomBehavior<HTMLDivElement, unknown>>(() => zoomBehavior<HTMLDivElement, unknown>().scaleExtent([SMALLEST, LARGEST]), []);

  const to = (next: ZoomTransform): void => {
    if (box.current) {
      zoom.transform(select(box.current), next);
    }
  };
  const fit = (smallest = SMALLEST): void => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = box.current ?? {};
    if (width === 0 || drawing.width === 0) {
      return;
    }
    const all = Math.min(1, width / drawing.width, height / drawing.height);
    to(all < smallest ? centred(smallest) : zoomIdentity.translate((width - drawing.width * all) / 2, (height - drawing.height * all) / 2).scale(all));
  };
  const centred = (scale: number): ZoomTransform => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = box.current ?? {};
    const { x = 0, y = 0 } = drawing.nodes.find(({ node }) => node.id === selected) ?? {};
    return zoomIdentity.translate(width / 2 - (x + NODE_WIDTH / 2) * scale, height / 2 - (y + NODE_HEIGHT / 2) * scale).scale(scale);
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    zoom.on('zoom', () => setTransform(zoomTransform(element)));
    // A double click opens a node.
    const target = select(element).call(zoom).on('dblclick.zoom', null);
    return () => {
      target.on('.zoom', null);
    };
  }, [zoom]);
  // A drawing that grew is another drawing: what was in the middle has moved.
  useLayoutEffect(() => fit(READABLE), [drawing]);
  return {
    transform: transform.toString(),
    by: (factor) => {
      if (box.current) {
        zoom.scaleBy(select(box.current), factor);
      }
    },
    fit: () => fit(),
    reveal: (id) => {
      const placed = drawing.nodes.find(({ node }) => node.id === id);
      const element = box.current;
      if (placed === undefined || element === null) {
        return;
      }
      const [left, top] = transform.apply([placed.x, placed.y]);
      const [right, bottom] = transform.apply([placed.x + NODE_WIDTH, placed.y + NODE_HEIGHT]);
      const shift = (low: number, high: number, size: number): number => (low < 20 ? 20 - low : high > size - 20 ? size - 20 - high : 0);
      const [x, y] = [shift(left, right, element.clientWidth), shift(top, bottom, element.clientHeight)];
      if (x !== 0 || y !== 0) {
        zoom.translateBy(select(element), x / transform.k, y / transform.k);
      }
    },
  };
}
