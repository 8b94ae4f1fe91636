import { alreadyExists, type ArtifactError, forbidden, invalid, noSpace, notFound, signInNeeded, unsupported } from '../../model/errors';
import type { FailedAnswer } from '../http';

const MOST_CHARACTERS = 300;

/** An asset with this name was uploaded to the version before; after a lost answer, by us. */
export const ASSET_THERE = 7000005;

/** What Comet's own error codes mean, whatever status they come with; undefined leaves it to the status. */
export const cometError = ({ status, body, what }: FailedAnswer): ArtifactError | undefined => (status === 401 ? signInNeeded(what) : errorIn(parsed(body), what));

/** The error in an answer, which may have the status 200. */
export function errorIn(answer: unknown, what: string): ArtifactError | undefined {
  const { sdk_error_code: code, msg } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  return typeof code === 'number' && code !== 0 ? meaning(code, plain(msg), what) : undefined;
}

export const errorCode = (cause: unknown): number | undefined => (cause instanceof CometCode ? cause.code : undefined);

/** Travels as the cause, for those who have to know which code it was. */
class CometCode extends Error {
  override readonly name = 'CometCode';

  constructor(readonly code: number) {
    super(`sdk_error_code ${code}`);
  }
}

function meaning(code: number, message: string, what: string): ArtifactError {
  const cause = new CometCode(code);
  switch (code) {
    case 624522:
    case 624523:
    case 90219:
    case 90211:
      return notFound(what, cause);
    case 90399:
    case 7000019:
    case ASSET_THERE:
    case 90999:
      return alreadyExists(what, cause);
    case 90212:
      return signInNeeded(what, cause);
    case 90210:
    case 7000011:
    case 7000023:
      return forbidden(what, cause);
    case 90501:
    case 7000020:
      return noSpace(`Comet's limit for this workspace is reached, for ${what}`, cause);
    case 90401:
      return unsupported('A version that was logged to the end cannot be changed on Comet.', cause);
    case 90402:
    case 90403:
      return invalid(`${what} is not complete: it is still being logged, or logging it failed.`, cause);
    default:
      return invalid(message === '' ? `Comet refuses ${what} (code ${code}).` : `Comet refuses ${what}: ${message}`, cause);
  }
}

function plain(message: unknown): string {
  const text = typeof message === 'string' ? message.trim() : '';
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
