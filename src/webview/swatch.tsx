import type { VNode } from 'preact';

/** A piece of a line with its number: what tells it from the others. */
export function Swatch({ look }: { readonly look: number }): VNode {
  return (
    <svg class="swatch" width="42" height="14" aria-hidden="true">
      <path class={`plot-line look-${look}`} d="M1,7H25" />
      <text class={`end-label look-${look}`} x="28" y="11">{look + 1}</text>
    </svg>
  );
}
