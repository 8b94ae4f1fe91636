import fs from 'node:fs';
import * as path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { errorCode, isMissing } from './fileErrors';

interface Rules {
  /** The folder they stand in, relative to the chosen one, with `/` at its end unless it is that one. */
  readonly prefix: string;
  readonly rules: Ignore;
}

/** Ignore files from the chosen folder down to the one at hand. Those further down have the last word, as with git. */
export class IgnoreRules {
  private constructor(
    private readonly fileName: string | undefined,
    private readonly stack: readonly Rules[],
  ) {}

  static readonly none = new IgnoreRules(undefined, []);

  static named(fileName: string | undefined): IgnoreRules {
    return new IgnoreRules(fileName, []);
  }

  /** The rules inside a folder; `names` is what it holds. */
  inside(folder: string, relative: string, names: ReadonlySet<string>): IgnoreRules {
    if (this.fileName === undefined || !names.has(this.fileName)) {
      return this;
    }
    const text = textOf(path.join(folder, this.fileName));
    return text === undefined ? this : new IgnoreRules(this.fileName, [...this.stack, { prefix: relative === '' ? '' : `${relative}/`, rules: ignore().add(text) }]);
  }

  ignores(relative: string, isFolder: boolean): boolean {
    let ignored = false;
    for (const { prefix, rules } of this.stack) {
      const result = rules.test(relative.slice(prefix.length) + (isFolder ? '/' : ''));
      ignored = (ignored || result.ignored) && !result.unignored;
    }
    return ignored;
  }
}

function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error) || errorCode(error) === 'EISDIR' || errorCode(error) === 'EACCES') {
      return undefined;
    }
    throw error;
  }
}
