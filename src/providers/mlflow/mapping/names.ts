import { createHash } from 'node:crypto';

const MOST_MODEL_NAME = 200;

const digest = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);

/**
 * The name of the registered model for an artifact: the same where every MLflow and every URI takes it, else what is safe of it and a
 * fingerprint. The artifact's own name stands in a tag.
 */
export function modelName(artifact: string): string {
  if (/^[\w.-]+$/u.test(artifact) && !/^\.+$/u.test(artifact) && artifact.length <= MOST_MODEL_NAME) {
    return artifact;
  }
  const safe = artifact.replaceAll(/[^\w.-]+/gu, '-').slice(0, MOST_MODEL_NAME).replaceAll(/^-+|-+$/gu, '');
  return `${safe === '' ? 'artifact' : safe}-${digest(artifact, 8)}`;
}

/** Whether MLflow takes an alias itself, so that `models:/name@alias` works; the others are kept in tags. */
export const isRegistryAlias = (alias: string): boolean => /^[\p{L}\p{N}_-]{1,255}$/u.test(alias) && !/^(?:v\d+|latest)$/iu.test(alias);
