// @ts-check
/**
 * Changes that break a promise of the store, and the fault test that has to see each.
 * @typedef {object} Mutant
 * @property {string} name      what it does wrong
 * @property {string} file      of src/
 * @property {string} find      text that is there exactly once
 * @property {string} replace
 * @property {string} test      file of test/faults, without `.test.ts`
 * @property {string} [grep]    the one test of that file
 */

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: 'objects grow under their final names',
    file: 'store/intake.ts',
    find: 'const descriptor = fs.openSync(this.staged, \'wx\');',
    replace: 'fs.mkdirSync(`${this.staged}/../../../objects/sha256/00`, { recursive: true });\n'
      + '    const descriptor = fs.openSync(this.staged = `${this.staged}/../../../objects/sha256/00/${process.hrtime.bigint()}`, \'wx\');',
    test: 'killedLogging',
    grep: 'one large file',
  },
  {
    name: 'a version becomes visible before its manifest is written',
    file: 'store/publication.ts',
    find: 'fs.mkdirSync(prepared);\n',
    replace: 'fs.mkdirSync(prepared);\n    this.makeArtifact();\n    fs.mkdirSync(layout.artifact(this.draft).version(this.freeNumber()));\n',
    test: 'killedLogging',
    grep: 'one large file',
  },
  {
    name: 'what crashed writers left is never swept',
    file: 'store/versionWriting.ts',
    find: '    sweepScratch(store.layout.tmp, this.folder);\n',
    replace: '',
    test: 'killedLogging',
    grep: 'one large file',
  },
  {
    name: 'a version takes the place of another of the same number',
    file: 'store/durable.ts',
    find: '    try {\n      fs.renameSync(from, to);\n      break;',
    replace: '    try {\n      fs.rmSync(to, { recursive: true, force: true });\n      fs.renameSync(from, to);\n      break;',
    test: 'manyWriters',
  },
  {
    name: 'a taken number ends in an error where the next was meant',
    file: 'store/publication.ts',
    find: 'if (claimDirectory(prepared, layout.artifact(record).version(version))) {',
    replace: 'if (!claimDirectory(prepared, layout.artifact(record).version(version))) {\n        this.refuseTaken();\n        throw alreadyExists(version);\n      } else {',
    test: 'manyWriters',
    grep: 'get a number each time',
  },
];
