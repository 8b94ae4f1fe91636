import { randomUUID } from 'node:crypto';
import type { Reply, Seen } from './faultServer';
import { cutRunTag, tooLong } from './mlflowDoubleLimits';
import { type Condition, conditionsOf, type Fields, fits, pageOf, type Row, rowsOf, textOf } from './mlflowDoubleQueries';

interface Version { readonly version: string; readonly source: string; readonly run: string; readonly tags: Map<string, string> }
interface Model { readonly name: string; readonly tags: Map<string, string>; readonly aliases: Map<string, string>; versions: Version[]; made: number }
interface Run { readonly id: string; readonly experiment: string; readonly tags: Map<string, string>; readonly inputs: Fields[]; fields: Fields; deleted: boolean }

class Refused extends Error {
  constructor(readonly status: number, readonly code: string) {
    super(code);
  }
}
const missing = (): Refused => new Refused(404, 'RESOURCE_DOES_NOT_EXIST');
const ROUTE = '/api/2.0/mlflow/';
const FILES = '/api/2.0/mlflow-artifacts/artifacts/';
const ROOT = 'mlflow-artifacts:/';

/** As much of MLflow 3.17 in memory as our provider asks for: what a test breaks in front of it takes milliseconds, and what is left can be looked at. */
export class MlflowDouble {
  readonly models = new Map<string, Model>();
  readonly runs = new Map<string, Run>();
  readonly files = new Map<string, Buffer>();
  /** Ids beside `0`, which is where runs go. */
  readonly otherExperiments: string[] = [];
  /** What is kept of the bytes that arrive. */
  damage: (path: string, body: Buffer) => Buffer = (_, body) => body;
  private readonly inputs = new Set<string>();

  constructor(
    /** Rows that fit on a page, whatever is asked for. */
    private readonly page = 1000,
  ) {}

  answer({ method, path, body }: Seen): Reply {
    const url = new URL(path, 'http://double');
    try {
      if (url.pathname === '/api/3.0/mlflow/server-info') {
        return json({ workspaces_enabled: false, store_type: 'SqlStore' });
      }
      if (url.pathname.startsWith(FILES)) {
        return this.file(method, decodeURIComponent(url.pathname.slice(FILES.length)), body);
      }
      if (url.pathname === '/get-artifact') {
        return this.file(method, `0/${url.searchParams.get('run_id') ?? ''}/artifacts/${url.searchParams.get('path') ?? ''}`, body);
      }
      const call = `${method} ${url.pathname.startsWith(ROUTE) ? url.pathname.slice(ROUTE.length) : url.pathname}`;
      const given = method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(body.toString('utf8')) as Fields;
      return json(this.call(call, given));
    } catch (error) {
      if (error instanceof Refused) {
        return json({ error_code: error.code, message: error.code }, error.status);
      }
      throw error;
    }
  }

  /** What is left of uploads that became no version: runs that are pending, and files that no version's run holds. */
  leftovers(): readonly string[] {
    const held = new Set([...this.models.values()].flatMap(({ versions }) => versions.map(({ run }) => run)));
    return [
      ...[...this.runs.values()].filter((run) => !run.deleted && run.tags.get('mlartifacts.upload') === 'pending').map(({ id }) => `pending ${id}`),
      ...[...this.files.keys()].filter((path) => !held.has(path.split('/')[1] ?? '')),
    ];
  }

  private call(call: string, given: Fields): Fields {
    if (tooLong(call, given) !== undefined) {
      throw new Refused(400, 'BAD_REQUEST');
    }
    switch (call) {
      case 'GET experiments/get-by-name':
        return { experiment: EXPERIMENT };
      case 'POST experiments/search':
        return { experiments: [EXPERIMENT, ...this.otherExperiments.map((id) => ({ ...EXPERIMENT, experiment_id: id, name: id }))] };
      case 'GET artifacts/list':
        return this.listed(this.run(given['run_id']).id, textOf(given['path']));
    }
    return call.includes(' runs/') ? this.runCall(call, given) : this.registryCall(call, given);
  }

