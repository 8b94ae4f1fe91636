import { isLatestAlias } from '../../model/artifact';
import { pythonText } from '../../model/pythonText';

/** What Python needs to find, or to write, the files of a version or of an experiment. */
export interface SnippetFacts {
  /** Root of a server of one's own; nothing for Comet's, which Python knows. */
  readonly server?: string | undefined;
  readonly workspace: string;
  /** Where experiments are started. */
  readonly project: string;
  readonly of:
    | { readonly artifact: string; readonly type: string; readonly version: string }
    | { readonly experiment: string };
  /** A file or folder of it; all of it where there is none. */
  readonly path?: string | undefined;
  readonly isFolder?: boolean | undefined;
}

interface Lines {
  /** Names out of Comet's package. */
  readonly names: string;
  readonly body: readonly string[];
}

/** Lines of Python that load what the facts name, or that log to it. Comet's client finds the API key by itself. */
export function snippetOf(facts: SnippetFacts, what: 'load' | 'log'): string {
  const { names, body } = what === 'load' ? loading(facts) : logging(facts);
  const { server } = facts;
  return [
    // Comet's client may look when it is imported.
    ...server === undefined ? [] : ['import os', '', `os.environ["COMET_URL_OVERRIDE"] = ${pythonText(`${server}/clientlib/`)}`, ''],
    `from comet_ml import ${names}`,
    '',
    '# The API key comes from COMET_API_KEY in the environment, or from ~/.comet.config.',
    ...body,
    '',
  ].join('\n');
}

/** Comet's client cuts the name that an experiment asks for at these. */
const IS_CUT = /[/:]/u;

function loading(facts: SnippetFacts): Lines {
  const { workspace, of, path = '', isFolder = false } = facts;
  if ('experiment' in of) {
    return loadingExperiment(of.experiment, path, isFolder);
  }
  const { artifact, version } = of;
  const isLatest = isLatestAlias(version);
  const [names, got] = IS_CUT.test(artifact)
    ? ['API', [`logged_artifact = API().get_artifact(${[workspace, artifact].map(pythonText).join(', ')}${isLatest ? '' : `, ${/^\d/u.test(version) ? 'version' : 'alias'}=${pythonText(version)}`})`]]
    : ['Experiment', [started(facts), `logged_artifact = experiment.get_artifact(${[artifact, workspace].map(pythonText).join(', ')}${isLatest ? '' : `, version_or_alias=${pythonText(version)}`})`]];
  return { names, body: [...got, ...downloading(path, isFolder), ...names === 'API' ? [] : ['experiment.end()']] };
}

function downloading(path: string, isFolder: boolean): readonly string[] {
  if (path === '') {
    // Into a new temporary folder.
    return ['local_artifact = logged_artifact.download()', 'print(local_artifact.download_local_path)'];
  }
  return isFolder
    ? ['for asset in logged_artifact.assets:', `    if asset.logical_path.startswith(${pythonText(`${path}/`)}):`, '        asset.download()']
    : [`logged_artifact.get_asset(${pythonText(path)}).download()`];
}

function loadingExperiment(experiment: string, path: string, isFolder: boolean): Lines {
  const wanted = isFolder ? `asset["fileName"].startswith(${pythonText(`${path}/`)})` : `asset["fileName"] == ${pythonText(path)}`;
  return {
    names: 'API',
    body: [
      `experiment = API().get_experiment_by_key(${pythonText(experiment)})`,
      'for asset in experiment.get_asset_list():',
      ...path === ''
        ? ['    data = experiment.get_asset(asset["assetId"])', '    print(asset["fileName"], len(data))']
        : [`    if ${wanted}:`, '        data = experiment.get_asset(asset["assetId"])', '        print(asset["fileName"], len(data))'],
    ],
  };
}

function logging(facts: SnippetFacts): Lines {
  const { of } = facts;
  if ('experiment' in of) {
    return {
      names: 'ExistingExperiment',
      body: [
        `experiment = ExistingExperiment(previous_experiment=${pythonText(of.experiment)})`,
        'experiment.log_asset_folder("path/to/folder", log_file_name=True)',
        'experiment.end()',
      ],
    };
  }
  return {
    names: 'Artifact, Experiment',
    body: [
      started(facts),
      `artifact = Artifact(${pythonText(of.artifact)}, ${pythonText(of.type)})`,
      'artifact.add("path/to/my/file.csv")',
      'experiment.log_artifact(artifact)',
      'experiment.end()',
    ],
  };
}

const started = ({ workspace, project }: SnippetFacts): string => `experiment = Experiment(workspace=${pythonText(workspace)}, project_name=${pythonText(project)})`;
