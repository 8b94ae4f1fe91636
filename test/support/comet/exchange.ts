import type * as http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { deliver, jsonReply, type Reply, replyOf } from './delivery';
import { checkFields } from './fields';
import { type Form, readForm } from './multipart';
import type { Mishap } from './mishaps';
import { blobOf } from './blobs';
import { Breach, Refusal, statusOf } from './refusal';
import { type Asked, nameOf, type Route } from './route';

/** What one request is served with. */
export interface Place extends Omit<Asked, 'query' | 'body' | 'form' | 'range'> {
  readonly latency: number;
  readonly mishap: (route: string) => Mishap | undefined;
  readonly saw: (route: string, status: number, query: Readonly<Record<string, string>>) => void;
}

const NO_FORM: Form = { file: undefined, fields: {} };

/** Serves a request to Comet itself. */
export async function serve(request: http.IncomingMessage, response: http.ServerResponse, routes: ReadonlyMap<string, Route>, place: Place): Promise<void> {
  const address = new URL(request.url ?? '', place.root);
  const path = address.pathname.replace(/\/experiment\/[A-Za-z0-9]{32,50}\//u, '/experiment/{key}/');
  const name = nameOf({ method: request.method as Route['method'], path });
  const note = (what: string): void => place.note(`${name}: ${what}`);
  const route = routes.get(`${request.method ?? ''} ${path}`);
  const mishap = place.mishap(name);
  let query: Record<string, string> = {};
  const finish = async (reply: Reply): Promise<void> => {
    place.saw(name, reply.status, query);
    if (mishap?.kind === 'delay') {
      await pause(mishap.ms);
    }
    await deliver(response, reply, mishap);
  };
  let release: (() => void) | undefined;
  try {
    if (place.latency > 0) {
      await pause(place.latency);
    }
    if (await isPrevented(request, response, mishap)) {
      place.saw(name, mishap?.kind === 'answer' ? mishap.status : 0, query);
      return;
    }
    if (decodeURIComponent(address.search).includes(place.apiKey) || address.search.includes(place.apiKey)) {
      throw new Breach('the key stands in the address');
    }
    if (route === undefined) {
      throw new Breach('no such route');
    }
    checkKey(request, place.apiKey, note);
    query = queryOf(address);
    checkFields('query', query, route.query);
    const asked = { ...place, note, query, range: request.headers.range };
    release = route.begin?.(asked);
    await finish(replyOf(await route.answer({ ...asked, ...await readBody(request, route, place) }), place.quirks, request.headers.range));
  } catch (error) {
    if (error instanceof Breach) {
      // A client that hangs up in the middle breaks no rule.
      if (!request.destroyed || request.complete) {
        note(error.message);
      }
    } else if (!(error instanceof Refusal)) {
      if (request.complete) {
        note(`the double itself failed: ${String(error)}`);
      }
      response.destroy();
      return;
    }
    await drained(request);
    await finish(refused(error, place)).catch(() => response.destroy());
  } finally {
    release?.();
  }
}

function refused(error: Breach | Refusal, { quirks }: Place): Reply {
  const status = error instanceof Refusal ? statusOf(error, quirks.statuses) : 400;
  return jsonReply(status, { msg: error.message, code: status, data: null, sdk_error_code: error instanceof Refusal ? error.code : 0 }, quirks);
}

/** Mishaps after which nothing happens on the server. */
async function isPrevented(request: http.IncomingMessage, response: http.ServerResponse, mishap: Mishap | undefined): Promise<boolean> {
  switch (mishap?.kind) {
    case 'answer':
      await drained(request);
      await deliver(response, { status: mishap.status, headers: { 'content-type': 'application/json', ...mishap.headers }, body: blobOf(mishap.body ?? '') }, undefined);
      return true;
    case 'refusal':
      throw new Refusal(mishap.code, `Refused with ${mishap.code}`, mishap.status);
    case 'silence':
      request.resume();
      return true;
    case 'reset': {
      let left = mishap.after ?? 0;
      if (left > 0) {
        for await (const chunk of request) {
          left -= (chunk as Buffer).length;
          if (left <= 0) {
            break;
          }
        }
      }
      request.socket.resetAndDestroy();
      return true;
    }
    default:
      return false;
  }
}

/** The raw key, alone. */
function checkKey(request: http.IncomingMessage, apiKey: string, note: (what: string) => void): void {
  const { authorization } = request.headers;
  for (const extra of ['comet-sdk-api', 'cookie', 'proxy-authorization', 'x-api-key'].filter((header) => request.headers[header] !== undefined)) {
    note(`the header ${extra} beside Authorization`);
  }
  if (authorization === undefined) {
    throw new Breach('no Authorization');
  }
  if (/^(bearer|basic) /iu.test(authorization)) {
    throw new Breach('Authorization with a scheme instead of the raw key');
  }
  if (authorization !== apiKey) {
    throw new Refusal(90210, 'Unauthorized', 401);
  }
}

function queryOf(address: URL): Record<string, string> {
  const names = [...address.searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Breach(`the field ${twice} comes twice in its query`);
  }
  return Object.fromEntries(address.searchParams);
}

async function readBody(request: http.IncomingMessage, route: Route, place: Place): Promise<Pick<Asked, 'body' | 'form'>> {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  switch (route.body.kind) {
    case 'none': {
      const bytes = await buffer(request);
      if (bytes.length > 0) {
        throw new Breach('a body where there is none');
      }
      return { body: {}, form: NO_FORM };
    }
    case 'any':
      await drained(request);
      return { body: {}, form: NO_FORM };
    case 'json': {
      const bytes = await buffer(request);
      if (!/^application\/json(; ?charset=utf-8)?$/iu.test(type)) {
        throw new Breach(`content type ${type} instead of application/json`);
      }
      const body = parsed(encoding === 'gzip' ? gunzipSync(bytes) : bytes);
      if (body['apiKey'] !== undefined && body['apiKey'] !== place.apiKey) {
        throw new Breach('another key in the body');
      }
      checkFields('body', body, route.body.fields);
      return { body, form: NO_FORM };
    }
    case 'form': {
      const form = await readForm(request, type, place.newBlob);
      checkFields('form', form.fields, route.body.fields);
      return { body: {}, form };
    }
  }
}

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  throw new Breach('a body that is no JSON object');
}

async function drained(request: http.IncomingMessage): Promise<void> {
  if (!request.destroyed && !request.complete) {
    request.resume();
    await finished(request, { writable: false }).catch(() => undefined);
  }
}
