import picomatch from 'picomatch';

/** Says whether a file or folder is left out: by its name, or by its path relative to what was chosen. */
export type Exclusion = (relative: string, name: string) => boolean;

export function exclusion(globs: readonly string[]): Exclusion {
  const trimmed = globs.map((glob) => glob.replace(/\/+$/, '').replace(/^\.?\//, '')).filter((glob) => glob !== '');
  const plain = new Set(trimmed.filter((glob) => !/[*?[\](){}!+@\\/]/.test(glob)));
  const patterns = trimmed.filter((glob) => !plain.has(glob));
  const byName = together(patterns.filter((glob) => !glob.includes('/')));
  const byPath = together(patterns.filter((glob) => glob.includes('/')));
  return (relative, name) => plain.has(name) || byName(name) || byPath(relative);
}

/** One test for all: a hundred thousand files meet each of them. */
function together(globs: readonly string[]): (text: string) => boolean {
  if (globs.length === 0) {
    return () => false;
  }
  const pattern = new RegExp(globs.map((glob) => `(?:${picomatch.makeRe(glob, { dot: true }).source})`).join('|'));
  return (text) => pattern.test(text);
}