  private runCall(call: string, given: Fields): Fields {
    if (call === 'POST runs/create') {
      const id = randomUUID().replaceAll('-', '');
      const run: Run = {
        id, experiment: textOf(given['experiment_id']), inputs: [], deleted: false, tags: new Map(rowsOf(given['tags'])),
        fields: { run_name: given['run_name'], start_time: given['start_time'], status: 'RUNNING' },
      };
      this.runs.set(id, run);
      return { run: shownRun(run) };
    }
    if (call === 'POST runs/search') {
      const conditions = conditionsOf(given['filter']);
      const rows = [...this.runs.values()].reverse().filter((run) => !run.deleted && fits(conditions, (one) => runField(run, one)) && (given['experiment_ids'] as readonly string[]).includes(run.experiment));
      return pageOf('runs', rows.map(shownRun), given, this.page);
    }
    const run = this.run(given['run_id']);
    if (run.deleted && call !== 'GET runs/get' && call !== 'POST runs/delete') {
      throw new Refused(400, 'INVALID_PARAMETER_VALUE');
    }
    switch (call) {
      case 'GET runs/get':
        return { run: shownRun(run) };
      case 'POST runs/update':
        run.fields = { ...run.fields, ...given };
        return {};
      case 'POST runs/set-tag':
        run.tags.set(textOf(given['key']), cutRunTag(textOf(given['value'])));
        return {};
      case 'POST runs/delete':
        run.deleted = true;
        return {};
      case 'POST runs/log-inputs': {
        for (const input of given['datasets'] as readonly Fields[]) {
          const key = JSON.stringify([run.id, (input['dataset'] as Fields)['name'], (input['dataset'] as Fields)['digest']]);
          run.inputs.push(...this.inputs.has(key) ? [] : [input]);
          this.inputs.add(key);
        }
        return {};
      }
      default:
        throw new Refused(404, 'ENDPOINT_NOT_FOUND');
    }
  }

  private registryCall(call: string, given: Fields): Fields {
    const conditions = conditionsOf(given['filter']);
    switch (call) {
      case 'GET registered-models/search': {
        const rows = [...this.models.values()].filter(({ name, tags }) => fits(conditions, ({ field, tag }) => (tag === undefined ? (field === 'name' ? name : undefined) : tags.get(tag))));
        return pageOf('registered_models', rows.map(shownModel), given, this.page);
      }
      case 'GET model-versions/search': {
        const rows = [...this.models.values()].flatMap((model) => model.versions.map((version) => ({ model, version })));
        const fitting = rows.filter(({ model, version }) => fits(conditions, (one) => versionField(model, version, one)));
        return pageOf('model_versions', fitting.reverse().map(({ model, version }) => shownVersion(model, version)), given, this.page);
      }
      case 'POST registered-models/create': {
        const name = textOf(given['name']);
        if (this.models.has(name)) {
          throw new Refused(400, 'RESOURCE_ALREADY_EXISTS');
        }
        const model: Model = { name, tags: new Map(rowsOf(given['tags'])), aliases: new Map(), versions: [], made: 0 };
        this.models.set(name, model);
        return { registered_model: shownModel(model) };
      }
    }
    const model = this.models.get(textOf(given['name']));
    if (model === undefined) {
      throw missing();
    }
    return call.includes(' model-versions/') ? versionCall(call, model, given) : this.modelCall(call, model, given);
  }

  private modelCall(call: string, model: Model, given: Fields): Fields {
    const [key, value, alias] = [textOf(given['key']), textOf(given['value']), textOf(given['alias'])];
    switch (call) {
      case 'GET registered-models/get':
        return { registered_model: shownModel(model) };
      case 'DELETE registered-models/delete':
        this.models.delete(model.name);
        return {};
      case 'POST registered-models/set-tag':
        model.tags.set(key, value);
        return {};
      case 'DELETE registered-models/delete-tag':
        model.tags.delete(key);
        return {};
      case 'POST registered-models/alias':
        model.aliases.set(alias, textOf(given['version']));
        return {};
      case 'DELETE registered-models/alias':
        model.aliases.delete(alias);
        return {};
      default:
        throw new Refused(404, 'ENDPOINT_NOT_FOUND');
    }
  }

  private run(id: unknown): Run {
    const run = this.runs.get(textOf(id));
    if (run === undefined) {
      throw missing();
    }
    return run;
  }

