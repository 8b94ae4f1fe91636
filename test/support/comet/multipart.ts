import { Breach } from './refusal';
import type { Blob, BlobWriter } from './blobs';

/** The parts of a form by name: text, but for `file`, which may be long. */
export interface Form {
  readonly file: Blob | undefined;
  /** As the part says it. */
  readonly filename?: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly writer: BlobWriter;
}

/**
 * Reads a multipart body as it comes. Throws a `Breach` where it is none, and nothing is kept.
 * @param contentType of the request, with the boundary
 * @param fileField name of the part that is the file
 */
export async function readForm(body: AsyncIterable<Buffer>, contentType: string, open: () => BlobWriter, fileField = 'file'): Promise<Form> {
  const boundary = /^multipart\/form-data; ?boundary="?([^";]+)"?$/iu.exec(contentType)?.[1];
  if (boundary === undefined) {
    throw new Breach(`content type ${contentType} instead of multipart/form-data with a boundary`);
  }
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line before it.
  let rest: Buffer = Buffer.from('\r\n');
  let part: Part | undefined;
  const fields: Record<string, string> = {};
  let file: Blob | undefined;
  let filename: string | undefined;

  const close = async (): Promise<void> => {
    if (part === undefined) {
      return;
    }
    const blob = await part.writer.end();
    if (part.name === fileField) {
      file = blob;
      ({ filename } = part);
    } else {
      fields[part.name] = blob.bytes().toString('utf8');
      part.writer.discard();
    }
    part = undefined;
  };

  /** Takes what is complete out of `rest`, until more has to come. */
  const step = async (): Promise<'again' | 'more' | 'end'> => {
    const at = rest.indexOf(delimiter);
    if (at < 0) {
      const sure = Math.max(0, rest.length - delimiter.length);
      if (part !== undefined && sure > 0) {
        await part.writer.write(rest.subarray(0, sure));
        rest = rest.subarray(sure);
      }
      return 'more';
    }
    const after = at + delimiter.length;
    const isLast = rest.subarray(after, after + 2).equals(Buffer.from('--'));
    const headEnd = rest.indexOf('\r\n\r\n', after);
    if (!isLast && (rest.length < after + 2 || headEnd < 0)) {
      return 'more';
    }
    if (part !== undefined) {
      await part.writer.write(rest.subarray(0, at));
      await close();
    }
    if (isLast) {
      return 'end';
    }
    const head = rest.subarray(after + 2, headEnd).toString('utf8');
    const name = nameOf(head);
    if (name === fileField ? file !== undefined : Object.hasOwn(fields, name)) {
      throw new Breach(`the part ${name} comes twice`);
    }
    part = { name, filename: /^content-disposition: [^\r\n]*;\s*filename="([^"]*)"/imu.exec(head)?.[1], writer: open() };
    rest = rest.subarray(headEnd + 4);
    return 'again';
  };

  try {
    let state: Awaited<ReturnType<typeof step>> = 'more';
    for await (const chunk of body) {
      if (state !== 'end') {
        rest = Buffer.concat([rest, chunk]);
        do {
          state = await step();
        } while (state === 'again');
      }
    }
    if (state !== 'end') {
      throw new Breach('a multipart body without its end');
    }
  } catch (error) {
    part?.writer.discard();
    throw error;
  }
  return { file, filename, fields };
}

function nameOf(head: string): string {
  const name = /^content-disposition: form-data;(?:.*;)? ?name="([^"]*)"/imu.exec(head)?.[1];
  if (name === undefined) {
    throw new Breach(`a part without a name: ${head}`);
  }
  return name;
}
