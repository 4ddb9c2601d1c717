/**
 * The examples in doc comments, and on the front page of the reference. All are checked against the types of the package, strictly; all but those that need a server of others
 * run against a sandbox, in one process, and print what they say.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as all from '../../lib/index.ts';
import { run } from '../support/child.ts';
import { compile } from '../support/compile.ts';
import { Place, SAMPLES } from './place.ts';

interface Example {
  /** File and line of the source that it stands in. */
  readonly at: string;
  /** The exported name that it is an example of. */
  readonly of: string;
  readonly code: string;
}

function examplesIn(path: string): Example[] {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/^\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:function|class|const|interface|type) (\w+)/gm)].flatMap(
    ({ 1: comment = '', 2: of = '', index }) =>
      [...comment.matchAll(/^ \* @example.*\n \* ```ts\n([\s\S]*?)^ \* ```$/gm)].map(([whole, code = '']) => ({
        at: `${path}:${source.slice(0, index + source.slice(index).indexOf(whole)).split('\n').length}`,
        of,
        code: code.replace(/^ \* ?/gm, ''),
      })),
  );
}

const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const [, front = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('api/README.md', 'utf8')) ?? [];
const examples = [{ at: 'api/README.md', of: 'front', code: front }, ...sources.flatMap((name) => examplesIn(join('lib', name)))];

/** They need Kafka, Redis, or Amazon S3. */
const isRun = ({ code }: Example): boolean => !/localhost:(9092|6379)|s3:\/\//.test(code);

/** What the comments behind `console.log()` say, line by line: `// one, then another`. */
const promised = ({ code }: Example): string[] =>
  [...code.matchAll(/console\.log\(.*?(?: \/\/ (.*))?$/gm)].flatMap(([, text = 'what this prints, in a comment']) => text.split(', then '));

const REJECTED = {
  rejected_at: '2026-11-01T00:00:00.000Z',
  rejected_reason: 'invalid',
  rejected_field: 'person_id',
  rejected_message: 'must not be empty',
  rejected_stage: 'validate',
  record: { person_id: '' },
};

/** Runs each program in turn; what it printed is a line of JSON. */
const RUNNER = `
import { format } from 'node:util';
const print = console.log;
for (const name of process.argv.slice(2)) {
  const printed = [];
  console.log = (...values) => printed.push(format(...values).replace(/\\s+/g, ' '));
  try {
    await import('./' + name);
  } catch (error) {
    printed.push(String(error.stack));
  }
  print(JSON.stringify(printed));
}
`;

test('every example in the doc comments fits the types of the package, and prints what it says', async (t) => {
  const place = await Place.open(t);
  place.write('people.csv.gz', '');
  writeFileSync(join(place.folder, 'people.csv.gz'), gzipSync(SAMPLES['people.csv']));
  cpSync(join('test', 'fixtures', 'parquet', 'gzip.parquet'), join(place.folder, 'people.parquet'));
  mkdirSync(join(place.folder, 'yesterday'));
  place.write('yesterday/rejects.ndjson', `${JSON.stringify(REJECTED)}\n`);
  place.write('run.mjs', RUNNER);
  const names = examples.map(({ of }, index) => `${index + 1}-${of}`);
  names.forEach((name, index) => {
    place.write(`${name}.mts`, examples[index]?.code ?? '');
  });

  const checked = await compile(
    place.folder,
    names.map((name) => `${name}.mts`),
  );
  assert.equal(
    checked.status,
    0,
    checked.stdout.replace(/^(\d+)-/gm, (_whole, n) => `${examples[Number(n) - 1]?.at}: `),
  );

  const running = examples.map((example, index) => ({ example, name: `${names[index]}.mjs` })).filter(({ example }) => isRun(example));
  const ended = await run(process.execPath, ['run.mjs', ...running.map(({ name }) => name)], place.folder, place.env);
  assert.equal(ended.status, 0, ended.stderr);
  const printed = ended.stdout.trim().split('\n');
  const byPlace = (linesOf: (example: Example, index: number) => unknown) =>
    Object.fromEntries(running.map(({ example }, index) => [`${example.at}, of ${example.of}`, linesOf(example, index)]));
  assert.deepEqual(
    byPlace((_example, index) => JSON.parse(printed[index] ?? 'null')),
    byPlace(promised),
  );
  assert.ok(running.length >= 25, `${running.length} examples ran`);
});

test('every function and class that users call has an example', () => {
  const shown = new Set(examples.map(({ of }) => of));
  const called = Object.entries(all).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  // What a pipeline makes by itself; `Skipped` and `Entry` are in the examples of the stages.
  assert.deepEqual(
    called.filter((name) => !shown.has(name)),
    ['Entry', 'Skipped'],
  );
});

test('every public name has its place in the reference', () => {
  const missing: string[] = [];
  const index = readFileSync('lib/index.ts', 'utf8');
  for (const [, names = '', path = ''] of index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^']*)'/gm)) {
    const source = readFileSync(join('lib', path), 'utf8');
    for (const name of names.split(',').flatMap((text) => text.trim().replace('type ', '') || [])) {
      const declared = new RegExp(`@category \\w+\\n(?: \\*.*\\n)*? \\*/\\nexport [\\w ]*\\b${name}\\b`);
      if (!declared.test(source)) missing.push(`${name} of lib/${path}: its comment needs a @category`);
    }
  }
  assert.deepEqual(missing, []);
  assert.doesNotMatch(index, /export (?:type )?\*/);
});
