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
    file: 'store/incomingBytes.ts',
    find: 'return path.join(this.folder, `object-${this.stagedFiles++}`);',
    replace: 'fs.mkdirSync(`${this.folder}/../../objects/sha256/00`, { recursive: true });\n'
      + '    return `${this.folder}/../../objects/sha256/00/${process.hrtime.bigint()}`;',
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
  {
    name: 'objects and packs are not flushed',
    file: 'store/incomingBytes.ts',
    find: '    naming(this.folder, () => flushFiles(files.keys()));\n',
    replace: '',
    test: 'powerLoss',
  },
  {
    name: 'the directories of objects and packs are not flushed',
    file: 'store/incomingBytes.ts',
    find: '      changed.forEach(flushDirectory);\n',
    replace: '',
    test: 'powerLoss',
  },
  {
    name: 'manifests and small files are not flushed',
    file: 'store/durable.ts',
    find: 'fs.writeFileSync(descriptor, content);\n    fs.fsyncSync(descriptor);',
    replace: 'fs.writeFileSync(descriptor, content);',
    test: 'powerLoss',
  },
  {
    name: 'the directory of a version is not flushed before it gets its number',
    file: 'store/publication.ts',
    find: '      flushDirectory(prepared);\n',
    replace: '',
    test: 'powerLoss',
  },
  {
    name: 'a commit does not flush the directory of versions',
    file: 'store/durable.ts',
    find: '  flushIfPossible(path.dirname(to));\n  return true;',
    replace: '  return true;',
    test: 'powerLoss',
  },
  {
    name: 'new directories are not flushed into their parents',
    file: 'store/durable.ts',
    find: '  parentsDownTo(directory, first).forEach(flushDirectory);\n',
    replace: '',
    test: 'powerLoss',
  },
  {
    name: 'a manifest goes before it is certain that its version is deleted',
    file: 'store/removal.ts',
    find: '  createFile(place.deletion(version),',
    replace: '  fs.rmSync(path.join(place.version(version), \'manifest.json\'), { force: true });\n  createFile(place.deletion(version),',
    test: 'powerLoss',
  },
  {
    name: 'a log that failed leaves what it had put under final names',
    file: 'store/retraction.ts',
    find: '      this.free(brought);\n',
    replace: '',
    test: 'fullDisk',
    grep: 'room again at once',
  },
  {
    name: 'a log that failed leaves its folder',
    file: 'store/versionWriting.ts',
    find: '      fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });\n',
    replace: '',
    test: 'fullDisk',
    grep: 'room again at once',
  },
  {
    name: 'a full disk is told as a lack of rights',
    file: 'store/fileErrors.ts',
    find: "    case 'ENOSPC':\n",
    replace: '',
    test: 'fullDisk',
    grep: 'room again at once',
  },
  {
    name: 'a full disk is told without the bytes that are needed',
    file: 'store/shortage.ts',
    find: "if (!isArtifactError(error, 'noSpace')) {",
    replace: 'if (error !== undefined) {',
    test: 'fullDisk',
    grep: 'eight megabytes',
  },
  {
    name: 'reading believes what is on the disk',
    file: 'store/objects.ts',
    find: "hash !== undefined && hash.digest('hex') !== asset.sha256",
    replace: 'hash === undefined && start === 0',
    test: 'flippedBits',
  },
  {
    name: 'seals of small files are not checked',
    file: 'store/sealed.ts',
    find: 'if (digest(body) === match[1]) {',
    replace: 'if (digest(body) !== undefined) {',
    test: 'flippedBits',
  },
  {
    name: 'a manifest is not checked against what was committed',
    file: 'store/manifests.ts',
    find: "if (createHash('sha256').update(bytes).digest('hex') !== record.manifest.sha256) {",
    replace: 'if (bytes.length !== record.manifest.bytes) {',
    test: 'flippedBits',
  },
  {
    name: 'a store of a later format is read as if it were known',
    file: 'store/storeFormat.ts',
    find: "if (format !== FORMAT || hash !== 'sha256') {",
    replace: "if (format < FORMAT || hash !== 'sha256') {",
    test: 'flippedBits',
  },
  {
    name: 'a download grows under its final name',
    file: 'operations/downloadVersion.ts',
    find: 'await fetchPart(provider, asset, part, tally.call(asset.path, signal));',
    replace: 'await fetchPart(provider, asset, file, tally.call(asset.path, signal));\n      await replaceFile(file, part);',
    test: 'killedDownload',
  },
  {
    name: 'a part that is there is fetched again from its beginning',
    file: 'operations/partFile.ts',
    find: 'if (size > asset.size || asset.sha256 === undefined) {',
    replace: 'if (size > 0) {',
    test: 'killedDownload',
    grep: 'over a network',
  },
];
