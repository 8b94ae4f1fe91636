import fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory } from './durable';
import { isMissing } from './fileErrors';
import type { Layout } from './layout';
import { linesOf, soundLine } from './lineageLines';
import { writeAll } from './objects';
import { type LineageRecord, namesIn } from './records';
import { seal } from './sealed';
import { writerName } from './processes';
import { Unsettled } from './unsettled';

/** What produced and used what, as lines that are only ever added: every writer has a file of its own, so that lines never mix. */
export class LineageWriter {
  private file: string | undefined;

  constructor(private readonly layout: Layout) {}

  append(...records: readonly LineageRecord[]): void {
    const fresh = this.file === undefined;
    if (fresh) {
      makeDirectory(this.layout.lineage);
    }
    this.file ??= path.join(this.layout.lineage, `${writerName()}.jsonl`);
    const descriptor = fs.openSync(this.file, 'a');
    try {
      writeAll(descriptor, Buffer.from(records.map(seal).join('')));
      fs.fsyncSync(descriptor);
    } catch (error) {
      // It may end in half a line now, which only stays harmless when nothing follows it.
      this.file = undefined;
      throw error;
    } finally {
      fs.closeSync(descriptor);
    }
    if (fresh) {
      const unsettled = new Unsettled(this.file);
      unsettled.look(this.file);
      unsettled.flush();
    }
  }
}

/** Bytes that are read at once. */
const PIECE = 16 * 1024 * 1024;

/** All lines of all writers. Remembers how far it has read, and reads only what was added. */
export class LineageReader {
  private readonly read = new Map<string, number>();
  private readonly records: LineageRecord[] = [];

  constructor(private readonly layout: Layout) {}

  all(): readonly LineageRecord[] {
    for (const name of namesIn(this.layout.lineage)) {
      if (name.endsWith('.jsonl')) {
        this.readOn(path.join(this.layout.lineage, name));
      }
    }
    return this.records;
  }

  private readOn(file: string): void {
    for (let isMore = true; isMore;) {
      const from = this.read.get(file) ?? 0;
      const text = textFrom(file, from);
      isMore = text.length === PIECE;
      // What has no end is still being written, or its writer is gone; but no line is as long as a piece.
      const end = text.lastIndexOf(0x0a) + 1 || (isMore ? PIECE : 0);
      for (const line of linesOf(text.subarray(0, end))) {
        const record = soundLine(line, file);
        if (record !== undefined) {
          this.records.push(record);
        }
      }
      this.read.set(file, from + end);
    }
  }
}

function textFrom(file: string, position: number): Buffer {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, 'r');
  } catch (error) {
    if (isMissing(error)) {
      return Buffer.alloc(0);
    }
    throw error;
  }
  try {
    const size = fs.fstatSync(descriptor).size;
    const buffer = Buffer.alloc(Math.min(PIECE, Math.max(0, size - position)));
    const count = fs.readSync(descriptor, buffer, 0, buffer.length, position);
    return buffer.subarray(0, count);
  } finally {
    fs.closeSync(descriptor);
  }
}
