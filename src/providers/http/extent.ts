import { serverFault } from '../../model/errors';
import type { Answer } from './attempt';

/** Where a body begins and how large the whole is, by what the head says; a head that contradicts itself is a fault. */
export function bodyExtent(answer: Pick<Answer, 'status' | 'headers'>, start: number, what: string): { readonly start: number; readonly size?: number } {
  const length = count(answer.headers['content-length']);
  if (answer.status !== 206) {
    return { start: 0, ...(length === undefined ? {} : { size: length }) };
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(answer.headers['content-range'] ?? '');
  const first = count(range?.[1]);
  const last = count(range?.[2]);
  const size = count(range?.[3]);
  if (first === undefined || last === undefined || first !== start || last < first || (size !== undefined && last >= size) || (length !== undefined && length !== last - first + 1)) {
    throw serverFault(`it sent another part than the one asked for, of ${what}`);
  }
  return { start: first, ...(size === undefined ? {} : { size }) };
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}
