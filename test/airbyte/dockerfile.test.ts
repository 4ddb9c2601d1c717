/** The Airbyte image, read from its Dockerfile: where no builder is at hand, this is what keeps it right. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The instructions of each stage. */
const stages: [name: string, value: string][][] = [];
for (const line of readFileSync('Dockerfile', 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, ' ')
  .split('\n')) {
  const [, name = '', value = ''] = /^([A-Z]+) (.+)$/.exec(line.trim()) ?? [];
  if (name === 'FROM') stages.push([]);
  if (name !== '') stages.at(-1)?.push([name, value]);
  else assert.equal(line.trim(), '', 'an instruction that is not read');
}
const [build = [], image = []] = stages;
const valuesOf = (stage: [string, string][], name: string): string[] => stage.filter(([found]) => found === name).map(([, value]) => value);
const pairsOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    valuesOf(image, name).flatMap((text) =>
      [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, key = '', quoted, bare]) => [key, quoted ?? bare ?? '']),
    ),
  );

test('two stages on the same small base', () => {
  assert.equal(stages.length, 2);
  assert.deepEqual([valuesOf(build, 'FROM'), valuesOf(image, 'FROM')], [['node:20-slim AS build'], ['node:20-slim']]);
});

test("Airbyte's labels, with the version of the package", () => {
  assert.deepEqual(pairsOf('LABEL'), { 'io.airbyte.version': version, 'io.airbyte.name': 'customerio-streams/destination-customer-io' });
});

test('the entrypoint, in both forms, is the bin', () => {
  const [entrypoint = '[]'] = valuesOf(image, 'ENTRYPOINT');
  const path = posix.join(valuesOf(image, 'WORKDIR')[0] ?? '', bin['destination-customer-io']);
  assert.deepEqual(JSON.parse(entrypoint), ['node', path]);
  assert.equal(pairsOf('ENV').AIRBYTE_ENTRYPOINT, `node ${path}`);
});

test('nobody is root, and only what a run needs is in it', () => {
  const last = image.findLastIndex(([name]) => name === 'COPY');
  assert.deepEqual(valuesOf(image, 'USER'), ['node']);
  assert.ok(image.findIndex(([name]) => name === 'USER') > last);
  assert.match(valuesOf(build, 'RUN').at(-1) ?? '', /delete p\.devDependencies;.*npm prune/);
  assert.deepEqual(valuesOf(image, 'RUN'), []);
  assert.deepEqual(
    valuesOf(image, 'COPY').map((value) => value.split(' ').slice(0, 2)),
    ['package.json', 'node_modules', 'dist/lib'].map((name) => ['--from=build', `/build/${name}`]),
  );
});

test('the builder is given what the build copies, and nothing else', () => {
  const given = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const copied = valuesOf(build, 'COPY').flatMap((value) => value.split(' ').slice(0, -1));
  assert.deepEqual(given, ['*', ...copied.map((name) => `!${name}`)]);
});
