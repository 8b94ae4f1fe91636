import { type RunColumn, type RunRow, subjectOfColumn, valueIn } from '../model/runTable';

/**
 * Rows as comma-separated values (RFC 4180), whole and as programs read them: moments as ISO 8601, durations in seconds, numbers with all
 * their digits. Each row tells its id, and that of the run above where any has one.
 */
export function runsCsv(rows: readonly RunRow[], columns: readonly RunColumn[]): string {
  const hasParents = rows.some(({ parent }) => parent !== undefined);
  const others = columns.filter((column) => column !== 'name');
  const head = ['name', 'run', ...(hasParents ? ['parent'] : []), ...others.map(headOf)];
  const lines = rows.map((row) => [row.name, row.run, ...(hasParents ? [row.parent?.run ?? ''] : []), ...others.map((column) => textOf(row, column))]);
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

const headOf = (column: RunColumn): string => (column === 'duration' ? 'duration (s)' : column);

function textOf(row: RunRow, column: RunColumn): string {
  const value = valueIn(row, column);
  const subject = subjectOfColumn(column);
  if (typeof value === 'number' && subject.kind === 'fact') {
    return subject.fact === 'duration' ? String(value / 1000) : new Date(value).toISOString();
  }
  return String(value ?? '');
}

/** Spreadsheets run what begins like a formula, were it not for the apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) && !isFigure(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isFigure = (text: string): boolean => /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)$/iu.test(text);
