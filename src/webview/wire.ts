interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const SAVE_MS = 100;

/** The page's end of the wire: intents up, messages down, and what is kept while the page is hidden and over a reload. */
export interface Wire<Message, Intent, State> {
  post(intent: Intent): void;
  listen(receive: (message: Message) => void): () => void;
  /** What was kept, by this version of the page or by another one. */
  readonly saved: unknown;
  save(state: State): void;
}

/** VS Code lets a page do this once. */
export function openWire<Message, Intent, State>(): Wire<Message, Intent, State> {
  const api = acquireVsCodeApi();
  let last: State;
  let saving: number | undefined;
  return {
    post: (intent) => api.postMessage(intent),
    listen: (receive) => {
      const onMessage = ({ data }: MessageEvent<Message>): void => receive(data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
    saved: api.getState(),
    save: (state) => {
      last = state;
      // Each time is a message to the window, and scrolling remembers every row it passes.
      saving ??= window.setTimeout(() => {
        saving = undefined;
        api.setState(last);
      }, SAVE_MS);
    },
  };
}
