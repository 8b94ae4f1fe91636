import type { VNode } from 'preact';
import { inOrder, oneLine, shortened } from '../model/line';

const LONGEST_TITLE = 1000;

/** Text of others in one line, which neither breaks nor turns around what stands beside it. */
export function Line({ title, class: look, children }: { readonly title?: string; readonly class?: string; readonly children: string | undefined }): VNode {
  return <bdi class={look} title={title && inOrder(shortened(title, LONGEST_TITLE))}>{children && oneLine(children)}</bdi>;
}
