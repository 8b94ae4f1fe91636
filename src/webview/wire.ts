interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const SAVE_MS = 100;

/** A page's end of the wire to its host, with what the editor keeps of it over a reload. */
export interface Wire<Down, Up, Kept> {
  readonly post: (intent: Up) => void;
  readonly listen: (receive: (message: Down) => void) => () => void;
  readonly kept: Kept;
  keep(change: Partial<Kept>): void;
}

/** Once for each page. `begin` makes of what an earlier page kept, whatever that is, what this one goes on with. */
export function connect<Down, Up, Kept extends object>(begin: (saved: Partial<Kept> | undefined) => Kept): Wire<Down, Up, Kept> {
  const api = acquireVsCodeApi();
  let kept = begin(api.getState() as Partial<Kept> | undefined);
  let saving: number | undefined;
  return {
    post: (intent) => api.postMessage(intent),
    listen: (receive) => {
      const onMessage = ({ data }: MessageEvent<Down>): void => receive(data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
    get kept() {
      return kept;
    },
    keep: (change) => {
      kept = { ...kept, ...change };
      // Each time is a message to the window, and scrolling remembers every row it passes.
      saving ??= window.setTimeout(() => {
        saving = undefined;
        api.setState(kept);
      }, SAVE_MS);
    },
  };
}
