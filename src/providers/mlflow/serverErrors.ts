import { alreadyExists, type ArtifactError, forbidden, invalid, isArtifactError, notFound, rateLimited, serverFault, signInNeeded, unsupported } from '../../model/errors';
import type { FailedAnswer } from '../http';

const MOST_CHARACTERS = 300;

/** What MLflow's own error codes mean; undefined leaves it to the status. Its status for *already exists* is 400. */
export function mlflowError({ status, body, what }: FailedAnswer): ArtifactError | undefined {
  if (status === 403 && /invalid host header/iu.test(body)) {
    return forbidden('the server does not answer to this host name. Whoever runs it adds the name with “--allowed-hosts”.');
  }
  const { code, message } = errorOf(body);
  switch (code) {
    case 'RESOURCE_ALREADY_EXISTS':
    case 'ALREADY_EXISTS':
    case 'RESOURCE_CONFLICT':
      return alreadyExists(what);
    case 'RESOURCE_DOES_NOT_EXIST':
    case 'NOT_FOUND':
    case 'ENDPOINT_NOT_FOUND':
      return notFound(what);
    case 'UNAUTHENTICATED':
    case 'CUSTOMER_UNAUTHORIZED':
      return signInNeeded(what);
    case 'PERMISSION_DENIED':
      return forbidden(what);
    case 'NOT_IMPLEMENTED':
    case 'FEATURE_DISABLED':
      return unsupported(`${what}: ${message}`);
    case 'RESOURCE_EXHAUSTED':
    case 'REQUEST_LIMIT_EXCEEDED':
      return rateLimited(what);
    case 'INVALID_PARAMETER_VALUE':
    case 'BAD_REQUEST':
      return refusal(message, what);
    default:
      return undefined;
  }
}

function refusal(message: string, what: string): ArtifactError {
  // PostgreSQL with too many writers at once.
  if (/queuepool limit/iu.test(message)) {
    return rateLimited(what);
  }
  if (/alias .* not found/iu.test(message)) {
    return notFound(what);
  }
  return invalid(`MLflow refuses ${what}: ${message}`);
}

function errorOf(body: string): { readonly code: string; readonly message: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    const { error_code: code, message } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Readonly<Record<string, unknown>>;
    return { code: typeof code === 'string' ? code : '', message: plain(typeof message === 'string' ? message : '') };
  } catch {
    return { code: '', message: '' };
  }
}

/** Its first sentence or so: the statement and the values that PostgreSQL complains of may stand after it. */
function plain(message: string): string {
  const [first = ''] = message.split(/\n|\[SQL:/u);
  const sentence = first.replace(/^\(\S+\)\s*/u, '').trim();
  return sentence.length > MOST_CHARACTERS ? `${sentence.slice(0, MOST_CHARACTERS)}…` : sentence;
}

/** Whether a call may have had its effect although it failed: the answer got lost. */
export const isLost = (error: unknown): boolean => isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault');

/** MLflow lets nobody write to experiments of others unless its configuration or a permission says so. */
export const closedExperiment = (run: string, cause: ArtifactError): ArtifactError =>
  forbidden(`run ${run}. Name an experiment of your own in the setting “experiment” of the connection, or ask whoever runs the server for the permission to edit`, cause);

export const deletedExperiment = (name: string): ArtifactError =>
  invalid(`The experiment “${name}” was deleted in MLflow. Restore it there, or name another one in the setting “experiment” of the connection.`);

export const noSuchWorkspace = (workspace: string): ArtifactError =>
  unsupported(`This MLflow server has one workspace, “default”: there is no “${workspace}”. Started with --enable-workspaces it can have more.`);

export const lostVersion = (name: string): ArtifactError => serverFault(`the new version of ${name} was not found again after the connection broke`);
