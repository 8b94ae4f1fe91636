import { anyText, digits, type Field, jsonText, oneOf, optional, queryFlag, text } from '../fields';
import { admit, keep } from '../keeping';
import { allVersions, type StoredAsset } from '../records';
import { Breach, Refusal } from '../refusal';
import { type Answer, type Asked, done, experimentOf, get, json, REST, type Route } from '../route';

export const OVERWRITE = oneOf('true', 'false', 'True', 'False', 'FAIL', 'PRESERVE', 'OVERWRITE');
/** Without its dot. */
export const EXTENSION: Field = { required: false, takes: (value) => typeof value === 'string' && /^[^./][^/]*$/u.test(value) };
/** Path of a signed address at the object storage. */
export const BUCKET = '/bucket/';

/** Files, up and down. */
export const assets: readonly Route[] = [
  {
    method: 'POST',
    path: `${REST}write/experiment/upload-asset`,
    query: {
      experimentKey: text, artifactVersionId: optional(text), fileName: text, type: optional(text), extension: EXTENSION, overwrite: optional(OVERWRITE),
      step: optional(digits), epoch: optional(digits), context: optional(anyText), groupingName: optional(anyText), isRemote: optional(queryFlag),
    },
    body: { kind: 'form', fields: { link: optional(text), metadata: optional(jsonText) } },
    begin: ({ query, ...place }) => admit(place, { experiment: query['experimentKey'], version: query['artifactVersionId'] }, query['fileName'] ?? ''),
    answer: (asked) => {
      const { query, form } = asked;
      const link = form.fields['link'];
      if ((link !== undefined) !== (query['isRemote']?.toLowerCase() === 'true')) {
        throw new Breach('isRemote and the part link do not agree');
      }
      const kept = keep(asked, {
        experiment: query['experimentKey'], version: query['artifactVersionId'], path: query['fileName'] ?? '', type: query['type'],
        metadata: form.fields['metadata'], link, blob: form.file, step: query['step'],
      });
      return uploadAnswer(asked, kept);
    },
  },
  get('experiment/asset/list', { experimentKey: text, type: optional(text) }, (asked) => {
    const experiment = experimentOf(asked.records, asked.query['experimentKey']);
    const { type = 'all' } = asked.query;
    return json({
      assets: [...experiment.assets.values()].filter((asset) => type === 'all' || asset.type === type).map((asset) => ({
        fileName: asset.path, fileSize: asset.size, runContext: null, step: asset.step, remote: asset.link !== null,
        // An address also of what is kept here: `remote` alone tells.
        link: asset.link ?? `${asked.root}${REST}experiment/asset/get-asset?assetId=${asset.id}&experimentKey=${experiment.key}`,
        createdAt: asset.created, dir: '', type: asset.type, metadata: asset.metadata, assetId: asset.id, experimentKey: experiment.key, tags: [],
      })),
    });
  }),
  get('experiment/asset/get-asset', {
    assetId: text, artifactVersionId: optional(text), experimentKey: optional(anyText), allow301: optional(queryFlag),
  }, (asked) => download(asked)),
  get('write/experiment/asset/delete', { experimentKey: text, assetId: text }, ({ records, query }) => {
    if (!experimentOf(records, query['experimentKey']).assets.delete(query['assetId'] ?? '')) {
      throw new Refusal(7777777, 'No such asset');
    }
    return done;
  }),
];

export function uploadAnswer({ quirks }: Asked, kept: StoredAsset): Answer {
  switch (quirks.uploadAnswer) {
    case 'json':
      return json({ msg: 'OK', code: 200, assetId: kept.id });
    case 'text':
      return { kind: 'text', text: 'uploaded' };
    case 'nothing':
      return { kind: 'nothing' };
  }
}

function download({ records, quirks, query, storage }: Asked): Answer {
  const asset = findAsset(records, query['assetId'] ?? '', query['artifactVersionId']);
  if (asset === undefined) {
    throw new Refusal(7777777, 'No such asset', quirks.statuses === 'by kind' ? 404 : undefined);
  }
  if (asset.blob === undefined) {
    throw new Refusal(7777777, 'The asset is remote');
  }
  if (quirks.redirect !== undefined && query['allow301']?.toLowerCase() === 'true') {
    return { kind: 'redirect', status: quirks.redirect, location: `${storage}${BUCKET}${asset.id}?X-Amz-Expires=300&X-Amz-Signature=${signatureOf(asset.id)}` };
  }
  return { kind: 'bytes', blob: asset.blob };
}

/** What a signed address carries in the place of a key. */
export const signatureOf = (name: string): string => Buffer.from(`signed ${name}`).toString('hex');

export function findAsset(records: Asked['records'], id: string, version?: string): StoredAsset | undefined {
  const keepers = [...allVersions(records).filter((each) => version === undefined || each.id === version), ...records.experiments.values()];
  for (const { assets: kept } of keepers) {
    for (const asset of kept.values()) {
      if (asset.id === id) {
        return asset;
      }
    }
  }
  return undefined;
}
