import { invalid } from '../../../model/errors';

/** What files are read from: MATIH itself has no call for it. */
export type ReadFrom =
  /** With the user's own credentials for AWS. `root` takes the place of the default location. */
  | { readonly kind: 's3'; readonly endpoint?: string | undefined; readonly root?: string | undefined }
  /** The MLflow that MATIH is built on: the same runs, the same files. */
  | { readonly kind: 'mlflow'; readonly url: string }
  /** An address for each file. */
  | { readonly kind: 'address'; readonly template: string };

const BELOW = 'experiments/{experiment_id}/runs/{run_id}/artifacts/';

/**
 * `s3://` (Amazon's, or the store of the user's AWS settings), `s3://bucket/prefix`, `s3+https://store.example`, the address of an MLflow server, or
 * one with `{run_id}` and `{path}` in it. Throws `invalid`.
 */
export function readFromOf(text: string): ReadFrom {
  const [, root] = /^s3:\/\/([^\s?#\\]*)$/iu.exec(text) ?? [];
  if (root !== undefined) {
    return { kind: 's3', root: root === '' ? undefined : `s3://${root.includes('{run_id}') ? root : `${root.replace(/\/+$/u, '')}/${BELOW}`}` };
  }
  const [, store] = /^s3\+(https?:.+)$/iu.exec(text) ?? [];
  if (store !== undefined) {
    return { kind: 's3', endpoint: plainAddress(store) };
  }
  if (text.includes('{path}')) {
    // Names stand in the path, never in the host.
    plainAddress(text.replace(/\?.*$/u, '').replace(/(?<=:\/\/[^/{]+\/.*)\{\w+\}/gu, 'x').replaceAll('{', ' '));
    return { kind: 'address', template: text };
  }
  return { kind: 'mlflow', url: plainAddress(text) };
}

function plainAddress(text: string): string {
  const url = /[\s\\]/u.test(text) ? null : URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('Files are read from s3://, from s3+https:// and the host of another object store, or from the http or https address of an MLflow server.');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, '')}`;
}
