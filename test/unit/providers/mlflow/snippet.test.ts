import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { isArtifactError } from '../../../../src/model/errors';
import { type SnippetFacts, snippetOf } from '../../../../src/providers/mlflow/snippet';

const trackingUri = 'http://mlflow.example:5000';
const version = { model: 'churn-data', version: 3 };
const facts = (more: Partial<SnippetFacts> = {}): SnippetFacts => ({ trackingUri, of: version, ...more });

/** The lines that differ from one snippet to the next. */
const linesOf = (given: SnippetFacts, what: 'load' | 'log' = 'load'): readonly string[] =>
  snippetOf(given, what).split('\n').filter((line) => line !== '' && !line.startsWith('#') && !/^import mlflow$|set_tracking_uri|^print\(/u.test(line));

const downloads = (given: SnippetFacts): readonly string[] =>
  linesOf(given).map((line) => /download_artifacts\((.*)\)$/u.exec(line)?.[1] ?? line);

describe('Python for MLflow', () => {
  it('is a whole program: the server, where a secret comes from, and the files', () => {
    assert.equal(snippetOf(facts(), 'load'), `import mlflow

# Where the server wants a sign-in, set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD,
# or MLFLOW_TRACKING_TOKEN, in the environment.
mlflow.set_tracking_uri("http://mlflow.example:5000")
path = mlflow.artifacts.download_artifacts("models:/churn-data/3")
print(path)
`);
  });

  for (const [what, given, called] of [
    ['a version by its number', {}, '"models:/churn-data/3"'],
    ['a version by its alias', { of: { ...version, alias: 'prod' } }, '"models:/churn-data@prod"'],
    ['a file of a version', { path: 'train/a b.csv' }, '"models:/churn-data/3/train/a b.csv"'],
    ['the files of a run', { of: { run: '8c66' } }, '"runs:/8c66/"'],
    ['a folder of a run', { of: { run: '8c66' }, path: 'model' }, '"runs:/8c66/model"'],
    ['a file of a run that no address can name', { of: { run: '8c66' }, path: 'a?b#c' }, 'run_id="8c66", artifact_path="a?b#c"'],
    ['a logged model', { of: { loggedModel: 'm-1' } }, '"models:/m-1"'],
  ] as const) {
    it(`loads ${what}`, () => assert.deepEqual(downloads(facts(given)), [called]));
  }

  it('takes a path that no address can name out of the folder that came', () => {
    assert.deepEqual(downloads(facts({ path: 'a#b.csv' })), ['import os', '"models:/churn-data/3"', 'path = os.path.join(path, "a#b.csv")']);
  });

  it('asks the server for the address where a name cannot stand in one', () => {
    assert.deepEqual(downloads(facts({ of: { model: 'a#b\n', version: 3 } })), ['client = mlflow.MlflowClient()', 'client.get_model_version_download_uri("a#b\\n", "3")']);
    assert.deepEqual(downloads(facts({ of: { model: 'a#b', version: 3, alias: 'prod' } })).at(-1), 'client.get_model_version_download_uri("a#b", client.get_model_version_by_alias("a#b", "prod").version)');
  });

  it('names the workspace where there are workspaces', () => {
    assert.ok(linesOf(facts({ workspace: 'team' })).includes('mlflow.set_workspace("team")'));
    assert.deepEqual(linesOf(facts({ workspace: 'team' }), 'log').slice(0, 2), ['mlflow.set_workspace("team")', 'mlflow.set_experiment("Default")']);
  });

  it('logs a folder as the next version of the model', () => {
    assert.deepEqual(linesOf(facts(), 'log'), [
      'folder = "path/to/folder"',
      'with mlflow.start_run() as run:',
      '    mlflow.log_artifacts(folder, artifact_path="files")',
      '    source = mlflow.get_artifact_uri("files")',
      'version = mlflow.MlflowClient().create_model_version("churn-data", source, run.info.run_id)',
    ]);
  });

  it('logs a folder into the run, or into a folder of it', () => {
    assert.deepEqual(linesOf(facts({ of: { run: '8c66' } }), 'log').slice(1), ['with mlflow.start_run(run_id="8c66"):', '    mlflow.log_artifacts(folder)']);
    assert.deepEqual(linesOf(facts({ of: { run: '8c66' }, path: 'plots' }), 'log').at(-1), '    mlflow.log_artifacts(folder, artifact_path="plots")');
  });

  it('cannot log into a model that is logged', () => {
    assert.throws(() => snippetOf(facts({ of: { loggedModel: 'm-1' } }), 'log'), (error) => isArtifactError(error, 'unsupported'));
  });

  it('stays the same program whatever names there are', () => {
    const evil = '"\n__import__("os").abort()\n\'"""\\';
    const all = [{ model: evil, version: 1 }, { model: evil, version: 1, alias: evil }, { run: evil }, { loggedModel: evil }].flatMap((of) =>
      ['', evil].flatMap((path) => [snippetOf({ trackingUri: evil, workspace: evil, of, path }, 'load'), ...'loggedModel' in of ? [] : [snippetOf({ trackingUri: evil, workspace: evil, of, path }, 'log')]]));
    // One parser for all of them: the names that Python would call are those of the snippet.
    const calls = execFileSync('python3', ['-c', `
import ast, json, sys
print(json.dumps(sorted({ast.unparse(node.func) for text in json.load(sys.stdin) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)})))`], { input: JSON.stringify(all), encoding: 'utf8' });
    assert.deepEqual((JSON.parse(calls) as string[]).filter((name) => !/^(?:mlflow\.[\w.]+|mlflow\.MlflowClient\(\)\.\w+|client\.\w+|os\.path\.join|print)$/u.test(name)), []);
  });
});
