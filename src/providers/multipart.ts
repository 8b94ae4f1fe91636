import { randomUUID } from 'node:crypto';

/** A request body of one streamed part, with what stands before and after it; its length is known before it is sent. */
export interface Envelope {
  readonly type: string;
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface TextPart {
  readonly name: string;
  /** Bytes. */
  readonly textSize: number;
  readonly text: () => string;
}

export interface StreamedPart {
  readonly name: string;
  /** The part's name unless it is given. Plain ASCII without quotes and backslashes: servers read anything else in different ways. */
  readonly filename?: string | undefined;
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * `multipart/form-data` with a file and a text field after it. `text` is asked for when the file is through and must then have
 * `textSize` bytes: so that it may hold the digest of what was sent.
 */
export function envelope(file: StreamedPart, field: TextPart | undefined): Envelope {
  const boundary = `----mlartifacts-${randomUUID()}`;
  const before = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${file.filename ?? file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n`);
  const between = Buffer.from(field === undefined ? '' : `\r\n--${boundary}\r\nContent-Disposition: form-data; name="${field.name}"\r\n\r\n`);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: before.length + file.size + between.length + (field?.textSize ?? 0) + after.length,
    async *open() {
      yield before;
      yield* file.open();
      if (field !== undefined) {
        yield between;
        yield Buffer.from(field.text());
      }
      yield after;
    },
  };
}
