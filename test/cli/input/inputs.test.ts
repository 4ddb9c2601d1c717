import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { SendFlags } from '../../../lib/cli/flags/flags.ts';
import { findInputs } from '../../../lib/cli/input/inputs.ts';
import { folder } from '../../support/folder.ts';

const find = (names: readonly string[], flags: object = {}) => findInputs(names, { null: [], ...flags } as unknown as SendFlags);

test('the name of a file says its format, with or without the ending of its compression; a flag says it for all', async (t) => {
  const path = await folder(t);
  const names = ['a.ndjson', 'b.jsonl', 'c.CSV', 'd.csv.gz', 'e.tsv', 'f.TSV.zst', 'g.json', 'h.json.gz', 'i', 'j.gz', 'k.csv.old'];
  const files = names.map((name) => join(path, name));
  for (const file of files) await writeFile(file, 'x');
  const kinds = ['ndjson', 'ndjson', 'csv', 'csv', 'csv \t', 'csv \t', 'json', 'json', 'ndjson', 'ndjson', 'ndjson'];
  const kindsOf = async (flags?: object): Promise<string[]> =>
    (await find(files, flags)).map(({ format, delimiter }) => (delimiter === undefined ? format : `${format} ${delimiter}`));
  assert.deepEqual(await kindsOf(), kinds);
  assert.ok((await kindsOf({ format: 'json' })).every((kind) => kind.startsWith('json')));
});

test('a plain file has a size and a version, and opens where it is asked to', async (t) => {
  const file = join(await folder(t), 'a.ndjson');
  await writeFile(file, '0123456789');
  const [input, ...more] = await find([file]);
  assert.ok(input && more.length === 0);
  assert.deepEqual([input.label, input.source, input.size, input.from], [file, file, 10, undefined]);
  assert.match(input.version ?? '', /^\d{4}-\d\d-\d\dT/);
  const { signal } = new AbortController();
  for (const offset of [0, 4, 10]) assert.equal(await text(await input.open(offset, signal)), '0123456789'.slice(offset));
});

test('one that can not be read stops the run before anything is sent', async (t) => {
  const path = await folder(t);
  const good = join(path, 'a.ndjson');
  await writeFile(good, '');
  await mkdir(join(path, 'b'));
  for (const [name, why] of [
    ['none.ndjson', /none\.ndjson does not exist \(ENOENT\)$/],
    ['b', /b has no data files$/],
    ['a.ndjson/below', /can't be read \(ENOTDIR\)$/],
  ] as const) {
    await assert.rejects(find([good, join(path, name)]), { code: 'CIO_SOURCE', message: why });
  }
});

test('standard input is read where no file is named, and only once', async () => {
  const [input] = await find([]);
  assert.deepEqual([input?.label, input?.source, input?.format], ['standard input', undefined, 'ndjson']);
  assert.equal((await find(['-'], { format: 'csv' }))[0]?.format, 'csv');
  await assert.rejects(find(['-', '-']), { code: 'CIO_OPTIONS', message: /can be read only once/ });
});

test('a flag that is for a format that no input has is a mistake', async (t) => {
  const path = await folder(t);
  const [csv, json] = [join(path, 'a.csv'), join(path, 'a.json')];
  for (const file of [csv, json]) await writeFile(file, '');
  await assert.rejects(find([csv], { jsonPath: 'data' }), { code: 'CIO_OPTIONS', message: /^--json-path is for json/ });
  await assert.rejects(find([json], { null: ['NULL'] }), { code: 'CIO_OPTIONS', message: /^--null is for csv/ });
  assert.equal((await find([csv, json], { jsonPath: 'data', null: ['NULL'] })).length, 2);
});
