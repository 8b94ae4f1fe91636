import { safePath } from '../../../model/safePath';

/** Where the files of a run or of a logged model lie, by the address that the server gave. */
export type Root =
  /** Behind the server's own routes; `path` is what they want to hear. */
  | { readonly kind: 'proxied'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  /** A folder of the server's machine, or a store that we do not speak to. */
  | { readonly kind: 'elsewhere'; readonly scheme: string };

export function rootOf(uri: string): Root {
  const [, scheme = 'file', rest = uri] = /^([a-z][a-z\d+.-]*):(.*)$/isu.exec(uri) ?? [];
  const bare = rest.replace(/^\/\/[^/]*/u, '').replace(/[?#].*$/u, '').replace(/^\/+|\/+$/gu, '');
  switch (scheme.toLowerCase()) {
    case 'mlflow-artifacts':
      return { kind: 'proxied', path: safePath(bare) };
    case 's3':
    case 's3a':
      return { kind: 's3', bucket: /^\/\/([^/]*)/u.exec(rest)?.[1] ?? '', prefix: bare };
    default:
      return { kind: 'elsewhere', scheme: scheme.toLowerCase() };
  }
}

export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const below = (folder: string, path: string): string => (folder === '' ? path : path === '' ? folder : `${folder}/${path}`);

/** Names that MLflow reads as other ones: it decodes them more than once, and ends them at a `#`, and before a `?` or `;` at their end. */
export const isMisread = (path: string): boolean => /%[\da-f]{2}|#|[?;]$/iu.test(path);

/** A path as a part of an address. Dots that would climb out do not get here: every path went through the gate. */
export const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
