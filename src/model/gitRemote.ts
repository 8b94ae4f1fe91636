/** The address of a remote as it may be shown and kept: user names and passwords of web addresses are taken out. */
export function withoutCredentials(remote: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(remote)) {
    // `git@host:path` is an account that everybody uses, not a secret.
    return remote;
  }
  const userinfo = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/iu.exec(remote);
  if (userinfo === null) {
    return remote;
  }
  const [matched, scheme = '', user = ''] = userinfo;
  const isSsh = /^(?:git\+)?ssh:/iu.test(scheme);
  return `${scheme}${isSsh ? `${user.replace(/:.*$/su, '')}@` : ''}${remote.slice(matched.length)}`;
}

/** Where the common hosts of Git repositories show a commit. Nothing for any other host: an address out of metadata is not opened on trust. */
const COMMIT_PAGES: readonly { readonly host: RegExp; readonly page: (repository: string, commit: string) => string }[] = [
  { host: /^github\.com$/u, page: (repository, commit) => `https://github.com/${repository}/commit/${commit}` },
  { host: /^gitlab\.com$/u, page: (repository, commit) => `https://gitlab.com/${repository}/-/commit/${commit}` },
  { host: /^bitbucket\.org$/u, page: (repository, commit) => `https://bitbucket.org/${repository}/commits/${commit}` },
  { host: /^codeberg\.org$/u, page: (repository, commit) => `https://codeberg.org/${repository}/commit/${commit}` },
];

export const isCommit = (text: string): boolean => /^[0-9a-f]{7,64}$/u.test(text);

/** The https page of a commit, built anew from the host, the repository and the hash, each of a known shape. */
export function commitPage(remote: string, commit: string): string | undefined {
  const parts = /^(?:https?:\/\/|ssh:\/\/|git:\/\/)?(?:[^/@\s]*@)?([a-z0-9.-]+)(?::\d+)?[/:]([\w.-]+(?:\/[\w.-]+?)+?)(?:\.git)?\/?$/iu.exec(remote);
  const [, host, repository] = parts ?? [];
  if (host === undefined || repository === undefined || !isCommit(commit) || repository.split('/').some((segment) => /^\.{1,2}$/u.test(segment))) {
    return undefined;
  }
  return COMMIT_PAGES.find((each) => each.host.test(host.toLowerCase()))?.page(repository, commit);
}
