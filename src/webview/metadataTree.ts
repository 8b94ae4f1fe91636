import type { JsonObject, JsonValue } from '../model/json';

/** One visible row of the metadata tree. */
export interface MetadataRow {
  /** JSON pointer (RFC 6901): stable over a reload. */
  readonly pointer: string;
  readonly level: number;
  /** Place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
  readonly key: string;
  readonly value: MetadataValue;
  readonly parent: string;
}

export type MetadataValue =
  | { readonly kind: 'object' | 'array'; readonly size: number; readonly open: boolean }
  /** `open` is absent where nothing was cut. */
  | { readonly kind: 'string'; readonly text: string; readonly open?: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean' | 'null'; readonly text: string }
  /** Stands for siblings that are not shown yet. */
  | { readonly kind: 'more'; readonly hidden: number };

const LONG_TEXT = 200;
const MOST_CHILDREN = 100;
/** An object this small is open unless somebody closes it, as long as the whole stays short. */
const SMALL = 8;
const SHORT_TREE = 30;

/** The rows of a tree in which the nodes in `toggled` are not as they are by default. */
export function metadataRows(metadata: JsonObject, toggled: ReadonlySet<string>): MetadataRow[] {
  const rows: MetadataRow[] = [];
  const short = Object.keys(metadata).length <= SHORT_TREE;

  const visit = (value: JsonValue, row: Omit<MetadataRow, 'value'>): void => {
    const flipped = toggled.has(row.pointer);
    if (isCollection(value)) {
      const entries = Object.entries(value);
      const open = flipped !== (short && row.level === 1 && entries.length > 0 && entries.length <= SMALL);
      rows.push({ ...row, value: { kind: Array.isArray(value) ? 'array' : 'object', size: entries.length, open } });
      if (open) {
        visitAll(entries, row.pointer, row.level + 1);
      }
    } else {
      rows.push({ ...row, value: leaf(value, flipped) });
    }
  };

  const visitAll = (entries: readonly [string, JsonValue][], parent: string, level: number): void => {
    const pages = countOf(toggled, parent);
    const shown = Math.min(entries.length, MOST_CHILDREN * (1 + pages));
    const hidden = entries.length - shown;
    const siblings = shown + (hidden > 0 ? 1 : 0);
    entries.slice(0, shown).forEach(([key, value], index) => {
      visit(value, { pointer: `${parent}/${escaped(key)}`, level, position: index + 1, siblings, key, parent });
    });
    if (hidden > 0) {
      rows.push({ pointer: morePointer(parent, pages), level, position: siblings, siblings, key: '', value: { kind: 'more', hidden }, parent });
    }
  };

  visitAll(Object.entries(metadata), '', 1);
  return rows;
}

/** The place of the row that a key of the keyboard leads to, what it opens or closes, or nothing. */
export function walkTree(rows: readonly MetadataRow[], at: number, key: string): { readonly to: number } | { readonly toggle: string } | undefined {
  const row = rows[at];
  if (row === undefined) {
    return undefined;
  }
  const open = 'open' in row.value ? row.value.open : undefined;
  switch (key) {
    case 'ArrowDown':
      return at + 1 < rows.length ? { to: at + 1 } : undefined;
    case 'ArrowUp':
      return at > 0 ? { to: at - 1 } : undefined;
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: rows.length - 1 };
    case 'ArrowRight':
      if (open === false) {
        return { toggle: row.pointer };
      }
      return open === true && rows[at + 1]?.parent === row.pointer ? { to: at + 1 } : undefined;
    case 'ArrowLeft': {
      if (open === true) {
        return { toggle: row.pointer };
      }
      const parent = rows.findIndex((each) => each.pointer === row.parent);
      return parent < 0 ? undefined : { to: parent };
    }
    case 'Enter':
    case ' ':
      return open !== undefined || row.value.kind === 'more' ? { toggle: row.pointer } : undefined;
    default:
      return undefined;
  }
}

function leaf(value: Exclude<JsonValue, object>, flipped: boolean): MetadataValue;
function leaf(value: JsonValue, flipped: boolean): MetadataValue {
  switch (typeof value) {
    case 'string':
      if (value.length <= LONG_TEXT) {
        return { kind: 'string', text: value };
      }
      return { kind: 'string', text: flipped ? value : value.slice(0, LONG_TEXT), open: flipped };
    case 'number':
      return { kind: 'number', value };
    case 'boolean':
      return { kind: 'boolean', text: String(value) };
    default:
      return { kind: 'null', text: 'null' };
  }
}

const isCollection = (value: JsonValue): value is JsonObject | readonly JsonValue[] => typeof value === 'object' && value !== null;

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** `~` followed by neither 0 nor 1 is in no pointer, so this is the name of no key. */
const morePointer = (parent: string, page: number): string => `${parent}/~more${page}`;

/** How many times more was asked for. */
function countOf(toggled: ReadonlySet<string>, parent: string): number {
  let pages = 0;
  while (toggled.has(morePointer(parent, pages))) {
    pages++;
  }
  return pages;
}
