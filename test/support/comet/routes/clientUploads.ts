import { anyText, anything, digits, type Fields, flag, jsonText, nullable, number, object, objects, optional, queryFlag, text } from '../fields';
import { admit, keep } from '../keeping';
import { newId, type DirectUpload } from '../records';
import { Breach } from '../refusal';
import { type Asked, done, json, LIB, mustHave, type Route, textIn } from '../route';
import { BUCKET, EXTENSION, OVERWRITE, signatureOf, uploadAnswer } from './assets';

const PARAMETERS: Fields = {
  experimentId: text, projectId: optional(text), assetId: optional(text), fileName: optional(text), extension: EXTENSION, type: optional(text),
  overwrite: optional(OVERWRITE), step: optional(digits), epoch: optional(digits), context: optional(anyText), runId: optional(text),
  artifactVersionId: optional(text), isRemote: optional(queryFlag), dir: optional(anyText), groupingName: optional(anyText),
};

/** The ways in which comet_ml sends the bytes of files. */
export const clientUploads: readonly Route[] = [
  {
    method: 'POST',
    path: `${LIB}asset/upload`,
    query: PARAMETERS,
    body: { kind: 'form', fields: { link: optional(text), metadata: optional(jsonText) } },
    begin: ({ query, ...place }) => admit(place, targetOf(query), query['fileName'] ?? 'unnamed'),
    answer: (asked) => uploadAnswer(asked, keep(asked, {
      ...arrivalOf(asked.query), metadata: asked.form.fields['metadata'], link: asked.form.fields['link'], blob: asked.form.file,
    })),
  },
  {
    method: 'POST',
    path: `${LIB}asset/upload-start`,
    query: {},
    body: {
      kind: 'json',
      fields: { ...Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, optional(nullable(anything))])), startUploadParams: object, metadata: nullable(text) },
    },
    answer: ({ records, storage, body }) => {
      const { numOfFileParts: count, cloudType } = body['startUploadParams'] as Readonly<Record<string, unknown>>;
      if (!number.takes(count) || cloudType !== 'AWS') {
        throw new Breach('startUploadParams without a number of parts or a cloud');
      }
      const upload: DirectUpload = { id: newId(), parts: new Map(), count: count as number, parameters: body };
      records.directUploads.set(upload.id, upload);
      const addressOf = (part: number): string => `${storage}${BUCKET}${upload.id}/${part}?X-Amz-Signature=${signatureOf(`${upload.id}/${part}`)}`;
      return json({ requestId: upload.id, preSignUrl: Array.from({ length: upload.count }, (_, index) => addressOf(index + 1)) });
    },
  },
  {
    method: 'POST',
    path: `${LIB}asset/upload-complete`,
    query: {},
    body: { kind: 'json', fields: { requestId: text, succeed: flag, fileSize: number, uploadedFileParts: optional(objects), apiKey: optional(text) } },
    answer: complete,
  },
];

async function complete(asked: Asked): Promise<typeof done> {
  const { records, body } = asked;
  const upload = records.directUploads.get(mustHave(body, 'requestId'));
  if (upload === undefined) {
    throw new Breach('the end of an upload that was not begun');
  }
  records.directUploads.delete(upload.id);
  if (body['succeed'] !== true) {
    return done;
  }
  const writer = asked.newBlob();
  const sent = body['uploadedFileParts'] as readonly Readonly<Record<string, unknown>>[];
  for (const [index, { PartNumber: part, ETag: tag }] of sent.entries()) {
    const blob = upload.parts.get(index + 1);
    if (blob === undefined || part !== index + 1 || tag !== `"${blob.sha256}"`) {
      throw new Breach(`part ${String(part)} of a direct upload is not the one that was sent`);
    }
    await writer.write(blob.bytes());
  }
  const blob = await writer.end();
  if (sent.length !== upload.count || blob.size !== body['fileSize']) {
    throw new Breach(`a direct upload of ${sent.length} parts and ${blob.size} bytes, announced as ${upload.count} and ${String(body['fileSize'])}`);
  }
  keep(asked, { ...arrivalOf(upload.parameters), metadata: textIn(upload.parameters, 'metadata'), link: undefined, blob });
  return done;
}

const targetOf = (values: Readonly<Record<string, unknown>>): { readonly experiment: string | undefined; readonly version: string | undefined } => ({
  experiment: textIn(values, 'experimentId'),
  version: textIn(values, 'artifactVersionId'),
});

const arrivalOf = (values: Readonly<Record<string, unknown>>): ReturnType<typeof targetOf> & { readonly id: string | undefined; readonly path: string; readonly type: string | undefined; readonly step: string | undefined } => ({
  ...targetOf(values),
  id: textIn(values, 'assetId'),
  path: textIn(values, 'fileName') ?? 'unnamed',
  type: textIn(values, 'type'),
  step: textIn(values, 'step'),
});
