/** The house rules of ARCHITECTURE.md, read from the sources themselves. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const LEVELS: Record<string, number> = {
  record: 1,
  bytes: 2,
  track: 2,
  stream: 2,
  source: 3,
  stage: 3,
  write: 3,
  reject: 3,
  store: 3,
  sandbox: 4,
  airbyte: 5,
  cli: 5,
};
const ROOT_LEVELS: Record<string, number> = {
  'errors.ts': 0,
  'options.ts': 0,
  'clock.ts': 0,
  'address.ts': 0,
  'printable.ts': 0,
  'secrets.ts': 0,
  'backoff.ts': 0,
  'check.ts': 4,
  'index.ts': 6,
};

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

function levelOf(name: string): number {
  const level = name.includes('/') ? LEVELS[name.split('/')[0] ?? ''] : ROOT_LEVELS[name];
  assert.ok(level !== undefined, `${name} is in no known folder`);
  return level;
}
const local = ({ name, imports }: Source): string[] =>
  imports.filter((path) => path.startsWith('.')).map((path) => normalize(join(dirname(name), path)));

test('there is something to look at', () => assert.ok(sources.length > 50));

test('imports flow one way', () => {
  for (const source of sources) {
    for (const target of local(source)) {
      const [from, to] = [source.folder, dirname(target).split('/')[0] ?? ''];
      if (from === to || (from === 'stage' && to === 'store')) continue;
      assert.ok(levelOf(target) < levelOf(source.name), `${source.name} imports ${target}`);
      if (from === 'sandbox')
        assert.ok(to === '.' || target === 'track/limits.ts', `${source.name} imports ${target}: it must not share the client's judgement`);
    }
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
    if (folder === 'cli' && name !== 'cli/print.ts') assert.ok(!/\bconsole\./.test(bare), `${name} uses console and not cli/print.ts`);
    if (name !== 'clock.ts')
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
