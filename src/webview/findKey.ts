import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Ctrl+F, or Cmd+F, leads into the box, whatever has the focus. */
export function useFindKey(box: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
        event.preventDefault();
        box.current?.select();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
