import type * as http from 'node:http';

/** What goes wrong with one request of a route. */
export type Mishap =
  /** Nothing goes wrong with this one, but perhaps with the next. */
  | { readonly kind: 'none' }
  /** Another answer than the right one; nothing happens on the server. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string }
  /** Comet's own way to refuse. */
  | { readonly kind: 'refusal'; readonly code: number; readonly status?: number }
  /** All happens, and the answer is lost: a reset, or this status of a gateway instead. */
  | { readonly kind: 'lost'; readonly status?: number }
  /** A TCP reset after so many bytes of the request's body; nothing happens on the server. */
  | { readonly kind: 'reset'; readonly after?: number }
  /** So many bytes of the answer's body under the length of all, then the end. */
  | { readonly kind: 'truncated'; readonly after: number }
  /** The answer's body in its full length with one bit flipped. */
  | { readonly kind: 'flipped' }
  /** No answer, ever; nothing happens on the server. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'delay'; readonly ms: number };

/** What a gateway shows to people. */
export const htmlPage: Mishap = { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title><p>Please sign in.' };

/** Mishaps of the next requests, by route. */
export class Mishaps {
  readonly #next = new Map<string, Mishap[]>();

  add(route: string, mishaps: readonly Mishap[]): void {
    this.#next.set(route, [...this.#next.get(route) ?? [], ...mishaps]);
  }

  take(route: string): Mishap | undefined {
    return this.#next.get(route)?.shift();
  }

  clear(): void {
    this.#next.clear();
  }

  /** Routes whose mishaps have not all come to pass. */
  left(): string[] {
    return [...this.#next].filter(([, mishaps]) => mishaps.length > 0).map(([route]) => route);
  }
}
