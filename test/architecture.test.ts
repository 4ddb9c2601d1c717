/** The house rules of ARCHITECTURE.md, read from the sources themselves. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const GROUND = [
  'errors.ts',
  'options.ts',
  'wording.ts',
  'clock.ts',
  'address.ts',
  'printable.ts',
  'secrets.ts',
  'hash.ts',
  'byte-view.ts',
  'text-buffer.ts',
  'version.ts',
];

/** From the ground up. Files of one level do not know each other, but within a folder they do. */
const LEVELS: readonly (readonly string[])[] = [
  [...GROUND, 'grouped-count.ts', 'json'],
  ['record', 'retry.ts'],
  ['track', 'stream', 'redis'],
  ['bytes'],
  ['source', 'stage', 'dedupe', 'write', 'storage'],
  ['reject', 'check'],
  ['replay', 'sandbox', 'metrics'],
  ['airbyte', 'cli'],
  ['index.ts'],
];

interface Source {
  readonly name: string;
  readonly folder: string;
  readonly code: string;
  /** Without comments. */
  readonly bare: string;
  readonly imports: readonly string[];
}

const sources: Source[] = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const code = readFileSync(join('lib', name), 'utf8');
    const bare = code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
    const imports = [...bare.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, path]) => path ?? '');
    return { name, folder: dirname(name).split('/')[0] ?? '', code, bare, imports };
  });

/** The folder of a file, or the file itself at the top. */
const roomOf = (name: string): string => name.split('/')[0] ?? '';

function levelOf(name: string): number {
  const level = LEVELS.findIndex((rooms) => rooms.includes(roomOf(name)));
  assert.notEqual(level, -1, `${name} is in no known folder`);
  return level;
}
const local = ({ name, imports }: Source): string[] =>
  imports.filter((path) => path.startsWith('.')).map((path) => normalize(join(dirname(name), path)));

test('there is something to look at', () => assert.ok(sources.length > 50));

test('imports flow one way', () => {
  for (const source of sources) {
    for (const target of local(source)) {
      const [from, to] = [roomOf(source.name), roomOf(target)];
      if (from === to) continue;
      const isGround = GROUND.includes(to) && GROUND.includes(from);
      assert.ok(isGround || levelOf(target) < levelOf(source.name), `${source.name} imports ${target}`);
      if (from === 'sandbox')
        assert.ok(
          // A scanner only finds the parts of a text: it judges nothing.
          GROUND.includes(to) || ['track/limits.ts', 'json/scan.ts'].includes(target),
          `${source.name} imports ${target}: it must not share the client's judgement`,
        );
    }
  }
});

test('within the command line too: commands know runs, those know what is shown, that knows inputs, and all know flags', () => {
  const parts = ['cli/flags', 'cli/config', 'cli/input', 'cli/show', 'cli/report', 'cli/run', 'cli/listing', 'cli/preview', 'cli'];
  for (const source of sources) {
    const from = parts.indexOf(dirname(source.name));
    for (const target of local(source))
      assert.ok(from === -1 || parts.indexOf(dirname(target)) <= from, `${source.name} imports ${target}`);
  }
});

test('no import cycles', () => {
  const graph = new Map(sources.map((source) => [source.name, local(source)]));
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    assert.ok(!path.includes(name), `cycle: ${[...path, name].join(' -> ')}`);
    if (done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
});

test('stream classes are made in stream/ only', () => {
  for (const { name, folder, bare } of sources) {
    if (folder === 'stream' || folder === 'cli' || folder === 'airbyte') continue;
    const imported = [...bare.matchAll(/import (type )?\{?([^}]*)\}? from 'node:stream'/g)];
    for (const [, isType, names = ''] of imported)
      assert.ok(isType || names.split(',').every((n) => n.trim().startsWith('type ')), `${name} imports ${names}`);
    assert.ok(!/new (Transform|Writable|Readable|Duplex|PassThrough)\b/.test(bare), name);
  }
});

test('console belongs to the shells; time and chance to the clock', () => {
  for (const { name, folder, bare } of sources) {
    if (folder !== 'cli' && folder !== 'airbyte') assert.ok(!/\bconsole\./.test(bare), `${name} uses console`);
    if (folder === 'cli' && name !== 'cli/show/print.ts')
      assert.ok(!/\bconsole\./.test(bare), `${name} uses console and not cli/show/print.ts`);
    // The page of the sandbox runs in a browser.
    if (name !== 'clock.ts' && !name.startsWith('sandbox/page/'))
      assert.ok(
        !/\b(Date\.now|Math\.random|setTimeout|setInterval|performance\.now)\b/.test(bare),
        `${name} asks the machine for time or chance`,
      );
  }
});

test('every file starts with what it is for, and none outgrows its idea', () => {
  for (const { name, code } of sources) {
    assert.match(code, /^(#!.*\n)?\/\*\*/, `${name} has no header`);
    assert.ok(code.split('\n').length <= 201, `${name} has ${code.split('\n').length} lines`);
    assert.ok(!/(utils|helpers|common|manager|types)\.ts$/.test(name), name);
  }
});

test('a folder holds at most 14 files, a file imports at most 12', () => {
  for (const folder of new Set(sources.map(({ name }) => dirname(name)))) {
    const files = sources.filter(({ name }) => dirname(name) === folder);
    assert.ok(files.length <= 14, `lib/${folder} has ${files.length} files`);
  }
  for (const source of sources) {
    const imports = new Set(local(source)).size;
    assert.ok(imports <= 12 || source.name === 'index.ts', `${source.name} imports ${imports} files`);
  }
});

test('no two exported things share a name', () => {
  const owners = new Map<string, string>();
  for (const { name, bare } of sources) {
    const declared = bare.matchAll(/^export (?:abstract |async )*(?:class|function\*?|const|let|interface|type|enum) (\w+)/gm);
    // Overloads, and a type beside the value of its name, are in one file.
    for (const exported of new Set([...declared].map((match) => match[1] ?? ''))) {
      assert.equal(owners.get(exported), undefined, `${exported} is exported by ${owners.get(exported)} and ${name}`);
      owners.set(exported, name);
    }
  }
});

test('tests take fast-check with the seed of the run', () => {
  const users = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const direct = users.filter((name) => /^import .* from 'fast-check'/m.test(readFileSync(join('test', name), 'utf8')));
  assert.deepEqual(direct, [join('support', 'fast-check.ts')]);
});
