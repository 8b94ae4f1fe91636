import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';

interface Drag {
  readonly x: number;
  readonly width: number;
  /** What it was drawn as last; nothing before the mouse has moved. */
  drawn?: number;
}

/** The right edge of a head, which is dragged. A double click is for the width that fits. Keys are those of the head. */
export function RunSash({ onStart, onDraw, onEnd, onFit }: {
  readonly onStart: () => void;
  /** As wide as this while it is dragged; what it becomes of that is told. */
  readonly onDraw: (width: number) => number;
  /** The width in the end, or nothing where it was only pressed. */
  readonly onEnd: (width: number | undefined) => void;
  readonly onFit: () => void;
}): VNode {
  const drag = useRef<Drag>(undefined);
  return (
    <div
      class="run-sash" aria-hidden="true"
      // The focus stays where it is.
      onMouseDown={(event) => event.preventDefault()}
      onPointerDown={({ button, clientX, pointerId, currentTarget }) => {
        if (button === 0) {
          currentTarget.setPointerCapture(pointerId);
          drag.current = { x: clientX, width: currentTarget.parentElement?.offsetWidth ?? 0 };
          onStart();
        }
      }}
      onPointerMove={({ clientX }) => {
        if (drag.current !== undefined && (drag.current.drawn !== undefined || clientX !== drag.current.x)) {
          drag.current.drawn = onDraw(drag.current.width + clientX - drag.current.x);
        }
      }}
      onLostPointerCapture={() => {
        onEnd(drag.current?.drawn);
        drag.current = undefined;
      }}
      onDblClick={onFit}
    />
  );
}
