import { useLayoutEffect } from 'preact/hooks';
import type { Host } from './host';

/** Where a person had scrolled to before the page was hidden or reloaded. */
export function useKeptScroll(host: Host): void {
  useLayoutEffect(() => {
    window.scrollTo(0, host.memory.scrolled);
    const onScroll = (): void => host.remember({ scrolled: window.scrollY });
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [host]);
}
