/** Ways out of a folder, and what somebody may have put around them. */
const OUT = ['..', '../x', '../../x', '/x', '/etc/passwd', '..\\x', '..\\..\\x', 'C:\\x', 'C:/x', 'c:x', '\\\\host\\share\\x', '//host/share/x', 'a/../../x', 'a/b/../../../x', './../x', 'a/..', '.', './x', 'a/./b',
  '\u0000', 'x\u0000/../y', '../\u0000', 'a//../../x', '~/../x/..', 'file:///x', '..;/x', '.. /x', '..\u0000/x', '\ud800/../x', '.../x', '. ./x', '..%2fx', '..%5cx', 'x/..%00/y'];
const escaped = (name: string): string => encodeURIComponent(name.toWellFormed());
const AROUND: readonly ((name: string) => string)[] = [
  (name) => name, (name) => `a/${name}`, (name) => `${name}/a`, (name) => `a/b/c/${name}`, (name) => escaped(name), (name) => escaped(escaped(name)),
  (name) => name.replaceAll('/', '\u2215'), (name) => name.replaceAll('.', '\uff0e'), (name) => name.normalize('NFKD'), (name) => name.toUpperCase(), (name) => `${name}\n`, (name) => ` ${name}`,
];

/** Paths that a server may name, more than 300: each leads out of a folder, or looks as if it did. */
export const hostilePaths: readonly string[] = [...new Set(OUT.flatMap((name) => AROUND.map((around) => around(name))))];
