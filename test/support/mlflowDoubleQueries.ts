export type Fields = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<'key' | 'value', string>>;

/** One clause of MLflow's search grammar. */
export interface Condition {
  readonly field: string;
  /** The key, where the field is a tag. */
  readonly tag?: string | undefined;
  /** Empty for `IS NULL`. */
  readonly operator: string;
  readonly value: string;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const rowsOf = (rows: unknown): [string, string][] => (Array.isArray(rows) ? rows as Row[] : []).map(({ key, value }) => [key, value]);

/** Clauses joined by AND; throws at what is none, as MLflow does. */
export function conditionsOf(filter: unknown): readonly Condition[] {
  return textOf(filter).split(' AND ').filter((clause) => clause !== '').map((clause) => {
    const [, field = '', tag, operator = '', single, double] = /^(tags\.`([^`]+)`|[a-z_.]+) (?:(=|I?LIKE) (?:'([^']*)'|"([^"]*)")|IS NULL)$/u.exec(clause) ?? [];
    if (field === '') {
      throw new Error(`no clause: ${clause}`);
    }
    return { field, tag, operator, value: single ?? double ?? '' };
  });
}

export const fits = (conditions: readonly Condition[], read: (condition: Condition) => string | undefined): boolean =>
  conditions.every((condition) => {
    const value = read(condition);
    if (condition.operator === '') {
      return value === undefined;
    }
    return value !== undefined && (condition.operator === '=' ? value === condition.value : isLike(value, condition));
  });

/** `%` stands for any text, `_` for any character. */
function isLike(value: string, { operator, value: pattern }: Condition): boolean {
  const like = pattern.replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&').replaceAll('%', '[^]*').replaceAll('_', '[^]');
  return new RegExp(`^${like}$`, operator === 'ILIKE' ? 'iu' : 'u').test(value);
}

/** One page of rows; empty lists and the last token are left out. */
export function pageOf(name: string, rows: readonly Fields[], given: Fields, most: number): Fields {
  const from = Number(given['page_token'] ?? 0);
  const to = from + Math.min(most, Number(given['max_results']));
  const page = rows.slice(from, to);
  return { ...(page.length === 0 ? {} : { [name]: page }), ...(to < rows.length ? { next_page_token: String(to) } : {}) };
}
