import { type ArtifactError, alreadyExists, forbidden, invalid, notFound, serverFault, signInNeeded } from '../../model/errors';
import type { FailedAnswer } from '../http';
import { fieldsOf } from './calls/answers';

const MOST_CHARACTERS = 300;

/** What a refusal of MATIH means, with what the server says about it; undefined leaves it to the status. */
export function matihError({ status, body, what }: FailedAnswer): ArtifactError | undefined {
  const said = saidIn(parsed(body));
  const about = said === '' ? what : `${what}: ${said}`;
  switch (status) {
    case 400:
    case 422:
      return invalid(said === '' ? `The server refuses ${what} (status ${status}).` : `The server refuses ${what}: ${said}`);
    case 401:
      return signInNeeded(about);
    case 403:
      return forbidden(about);
    case 404:
      return notFound(what);
    case 409:
      return alreadyExists(about);
    case 423:
      return invalid(`The server has locked ${about}.`);
    default:
      return undefined;
  }
}

/** The error in an answer that came with the status 200. */
export function errorIn(answer: unknown, field: string, what: string): ArtifactError {
  const inner = fieldsOf(answer)[field];
  const code = [fieldsOf(inner), fieldsOf(answer)].flatMap((each) => [each['status'], each['code']]).map(Number).find((each) => each >= 400 && each <= 599);
  const said = saidIn(inner === undefined ? answer : typeof inner === 'string' ? { message: inner } : inner);
  const known = code === undefined ? undefined : matihError({ status: code, headers: {}, body: JSON.stringify({ message: said }), what });
  return known ?? serverFault(said === '' ? `it says that ${what} failed, and not why` : `${what}: ${said}`);
}

/** The words for people in the body of an error. FastAPI has a list of them under `detail`. */
function saidIn(body: unknown): string {
  const { error, message, detail } = fieldsOf(body);
  const [first] = Array.isArray(detail) ? (detail as readonly unknown[]) : [detail];
  const words = [message, fieldsOf(error)['message'], error, detail, fieldsOf(first)['msg'], fieldsOf(detail)['message']].find((each) => typeof each === 'string');
  const text = typeof words === 'string' ? words.trim() : '';
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
