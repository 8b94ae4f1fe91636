import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type SnippetFacts, snippetOf } from '../../../../src/providers/comet/snippet';

const of = { artifact: 'artifact-name', type: 'dataset', version: '1.0.0' };
const facts = (more: Partial<SnippetFacts> = {}): SnippetFacts => ({ workspace: 'ada', project: 'general', of, ...more });
const lines = (given: SnippetFacts, what: 'load' | 'log' = 'load'): readonly string[] => snippetOf(given, what).split('\n');

describe('Python for Comet', () => {
  it('has the two lines of Comet’s own text to download', () => {
    assert.equal(snippetOf(facts(), 'load'), `from comet_ml import Experiment

# The API key comes from COMET_API_KEY in the environment, or from ~/.comet.config.
experiment = Experiment(workspace="ada", project_name="general")
logged_artifact = experiment.get_artifact("artifact-name", "ada", version_or_alias="1.0.0")
local_artifact = logged_artifact.download()
print(local_artifact.download_local_path)
experiment.end()
`);
  });

  it('has the three lines of Comet’s own text to log', () => {
    assert.equal(snippetOf(facts(), 'log'), `from comet_ml import Artifact, Experiment

# The API key comes from COMET_API_KEY in the environment, or from ~/.comet.config.
experiment = Experiment(workspace="ada", project_name="general")
artifact = Artifact("artifact-name", "dataset")
artifact.add("path/to/my/file.csv")
experiment.log_artifact(artifact)
experiment.end()
`);
  });

  it('names no version where the latest is meant', () => {
    assert.ok(lines(facts({ of: { ...of, version: 'Latest' } })).includes('logged_artifact = experiment.get_artifact("artifact-name", "ada")'));
  });

  it('says where a server of one’s own is before Comet’s package is loaded', () => {
    assert.deepEqual(lines(facts({ server: 'https://comet.example/prefix' })).slice(0, 5), [
      'import os', '', 'os.environ["COMET_URL_OVERRIDE"] = "https://comet.example/prefix/clientlib/"', '', 'from comet_ml import Experiment',
    ]);
  });

  it('asks another way for a name that Comet’s experiments cut', () => {
    const named = { ...of, artifact: 'team/data' };
    assert.ok(lines(facts({ of: named })).includes('logged_artifact = API().get_artifact("ada", "team/data", version="1.0.0")'));
    assert.ok(lines(facts({ of: { ...named, version: 'prod' } })).includes('logged_artifact = API().get_artifact("ada", "team/data", alias="prod")'));
  });

  it('takes one file, or one folder', () => {
    assert.ok(lines(facts({ path: 'train/a.csv' })).includes('logged_artifact.get_asset("train/a.csv").download()'));
    assert.ok(lines(facts({ path: 'train', isFolder: true })).includes('    if asset.logical_path.startswith("train/"):'));
  });

  it('reads the files of an experiment, and logs more to it', () => {
    const run = facts({ of: { experiment: 'abc' } });
    assert.ok(lines(run).includes('experiment = API().get_experiment_by_key("abc")'));
    assert.ok(lines({ ...run, path: 'a.csv' }).includes('    if asset["fileName"] == "a.csv":'));
    assert.ok(lines(run, 'log').includes('experiment = ExistingExperiment(previous_experiment="abc")'));
  });

  it('is Python whatever the names are, and runs nothing of them', () => {
    const odd = 'a"\'\\\n#{x}\u2028"""+print(1)+"';
    const all = [
      facts({ server: odd, workspace: odd, project: odd, of: { artifact: odd, type: odd, version: odd } }),
      facts({ workspace: odd, of: { ...of, version: odd }, path: odd }), facts({ path: odd, isFolder: true }),
      facts({ of: { experiment: odd }, path: odd }), facts({ of: { experiment: odd }, path: odd, isFolder: true }), facts({ of: { experiment: odd } }),
    ].flatMap((each) => [snippetOf(each, 'load'), snippetOf(each, 'log')]);
    const called = execFileSync('python3', ['-c', `
import ast, json, sys
trees = [ast.parse(text) for text in json.load(sys.stdin)]
print(any(isinstance(node, ast.Name) and node.id == "print" and isinstance(call.args[0], ast.Constant) for tree in trees for call in ast.walk(tree) if isinstance(call, ast.Call) for node in [call.func]))
`], { input: JSON.stringify(all), encoding: 'utf8' });
    assert.equal(called.trim(), 'False');
  });
});
