import * as fs from 'node:fs';
import * as path from 'node:path';

/** One thing that a program did to a disk; `node` is a file or a directory whatever its name is. */
export type DiskOperation =
  | { readonly kind: 'enter'; readonly directory: number; readonly name: string; readonly node: number; readonly from?: { readonly directory: number; readonly name: string } }
  | { readonly kind: 'leave'; readonly directory: number; readonly name: string }
  | { readonly kind: 'write'; readonly node: number; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'flush'; readonly node: number | 'all' }
  | { readonly kind: 'mark'; readonly label: string };

/** What a power cut does to an operation that was not flushed. */
export type Fate = 'done' | 'undone' | 'half';

/** A file is what was written to it, in this order. */
interface File {
  readonly writes: { readonly operation: Extract<DiskOperation, { readonly kind: 'write' }>; readonly fate: Fate }[];
  /** The same for two files of the same content. */
  name: string;
}

type Node = Map<string, number> | File;

/** A disk in memory: what of it has a name is there. */
export class Disk {
  private readonly nodes = new Map<number, Node>();

  constructor(
    private readonly root: number,
    private readonly isDirectory: (node: number) => boolean,
  ) {}

  apply(operation: DiskOperation, index: number, fate: Fate): void {
    if (fate === 'undone') {
      return;
    }
    switch (operation.kind) {
      case 'enter':
        this.directory(operation.directory).set(operation.name, operation.node);
        if (operation.from !== undefined) {
          this.directory(operation.from.directory).delete(operation.from.name);
        }
        break;
      case 'leave':
        this.directory(operation.directory).delete(operation.name);
        break;
      case 'write': {
        const file = this.node(operation.node) as File;
        file.writes.push({ operation, fate });
        file.name += `-${index}${fate === 'half' ? 'h' : ''}`;
        break;
      }
      case 'flush':
      case 'mark':
    }
  }

  /** Brings what there is into a new folder; where `pool` is given, as links to files that it keeps. */
  writeTo(folder: string, pool?: string, node = this.root): void {
    fs.mkdirSync(folder);
    for (const [name, child] of this.directory(node)) {
      const place = path.join(folder, name);
      const content = this.node(child);
      if (content instanceof Map) {
        this.writeTo(place, pool, child);
      } else if (pool === undefined) {
        fs.writeFileSync(place, bytesOf(content));
      } else {
        const kept = path.join(pool, content.name);
        if (!fs.existsSync(kept)) {
          fs.writeFileSync(kept, bytesOf(content));
        }
        fs.linkSync(kept, place);
      }
    }
  }

  /** The same for two disks with the same names and contents. */
  get summary(): string {
    const lines: string[] = [];
    const walk = (node: number, place: string): void => {
      for (const [name, child] of [...this.directory(node)].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const content = this.node(child);
        lines.push(`${place}/${name} ${content instanceof Map ? '' : content.name}`);
        if (content instanceof Map) {
          walk(child, `${place}/${name}`);
        }
      }
    };
    walk(this.root, '');
    return lines.join('\n');
  }

  private directory(id: number): Map<string, number> {
    return this.node(id) as Map<string, number>;
  }

  private node(id: number): Node {
    const node = this.nodes.get(id) ?? (this.isDirectory(id) ? new Map<string, number>() : { writes: [], name: String(id) });
    this.nodes.set(id, node);
    return node;
  }
}

function bytesOf({ writes }: File): Buffer {
  const kept = writes.map(({ operation: { position, bytes }, fate }) => ({ position, bytes: fate === 'half' ? bytes.subarray(0, bytes.length >>> 1) : bytes }));
  const content = Buffer.alloc(Math.max(0, ...kept.map(({ position, bytes }) => position + bytes.length)));
  kept.forEach(({ position, bytes }) => content.set(bytes, position));
  return content;
}

/**
 * Disks as a power cut may leave them after the first `length` operations: what was flushed is there, of the rest `fate` decides, each
 * for itself, whatever came before or after it.
 */
export function diskAfter(operations: readonly DiskOperation[], length: number, root: number, isDirectory: (node: number) => boolean,
  fate: (operation: DiskOperation, index: number) => Fate): Disk {
  const disk = new Disk(root, isDirectory);
  const flushed = flushedBefore(operations, length);
  for (let index = 0; index < length; index++) {
    const operation = operations[index]!;
    disk.apply(operation, index, flushed[index] === true ? 'done' : fate(operation, index));
  }
  return disk;
}

/** Which of the first `length` operations were followed by a flush of what they changed. */
export function flushedBefore(operations: readonly DiskOperation[], length: number): boolean[] {
  const flushed: boolean[] = [];
  const later = new Set<number | 'all'>();
  for (let index = length - 1; index >= 0; index--) {
    const operation = operations[index]!;
    switch (operation.kind) {
      case 'flush':
        later.add(operation.node);
        flushed[index] = true;
        break;
      case 'enter':
      case 'leave':
        flushed[index] = later.has('all') || later.has(operation.directory);
        break;
      case 'write':
        flushed[index] = later.has('all') || later.has(operation.node);
        break;
      case 'mark':
        flushed[index] = true;
    }
  }
  return flushed;
}
