import { anyText, jsonText, nullable, oneOf, optional, text, texts } from '../fields';
import { allVersions, type StoredVersion } from '../records';
import { Refusal } from '../refusal';
import { type Answer, type Asked, done, experimentOf, json, mustHave, post, type Route, textIn, textsIn } from '../route';
import { relabel, upsert } from '../versions';

/** The life of a version: open, closed or failed, relabelled. */
export const artifactWrites: readonly Route[] = [
  post('write/artifacts/upsert', {
    artifactName: text, artifactType: text, experimentKey: text, versionMetadata: nullable(jsonText), version: nullable(text), alias: optional(texts), versionTags: optional(texts),
  }, ({ records, quirks, body }) => {
    const { made, previous } = upsert(records, quirks, {
      name: mustHave(body, 'artifactName'),
      type: mustHave(body, 'artifactType'),
      experiment: experimentOf(records, textIn(body, 'experimentKey')),
      version: textIn(body, 'version'),
      aliases: textsIn(body, 'alias') ?? [],
      tags: textsIn(body, 'versionTags') ?? [],
      metadata: textIn(body, 'versionMetadata') ?? null,
    });
    return json({ artifactId: made.artifact.id, artifactVersionId: made.id, previousVersion: previous, currentVersion: made.number });
  }),
  post('write/artifacts/state', { artifactVersionId: text, experimentKey: text, state: oneOf('CLOSED', 'ERROR') }, (asked) => {
    const { records, quirks, body } = asked;
    const version = versionOf(asked);
    const wanted = body['state'] as 'CLOSED' | 'ERROR';
    if (experimentOf(records, textIn(body, 'experimentKey')).key !== version.experiment) {
      asked.note(`version ${version.number} gets its state from an experiment that did not make it`);
    }
    if (version.state !== 'OPEN') {
      if (version.state !== wanted) {
        asked.note(`version ${version.number} is ${version.state} and asked to be ${wanted}`);
      }
      if (quirks.stateAgain === 'refused') {
        throw new Refusal(90401, 'The state cannot be changed');
      }
      return stateAnswer(asked);
    }
    if (wanted === 'CLOSED' && version.uploading > 0) {
      asked.note(`version ${version.number} is closed while ${version.uploading} uploads are on their way`);
    }
    version.state = wanted;
    return stateAnswer(asked);
  }),
  post('write/artifacts/details', { artifactId: text, artifactType: nullable(text), versionMetadata: nullable(jsonText), version: nullable(text), tags: nullable(texts) }, ({ records, body }) => {
    const artifact = records.artifacts.find(({ id }) => id === body['artifactId']);
    if (artifact === undefined) {
      throw new Refusal(624522, 'No artifact found');
    }
    artifact.type = textIn(body, 'artifactType') ?? artifact.type;
    artifact.tags = [...textsIn(body, 'tags') ?? artifact.tags];
    return done;
  }),
  post('write/artifacts/version/labels', { artifactVersionId: text, alias: nullable(texts), versionMetadata: nullable(anyText), versionTags: nullable(texts) }, (asked) => {
    relabel(versionOf(asked), asked.quirks, { aliases: textsIn(asked.body, 'alias'), tags: textsIn(asked.body, 'versionTags'), metadata: textIn(asked.body, 'versionMetadata') });
    return done;
  }),
];

function versionOf({ records, body }: Asked): StoredVersion {
  const version = allVersions(records).find(({ id }) => id === body['artifactVersionId']);
  if (version === undefined) {
    throw new Refusal(624523, 'No artifact version found');
  }
  return version;
}

function stateAnswer({ quirks }: Asked): Answer {
  switch (quirks.stateAnswer) {
    case 'nothing':
      return { kind: 'nothing' };
    case 'text':
      return { kind: 'text', text: 'state updated' };
    case 'json':
      return done;
  }
}
