import { randomBytes } from 'node:crypto';
import type { Reply, Seen } from './faultServer';

export interface FakeOptions {
  /** What server-info would say. */
  readonly info?: unknown;
  readonly ranges?: boolean;
  /** Status of a missing file. */
  readonly missing?: number;
  readonly presignedOnly?: boolean;
  /** What its object store does wrong with parts of a file: keeps them short, or does not name them; the server may not say where all go. */
  readonly parts?: 'short' | 'unnamed' | 'too few';
  /** Started with a prefix, as MLflow 2 takes one: for this route alone. */
  readonly prefixed?: boolean;
  /** Whether a root that is not proxied has presigned addresses. */
  readonly presigned?: boolean;
}

/** The routes of MLflow that move files, for one run or whatever stands before `artifacts/`, with the object store behind them. */
export class FakeMlflow {
  storeUrl: string | undefined;
  /** How many uploads will be kept without their last byte. */
  keepsShort = 0;
  extraRows: readonly unknown[] = [];
  /** Tokens that the next lists end with. */
  pages: (string | undefined)[] = [];
  private readonly files = new Map<string, Buffer>();
  private readonly parts = new Map<string, Buffer>();

  constructor(private readonly options: FakeOptions) {}

  put(path: string, size: number): Buffer {
    const bytes = randomBytes(size);
    this.files.set(path, bytes);
    return bytes;
  }

  get(path: string): Buffer | undefined {
    return this.files.get(path);
  }

  answer(seen: Seen): Reply {
    const url = new URL(seen.path, 'http://fake');
    const route = decodeURIComponent(url.pathname);
    const proxied = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/1\/r1\/artifacts\/(.*)$/u.exec(route)?.[1];
    if (proxied !== undefined) {
      return this.options.presignedOnly === true && seen.method !== 'DELETE' ? error(403, 'PERMISSION_DENIED') : this.proxied(seen, proxied);
    }
    const step = /^\/api\/2\.0\/mlflow-artifacts\/mpu\/(\w+)\/1\/r1\/artifacts\/?(.*)$/u.exec(route);
    if (step !== null) {
      return this.multipart(step[1]!, step[2]!, JSON.parse(String(seen.body)) as Record<string, any>);
    }
    switch (route.replace(/r1\/artifacts\/.*/u, '')) {
      case '/api/2.0/mlflow/artifacts/list':
        return this.list(url.searchParams.get('path') ?? '');
      case '/get-artifact':
        return this.options.prefixed === true ? { status: 404, body: '<html>' } : this.get_(url.searchParams.get('path') ?? '');
      case '/api/2.0/mlflow-artifacts/presigned/1/':
        return this.presigned(route.replace(/^.*\/r1\/artifacts\//u, ''), 'url');
      case '/api/2.0/mlflow/artifacts/presigned-upload-url':
      case '/api/2.0/mlflow/artifacts/presigned-download-url':
        return this.options.presigned === false ? error(501, 'NOT_IMPLEMENTED')
          : this.presigned((JSON.parse(String(seen.body)) as { path: string }).path, 'presigned_url', { 'Content-Type': 'text/plain' });
      case '/ajax-api/2.0/mlflow/upload-artifact':
        this.files.set(url.searchParams.get('path') ?? '', seen.body);
        return {};
      default:
        return { status: 404, body: '<html>' };
    }
  }

  /** The object store: its paths are those of the files, or of parts. */
  storeAnswer(seen: Seen): Reply {
    const url = new URL(seen.path, 'http://fake');
    const path = decodeURIComponent(url.pathname.slice(1));
    const part = url.searchParams.get('part');
    if (seen.method === 'GET') {
      return this.get_(path);
    }
    if (part === null) {
      this.files.set(path, seen.body);
    } else {
      this.parts.set(`${path} ${part}`, this.options.parts === 'short' ? seen.body.subarray(1) : seen.body);
    }
    return this.options.parts === 'unnamed' ? {} : { headers: { etag: `"${part ?? ''}"` } };
  }

  private proxied({ method, body }: Seen, path: string): Reply {
    switch (method) {
      case 'PUT':
        this.keepsShort -= 1;
        this.files.set(path, this.keepsShort >= 0 ? body.subarray(0, -1) : body);
        return {};
      case 'DELETE':
        this.files.delete(path);
        return { body: '{}' };
      default:
        return this.get_(path);
    }
  }

  private get_(path: string): Reply {
    const bytes = this.files.get(path);
    return bytes === undefined ? error(this.options.missing ?? 404, this.options.missing === 500 ? 'INTERNAL_ERROR' : 'RESOURCE_DOES_NOT_EXIST') : { body: bytes };
  }

  private list(folder: string): Reply {
    const prefix = folder === '' ? '' : `${folder}/`;
    const rows = new Map<string, object>();
    for (const [path, { length }] of this.files) {
      if (path.startsWith(prefix)) {
        const [name = '', ...deeper] = path.slice(prefix.length).split('/');
        rows.set(name, deeper.length > 0 ? { path: prefix + name, is_dir: true } : { path, is_dir: false, ...(length === 0 ? {} : { file_size: length }) });
      }
    }
    const token = this.pages.shift();
    const all = [...rows.values(), ...this.extraRows];
    return { body: JSON.stringify({ root_uri: 'x', ...(all.length === 0 ? {} : { files: all }), ...(token === undefined ? {} : { next_page_token: token }) }) };
  }

  private presigned(path: string, field: string, headers = {}): Reply {
    return this.storeUrl === undefined ? error(501, 'NOT_IMPLEMENTED') : { body: JSON.stringify({ [field]: `${this.storeUrl}/${encodeURIComponent(path)}?X-Amz-Signature=s`, headers }) };
  }

  private multipart(step: string, folder: string, body: Record<string, any>): Reply {
    const path = folder === '' ? String(body['path']) : `${folder}/${String(body['path'])}`;
    if (this.storeUrl === undefined) {
      return error(501, 'NOT_IMPLEMENTED');
    }
    if (step === 'create') {
      const credentials = Array.from({ length: Number(body['num_parts']) - (this.options.parts === 'too few' ? 1 : 0) }, (_, index) => ({ part_number: index + 1, url: `${this.storeUrl}/${encodeURIComponent(path)}?part=${index + 1}` }));
      return { body: JSON.stringify({ upload_id: 'u', credentials }) };
    }
    if (step === 'complete') {
      this.files.set(path, Buffer.concat((body['parts'] as { part_number: number }[]).map(({ part_number: part }) => this.parts.get(`${path} ${part}`) ?? Buffer.alloc(0))));
    }
    return { body: '{}' };
  }
}

const error = (status: number, code: string): Reply => ({ status, body: JSON.stringify({ error_code: code, message: 'no' }) });
