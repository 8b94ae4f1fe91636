import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, it } from 'mocha';

const root = process.cwd();
const read = (...names: readonly string[]): string => readFileSync(path.join(root, ...names), 'utf8');
const manifest = JSON.parse(read('package.json'));
const words: Readonly<Record<string, string>> = JSON.parse(read('package.nls.json'));
const { contributes } = manifest;

const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
const all = (text: string, pattern: RegExp, group = 1): string[] => Array.from(text.matchAll(pattern), (match) => match[group] ?? '');

/** Every string in a piece of JSON. */
function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) {
      yield* strings(each);
    }
  }
}

/** Every value under `key`, at any depth. */
function* under(value: unknown, key: string): Generator<string> {
  if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      if (name === key && typeof each === 'string') {
        yield each;
      }
      yield* under(each, key);
    }
  }
}

const declared: readonly { readonly command: string; readonly enablement?: string }[] = contributes.commands;
const commandIds = sorted(declared.map((each) => each.command));
const commandTable = read('src/ui/commands/index.ts');
const tableRows = all(commandTable, /^ {2}('artifacts\.\w+': .*)$/gmu);

const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/u.test(file))
  .map((file) => ({ file, text: read('src', file) }));

describe('package.json', () => {
  it('declares exactly the commands that have a handler', () => {
    assert.deepEqual(commandIds, sorted(all(commandTable, /^ {2}'(artifacts\.\w+)':/gmu)));
  });

  it('names in menus, key bindings, links and walkthroughs only commands that are declared', () => {
    const named = [
      ...under(contributes.menus, 'command'),
      ...under(contributes.keybindings, 'command'),
      ...Array.from(strings(words)).flatMap((text) => all(text, /\(command:(artifacts\.\w+)\)/gu)),
      ...Array.from(strings(contributes.walkthroughs)).flatMap((text) => all(text, /^onCommand:(.+)$/gu)),
    ];
    assert.deepEqual(sorted(named).filter((id) => !commandIds.includes(id) && id !== 'artifacts.tree'), []);
  });

  it('greys out in an untrusted workspace exactly the commands whose handler refuses there', () => {
    const greyed = declared.filter((each) => each.enablement?.includes('isWorkspaceTrusted')).map((each) => each.command);
    const refusing = tableRows.filter((row) => row.includes('needsTrust: true')).map((row) => row.slice(1, row.indexOf('\'', 1)));
    assert.deepEqual(sorted(greyed), sorted(refusing));
  });

  it('asks in `when` clauses only for context keys that VS Code or we set', () => {
    const ours = all(read('src/ui/contextKeys.ts'), /readonly '(artifacts\.\w+)'/gu);
    const editors = [
      'view', 'viewItem', 'isWorkspaceTrusted', 'resourceScheme', 'focusedView', 'inputFocus', 'editorLangId', 'notebookType', 'resourceFilename', 'editorHasSelection', 'webviewId', 'webviewSection', 'false',
    ];
    const clauses = [...under(contributes, 'when'), ...under(contributes, 'enablement')];
    const asked = clauses.flatMap((clause) => all(clause.replace(/=~ \/.*?\/(?= |$)|== '?[\w.-]+'?/gu, ''), /([\w.]+)/gu));
    assert.deepEqual(sorted(asked).filter((key) => ![...ours, ...editors].includes(key)), []);
    assert.deepEqual(sorted(ours).filter((key) => !clauses.some((clause) => clause.includes(key))), [], 'keys that nobody asks for');
  });

  it('declares exactly the settings that are read', () => {
    const settings = read('src/ui/settings.ts');
    const asked = all(settings, /\b(?:get|inspect|text|folder|whole)\('([\w.]+)'/gu).map((key) => `artifacts.${key}`);
    assert.deepEqual(sorted(Object.keys(contributes.configuration.properties)), sorted(asked));
  });

  it('restricts in untrusted workspaces only settings that exist', () => {
    const properties = Object.keys(contributes.configuration.properties);
    const restricted: readonly string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    assert.deepEqual(restricted.filter((key) => !properties.includes(key)), []);
  });

  it('has a text for every key that it uses, and no other', () => {
    const used = Array.from(strings(manifest)).flatMap((text) => all(text, /^%(.+)%$/gu));
    assert.deepEqual(sorted(used), sorted(Object.keys(words)));
  });

  it('knows the view, the page and the file systems by the names that the code gives them', () => {
    const code = sources.map(({ text }) => text).join('\n');
    const views: string[] = contributes.views.artifacts.map((view: { id: string }) => view.id);
    const activations: string[] = manifest.activationEvents.map((event: string) => event.replace(/^on\w+:/u, ''));
    assert.deepEqual([...views, ...activations].filter((name) => !code.includes(`'${name}'`)), []);
    assert.deepEqual(views, ['artifacts.tree']);
  });

  it('offers exactly the kinds of back end that the registry opens', () => {
    const kinds = all(/export type ProviderKind = ([^;]+);/u.exec(read('src/providers/provider.ts'))?.[1] ?? '', /'(\w+)'/gu);
    const { kind } = contributes.configuration.properties['artifacts.connections'].items.properties;
    assert.deepEqual(sorted(kind.enum), sorted(kinds));
    assert.equal(kind.enumDescriptions.length, kind.enum.length);
    const registry = read('src/providers/registry.ts');
    assert.deepEqual(kinds.filter((each) => !new RegExp(`\\b${each}\\b`, 'u').test(registry)), []);
  });

  it('points only at pictures that are there', () => {
    const files = Array.from(strings({ icon: manifest.icon, contributes })).filter((text) => text.startsWith('media/'));
    assert.ok(files.length > 0);
    assert.deepEqual(files.filter((file) => !existsSync(path.join(root, file))), []);
  });

  it('has the commands that the README promises to other extensions', () => {
    const promised = [
      'logArtifact', 'downloadVersion', 'addRemoteAsset', 'setAliases', 'setTags', 'setMetadata', 'deleteVersion', 'showDetails', 'openAsset', 'lineage',
      'listArtifacts', 'listVersions', 'listAssets', 'addConnection', 'signIn', 'setDefaultConnection', 'removeConnection', 'selectRun',
    ];
    assert.deepEqual(promised.filter((name) => !commandIds.includes(`artifacts.${name}`)), []);
  });
});
