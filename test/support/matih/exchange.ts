import type * as http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { type BlobWriter, blobOf } from '../comet/blobs';
import { deliver } from '../comet/delivery';
import { checkFields } from '../comet/fields';
import type { Mishap } from '../comet/mishaps';
import { readForm } from '../comet/multipart';
import { Breach } from '../comet/refusal';
import type { Quirks } from './quirks';
import type { Records } from './records';
import { type Answer, type Asked, ROUTES, Status } from './routes';

/** What one request is served with. */
export interface Place {
  readonly records: Records;
  readonly quirks: Quirks;
  readonly tenant: string;
  /** Nothing: nobody signs in. */
  readonly token: string | undefined;
  /** Other names for what the documents name; see the client's profile. */
  readonly names: Names;
  readonly newBlob: () => BlobWriter;
  readonly note: (what: string) => void;
  readonly mishap: (route: string) => Mishap | undefined;
  readonly saw: (route: string, status: number) => void;
}

export interface Names {
  /** Before every route. */
  readonly prefix: string;
  readonly tenant: string;
  readonly authorization: string;
  readonly scheme: string;
  readonly file: string;
  readonly path: string;
  readonly answer: string;
}

export const MATIH_NAMES: Names = { prefix: '/api/v1', tenant: 'x-tenant-id', authorization: 'authorization', scheme: 'Bearer ', file: 'file', path: 'artifact_path', answer: 'artifact' };

/** Serves a request to MATIH itself. */
export async function serve(request: http.IncomingMessage, response: http.ServerResponse, place: Place): Promise<void> {
  const address = new URL(request.url ?? '', 'http://matih');
  const { name, id } = routeOf(request.method ?? '', address.pathname, place.names.prefix);
  const mishap = place.mishap(name);
  const finish = async (status: number, value: unknown): Promise<void> => {
    place.saw(name, status);
    await deliver(response, { status, headers: { 'content-type': 'application/json' }, body: blobOf(JSON.stringify(value)) }, mishap);
  };
  try {
    if (await isPrevented(request, response, mishap)) {
      place.saw(name, mishap?.kind === 'answer' ? mishap.status : 0);
      return;
    }
    checkCaller(request, address, place);
    const route = ROUTES[name];
    if (route === undefined) {
      throw new Breach('no such route');
    }
    const query = Object.fromEntries(address.searchParams);
    checkFields('query', query, route.query);
    const read = await readBody(request, route.body, place);
    const { status, value, page } = route.answer({ records: place.records, quirks: place.quirks, query, id, note: (what) => place.note(`${name}: ${what}`), ...read });
    await finish(status, wrapped({ status, value: renamed(value, place.names), ...(page !== undefined && { page }) }, place.quirks));
  } catch (error) {
    if (!(error instanceof Breach) && !(error instanceof Status)) {
      place.note(`${name}: the double itself failed: ${String(error)}`);
      response.destroy();
      return;
    }
    // A client that hangs up in the middle breaks no rule.
    if (error instanceof Breach && request.complete) {
      place.note(`${name}: ${error.message}`);
    }
    const status = error instanceof Status ? error.status : 422;
    if (!request.complete) {
      request.resume();
      await finished(request, { writable: false }).catch(() => undefined);
    }
    await finish(status, place.quirks.envelope ? { success: false, error: { code: String(status), message: error.message } } : { detail: error.message }).catch(() => response.destroy());
  }
}

function routeOf(method: string, path: string, prefix: string): { readonly name: string; readonly id: string } {
  const bare = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  const [, before = '', id = '', after = ''] = /^(\/experiments\/runs|\/experiments)\/((?!runs(?:\/|$))[^/]+)(.*)$/u.exec(bare) ?? [];
  return { name: `${method} ${id === '' ? bare : `${before}/{id}${after}`}`, id: decodeURIComponent(id) };
}

/** MATIH's gateway lets nobody in without a tenant; the token is right, and where there is none nobody sends one. */
function checkCaller({ headers }: http.IncomingMessage, { search }: URL, { tenant, token, names, note }: Place): void {
  if (token !== undefined && decodeURIComponent(search).includes(token)) {
    throw new Breach('the token stands in the address');
  }
  if (headers[names.tenant] === undefined) {
    throw new Status(401, `Missing ${names.tenant}`);
  }
  if (headers[names.tenant] !== tenant) {
    throw new Status(403, 'Not your tenant');
  }
  const sent = headers[names.authorization];
  if (token === undefined && sent !== undefined) {
    note('a sign-in that nobody asked for');
  }
  if (token !== undefined && sent !== `${names.scheme}${token}`) {
    throw new Status(401, 'Invalid token');
  }
}

async function readBody(request: http.IncomingMessage, expected: (typeof ROUTES)[string]['body'], { names, newBlob, quirks }: Place): Promise<Pick<Asked, 'body' | 'file' | 'filename' | 'folder'>> {
  const { 'content-type': type = '', 'content-length': length } = request.headers;
  const none = { body: {}, file: undefined, filename: undefined, folder: undefined };
  if (Number(length ?? 0) > quirks.mostBytes) {
    throw new Status(413, 'Request Entity Too Large');
  }
  if (expected === 'form') {
    if (length === undefined) {
      throw new Breach('no Content-Length');
    }
    const form = await readForm(request, type, newBlob, names.file);
    const unknown = Object.keys(form.fields).find((field) => field !== names.path);
    if (unknown !== undefined) {
      throw new Breach(`unknown field ${unknown} in its form`);
    }
    return { body: {}, file: form.file, filename: form.filename, folder: form.fields[names.path] };
  }
  const bytes = await buffer(request);
  if (expected === 'none') {
    if (bytes.length > 0) {
      throw new Breach('a body where there is none');
    }
    return none;
  }
  if (!/^application\/json(; ?charset=utf-8)?$/iu.test(type)) {
    throw new Breach(`content type ${type} instead of application/json`);
  }
  const body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  checkFields('body', body, expected);
  return { ...none, body };
}

/** Mishaps after which nothing happens on the server. */
async function isPrevented(request: http.IncomingMessage, response: http.ServerResponse, mishap: Mishap | undefined): Promise<boolean> {
  switch (mishap?.kind) {
    case 'answer':
      request.resume();
      await finished(request, { writable: false }).catch(() => undefined);
      await deliver(response, { status: mishap.status, headers: { 'content-type': 'application/json', ...mishap.headers }, body: blobOf(mishap.body ?? '') }, undefined);
      return true;
    case 'silence':
      request.resume();
      return true;
    case 'reset': {
      const { socket } = request;
      let left = mishap.after ?? 0;
      for await (const chunk of left > 0 ? request : []) {
        left -= (chunk as Buffer).length;
        if (left <= 0) {
          break;
        }
      }
      socket.resetAndDestroy();
      return true;
    }
    default:
      return false;
  }
}

const wrapped = ({ value, page }: Answer, { envelope }: Quirks): unknown =>
  (envelope ? { success: true, data: value, metadata: { timestamp: new Date().toISOString(), requestId: 'r-1', version: '1' }, ...(page !== undefined && { pagination: page }) } : value);

function renamed(value: unknown, { answer }: Names): unknown {
  if (typeof value !== 'object' || value === null || !('artifact' in value)) {
    return value;
  }
  const { artifact, ...rest } = value;
  return { ...rest, [answer]: artifact };
}