  private file(method: string, path: string, body: Buffer): Reply {
    if (method === 'PUT') {
      this.files.set(path, this.damage(path, body));
      return {};
    }
    if (method === 'DELETE') {
      [...this.files.keys()].filter((each) => each === path || each.startsWith(`${path}/`)).forEach((each) => this.files.delete(each));
      return json({});
    }
    const bytes = this.files.get(path);
    if (bytes === undefined) {
      throw missing();
    }
    return { body: bytes };
  }

  private listed(run: string, folder: string): Fields {
    const root = `0/${run}/artifacts/`;
    const base = folder === '' ? root : `${root}${folder}/`;
    const found = new Map<string, Fields>();
    for (const [path, bytes] of this.files) {
      if (path.startsWith(base)) {
        const [name = '', ...below] = path.slice(base.length).split('/');
        const full = `${base}${name}`.slice(root.length);
        found.set(full, below.length > 0 ? { path: full, is_dir: true } : { path: full, is_dir: false, ...(bytes.length === 0 ? {} : { file_size: bytes.length }) });
      }
    }
    return found.size === 0 ? {} : { files: [...found.values()] };
  }
}

const EXPERIMENT = { experiment_id: '0', name: 'Default', lifecycle_stage: 'active' };

const json = (value: unknown, status = 200): Reply => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

const tagList = (tags: Map<string, string>): Row[] => [...tags].map(([key, value]) => ({ key, value }));

function versionCall(call: string, model: Model, given: Fields): Fields {
  if (call === 'POST model-versions/create') {
    model.made += 1;
    const version: Version = { version: String(model.made), source: textOf(given['source']), run: textOf(given['run_id']), tags: new Map(rowsOf(given['tags'])) };
    if (!version.source.startsWith(`${ROOT}0/${version.run}/artifacts`)) {
      throw new Refused(400, 'INVALID_PARAMETER_VALUE');
    }
    model.versions.push(version);
    return { model_version: shownVersion(model, version) };
  }
  const version = model.versions.find((each) => each.version === given['version']);
  if (version === undefined) {
    throw missing();
  }
  switch (call) {
    case 'GET model-versions/get':
      return { model_version: shownVersion(model, version) };
    case 'DELETE model-versions/delete':
      model.versions = model.versions.filter((each) => each !== version);
      [...model.aliases].filter(([, at]) => at === version.version).forEach(([alias]) => model.aliases.delete(alias));
      return {};
    case 'POST model-versions/set-tag':
      version.tags.set(textOf(given['key']), textOf(given['value']));
      return {};
    case 'DELETE model-versions/delete-tag':
      version.tags.delete(textOf(given['key']));
      return {};
    default:
      throw new Refused(404, 'ENDPOINT_NOT_FOUND');
  }
}

const shownRun = ({ id, experiment, tags, inputs, fields }: Run): Fields => ({
  info: { run_id: id, experiment_id: experiment, artifact_uri: `${ROOT}0/${id}/artifacts`, ...fields },
  data: tags.size === 0 ? {} : { tags: tagList(tags) },
  ...(inputs.length === 0 ? {} : { inputs: { dataset_inputs: inputs } }),
});

const shownVersion = ({ name }: Model, { version, source, run, tags }: Version): Fields => ({ name, version, source, run_id: run, creation_timestamp: 1, ...(tags.size === 0 ? {} : { tags: tagList(tags) }) });

const shownModel = (model: Model): Fields => ({
  name: model.name,
  ...(model.tags.size === 0 ? {} : { tags: tagList(model.tags) }),
  ...(model.aliases.size === 0 ? {} : { aliases: [...model.aliases].map(([alias, version]) => ({ alias, version })) }),
  ...(model.versions.length === 0 ? {} : { latest_versions: model.versions.slice(-1).map((version) => shownVersion(model, version)) }),
});

const runField = (run: Run, { field, tag }: Condition): string | undefined => {
  const dataset = run.inputs.map((input) => (input['dataset'] as Fields)[field.replace('dataset.', '')]);
  return tag === undefined ? (field.startsWith('dataset.') ? textOf(dataset[0]) : textOf(run.fields[field.replace('attributes.', '')])) : run.tags.get(tag);
};

const versionField = ({ name }: Model, version: Version, { field, tag }: Condition): string | undefined =>
  (tag === undefined ? (field === 'name' ? name : version.run) : version.tags.get(tag));
