import fs from 'node:fs';
import * as path from 'node:path';
import type { DiskOperation } from './disk';
import { HARMLESS, standingIn, type SystemCall } from './standIn';

interface Node {
  readonly id: number;
  readonly children: Map<string, Node> | undefined;
  size: number;
}

/** Writes down everything that the code of the store does to a folder, by standing in the place of `fs`. */
export class Recorder {
  readonly operations: DiskOperation[] = [];
  readonly root: number;
  private readonly directories = new Set<number>();
  private readonly top: Node;
  private readonly open = new Map<number, { readonly node: Node; position: number }>();
  private lastId = 0;

  /** `folder` is empty. */
  constructor(private readonly folder: string) {
    this.top = this.node('directory');
    this.root = this.top.id;
  }

  readonly isDirectory = (id: number): boolean => this.directories.has(id);

  mark(label: string): void {
    this.operations.push({ kind: 'mark', label });
  }

  /** Records while `work` runs. */
  during<T>(work: () => T): T {
    return standingIn((name, args, original) => (HARMLESS.test(name) ? original(...args) : this.recorded(name, args, original)), work);
  }

  private recorded(name: string, args: any[], original: SystemCall): unknown {
    const [first, second] = args as [string, string];
    const size = name === 'copyFileSync' ? fs.readFileSync(first) : undefined;
    const made = name === 'mkdirSync' && fs.existsSync(first);
    const result = original(...args);
    switch (name) {
      case 'mkdirSync':
        if (!made) {
          this.makeDirectories(first);
        }
        break;
      case 'openSync': {
        const flags = String(args[1]);
        const node = this.find(first) ?? (/[wa]/.test(flags) ? this.create(first) : undefined);
        // The system gives a number again that was closed.
        this.open.delete(result as number);
        if (node !== undefined) {
          this.open.set(result as number, { node, position: flags.startsWith('a') ? node.size : 0 });
        }
        break;
      }
      case 'writeSync': {
        const [descriptor, bytes, offset = 0, length = bytes.length] = args as [number, Uint8Array, number?, number?];
        this.write(descriptor, bytes.subarray(offset, offset + Math.min(length, result as number)), args[4] as number | undefined);
        break;
      }
      case 'writeFileSync':
      case 'appendFileSync':
        this.writeWhole(name, args[0] as number | string, bytesOf(args[1] as string | Uint8Array));
        break;
      case 'ftruncateSync':
        if (this.open.get(args[0] as number)?.node.size !== 0 || args[1] !== 0) {
          throw new Error('A file that has bytes is cut.');
        }
        break;
      case 'fsyncSync':
      case 'fdatasyncSync': {
        const open = this.open.get(args[0] as number);
        if (open !== undefined) {
          this.operations.push({ kind: 'flush', node: open.node.id });
        }
        break;
      }
      case 'renameSync':
        this.rename(first, second);
        break;
      case 'linkSync':
        this.enter(second, this.find(first)!);
        break;
      case 'copyFileSync':
        this.put(this.create(second), 0, size!);
        break;
      case 'rmSync':
      case 'unlinkSync':
      case 'rmdirSync':
        this.leave(first);
        break;
      case 'spawnSync':
        if (first.endsWith('sync')) {
          this.operations.push({ kind: 'flush', node: 'all' });
        }
        break;
      default:
        throw new Error(`The recorder does not know ${name}.`);
    }
    return result;
  }

  private write(descriptor: number, bytes: Uint8Array, at: number | null | undefined): void {
    const open = this.open.get(descriptor);
    if (open !== undefined) {
      this.put(open.node, at ?? open.position, bytes);
      open.position = (at ?? open.position) + bytes.length;
    }
  }

  private writeWhole(name: string, file: number | string, bytes: Uint8Array): void {
    if (typeof file === 'number') {
      return this.write(file, bytes, undefined);
    }
    const node = this.find(file);
    if (node !== undefined && name === 'writeFileSync' && node.size > 0) {
      throw new Error(`${file} is written in place.`);
    }
    if (this.parent(file) !== undefined) {
      this.put(node ?? this.create(file), node?.size ?? 0, bytes);
    }
  }

  private put(node: Node, position: number, bytes: Uint8Array): void {
    this.operations.push({ kind: 'write', node: node.id, position, bytes: Uint8Array.from(bytes) });
    node.size = Math.max(node.size, position + bytes.length);
  }

  private rename(from: string, to: string): void {
    const node = this.find(from)!;
    const parent = this.parent(from)!;
    parent.children!.delete(path.basename(from));
    this.enter(to, node, { directory: parent.id, name: path.basename(from) });
  }

  private makeDirectories(folder: string): void {
    if (this.find(folder) === undefined && this.inside(folder) !== undefined) {
      this.makeDirectories(path.dirname(folder));
      this.enter(folder, this.node('directory'));
    }
  }

  private create(file: string): Node {
    const node = this.node('file');
    this.enter(file, node);
    return node;
  }

  private enter(place: string, node: Node, from?: { readonly directory: number; readonly name: string }): void {
    const parent = this.parent(place);
    if (parent !== undefined) {
      parent.children!.set(path.basename(place), node);
      this.operations.push({ kind: 'enter', directory: parent.id, name: path.basename(place), node: node.id, ...(from === undefined ? undefined : { from }) });
    }
  }

  private leave(place: string): void {
    const node = this.find(place);
    const parent = this.parent(place);
    if (node !== undefined && parent !== undefined) {
      [...node.children?.keys() ?? []].forEach((name) => this.leave(path.join(place, name)));
      parent.children!.delete(path.basename(place));
      this.operations.push({ kind: 'leave', directory: parent.id, name: path.basename(place) });
    }
  }

  private node(kind: 'file' | 'directory'): Node {
    const node = { id: ++this.lastId, children: kind === 'directory' ? new Map<string, Node>() : undefined, size: 0 };
    if (kind === 'directory') {
      this.directories.add(node.id);
    }
    return node;
  }

  private parent(place: string): Node | undefined {
    return this.inside(place) === undefined ? undefined : this.find(path.dirname(place));
  }

  private find(place: string): Node | undefined {
    const relative = this.inside(place);
    return relative === undefined ? undefined : relative.split(path.sep).filter((name) => name !== '').reduce<Node | undefined>((node, name) => node?.children?.get(name), this.top);
  }

  /** The path below the recorded folder; what is elsewhere is nobody's business. */
  private inside(place: string): string | undefined {
    const relative = path.relative(this.folder, place);
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative;
  }
}

const bytesOf = (content: string | Uint8Array): Uint8Array => (typeof content === 'string' ? Buffer.from(content) : content);
