import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { MAX_METRICS } from '../protocol';

const ASK_MS = 60;

/** Before an element comes into view there is time to ask for what it shows. */
const AHEAD = '300px';

/** Tells of which names in a list, which scrolls, the elements, marked with `data-name`, can be seen, or are about to. */
export function useVisibleNames(list: RefObject<HTMLElement | null>, shown: readonly string[], isOn: boolean, tell: (names: readonly string[]) => void): void {
  const names = shown.join('\n');
  useEffect(() => {
    if (!isOn || list.current === null) {
      return undefined;
    }
    const visible = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const name = target.getAttribute('data-name') ?? '';
        if (isIntersecting) {
          visible.add(name);
        } else {
          visible.delete(name);
        }
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        tell([...visible].slice(0, MAX_METRICS));
      }, ASK_MS);
    }, { root: list.current, rootMargin: AHEAD });
    list.current.querySelectorAll('[data-name]').forEach((row) => observer.observe(row));
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [names, isOn]);
}
