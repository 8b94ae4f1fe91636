import { unsupported } from '../../model/errors';
import { pythonText } from '../../model/pythonText';

/** What Python needs to find, or to write, the files of a version, a run or a logged model. */
export interface SnippetFacts {
  /** Address of the server, without credentials. */
  readonly trackingUri: string;
  /** Workspace of MLflow, where the server has them switched on. */
  readonly workspace?: string | undefined;
  readonly of:
    | { readonly model: string; readonly version: number; readonly alias?: string | undefined }
    | { readonly run: string }
    | { readonly loggedModel: string };
  /** A file or folder below it, under the name that it is stored by; all of it where there is none. */
  readonly path?: string | undefined;
}

interface Lines {
  readonly imports: readonly string[];
  readonly body: readonly string[];
}

/** Lines of Python that load what the facts name, or that log a folder as its next version or into its run. */
export function snippetOf(facts: SnippetFacts, what: 'load' | 'log'): string {
  const { imports, body } = what === 'load' ? loading(facts) : logging(facts);
  return [
    ...imports,
    '',
    '# Where the server wants a sign-in, set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD,',
    '# or MLFLOW_TRACKING_TOKEN, in the environment.',
    `mlflow.set_tracking_uri(${pythonText(facts.trackingUri)})`,
    ...facts.workspace === undefined ? [] : [`mlflow.set_workspace(${pythonText(facts.workspace)})`],
    ...body,
    '',
  ].join('\n');
}

/** MLflow cuts an address at `?`, `#` and `;`, and parts it at `/`, `:` and `@`: what has one of them goes another way. */
const PLAIN_NAME = /^[\p{L}\p{N}._ -]+$/u;
const PLAIN_PATH = /^[\p{L}\p{N}._ ,+=()!$&'~^/-]*$/u;

function loading({ of, path = '' }: SnippetFacts): Lines {
  const isPlain = PLAIN_PATH.test(path);
  if ('run' in of) {
    return download(isPlain ? pythonText(`runs:/${of.run}/${path}`) : `run_id=${pythonText(of.run)}, artifact_path=${pythonText(path)}`);
  }
  if ('loggedModel' in of) {
    return download(pythonText(`models:/${of.loggedModel}`), path);
  }
  if (PLAIN_NAME.test(of.model)) {
    const version = `models:/${of.model}${of.alias === undefined ? `/${of.version}` : `@${of.alias}`}`;
    return isPlain && path !== '' ? download(pythonText(`${version}/${path}`)) : download(pythonText(version), path);
  }
  const model = pythonText(of.model);
  const version = of.alias === undefined ? pythonText(String(of.version)) : `client.get_model_version_by_alias(${model}, ${pythonText(of.alias)}).version`;
  const { imports, body } = download(`client.get_model_version_download_uri(${model}, ${version})`, path);
  return { imports, body: ['client = mlflow.MlflowClient()', ...body] };
}

/** `below`: what is meant of the folder that comes. */
function download(called: string, below = ''): Lines {
  return {
    imports: [...below === '' ? [] : ['import os', ''], 'import mlflow'],
    body: [
      `path = mlflow.artifacts.download_artifacts(${called})`,
      ...below === '' ? [] : [`path = os.path.join(path, ${pythonText(below)})`],
      'print(path)',
    ],
  };
}

function logging({ workspace, of, path = '' }: SnippetFacts): Lines {
  const imports = ['import mlflow'];
  const folder = 'folder = "path/to/folder"';
  if ('loggedModel' in of) {
    throw unsupported('A logged model takes no more files.');
  }
  if ('run' in of) {
    const below = path === '' ? '' : `, artifact_path=${pythonText(path)}`;
    return { imports, body: [folder, `with mlflow.start_run(run_id=${pythonText(of.run)}):`, `    mlflow.log_artifacts(folder${below})`] };
  }
  return {
    imports,
    body: [
      // The experiment that runs go to when none is named is missing in every workspace but the default one.
      ...workspace === undefined ? [] : ['mlflow.set_experiment("Default")'],
      folder,
      'with mlflow.start_run() as run:',
      '    mlflow.log_artifacts(folder, artifact_path="files")',
      '    source = mlflow.get_artifact_uri("files")',
      // register_model takes folders that hold a model, and no others.
      `version = mlflow.MlflowClient().create_model_version(${pythonText(of.model)}, source, run.info.run_id)`,
      'print(version.name, version.version)',
    ],
  };
}
