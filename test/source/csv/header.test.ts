import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CioError } from '../../../lib/errors.ts';
import type { Element, SourceRecord } from '../../../lib/record/record.ts';
import { Header, headerProblem, type Rules } from '../../../lib/source/csv/header.ts';
import type { CsvOptions } from '../../../lib/source/csv/options.ts';
import { csv, csvDecoder } from '../../../lib/source/csv.ts';
import { brief, readAll } from '../../support/read-all.ts';

const read = (input: string | Buffer, options?: CsvOptions): Promise<Element[]> => readAll(csvDecoder(options), [input]);
const RULES: Rules = { required: [], delimiter: ',', emptyCells: 'absent', null: [], trim: false };

test('a header that can not be used is CIO_SOURCE', async () => {
  const cases: [string | Buffer, RegExp][] = [
    ['a,b,a\n1,2,3\n', /columns 1 and 3 have the same name/],
    ['a,,c\n1,2,3\n', /column 2 has no name/],
    ['a,b,\n1,2,3\n', /column 3 has no name/],
    ['a,"b\n1,2\n', /quote/],
    [`${'a'.repeat(50)},b\n1,2\n`, /maxRecordBytes/],
    [Buffer.from([0x61, 0x2c, 0xff, 10]), /UTF-8/],
  ];
  for (const [input, message] of cases) {
    await assert.rejects(read(input, { maxRecordBytes: 40 }), { name: 'CioError', code: 'CIO_SOURCE', message });
  }
  await assert.rejects(read(Buffer.from([0xff, 10])), { todo: /windows-1252/ });
});

test('columns that the header must have, of a list one: the missing one is reported, with the nearest name', async () => {
  const tried = (required: CsvOptions['required'], input: string, more: CsvOptions = {}) => read(input, { required, ...more });
  const wrong = (message: RegExp) => ({
    code: 'CIO_SOURCE',
    message,
    todo: /`validate\(\{ columns \}\)`.*`csv\(\{ columns \}\)`.*`delimiter`/,
  });
  await assert.rejects(
    tried(['Emial'], 'Name,Email\nAda,a@b.c\n'),
    wrong(/header row can't be used: it has no column "Emial": did you mean "Email"\? \(its columns: Name, Email\)$/),
  );
  await assert.rejects(tried([['id', 'Email'], 'event'], 'Email\na@b.c\n'), wrong(/it has no column "event" \(its columns: Email\)$/));
  await assert.rejects(tried([['id', 'email']], 'Email\na@b.c\n'), wrong(/it has none of the columns id, email \(its columns: Email\)$/));
  assert.deepEqual(brief(await tried(['Email', ['id', 'Email']], 'Email\na@b.c\n')), ['{"Email":"a@b.c"}']);
  assert.throws(() => csv({ columns: ['a'], required: [['id', 'email']] }), wrong(/list of columns can't be used: it has none of/));
  assert.throws(() => csv({ required: [[]] }), { code: 'CIO_OPTIONS', message: /"required/ });
});

test('if the first row is not a header, its cells are not in the message', async () => {
  const row = 'Ada,ada@secret.example,+4366012345,AT,17,see Email of Bob about the secret that he has,secret\u001b[2J';
  for (const name of ['Email', 'ID', 'person_email', 'secret']) {
    const message = new RegExp(`can't be used: it has no column "${name}"$`);
    await assert.rejects(read(`${row}\n`, { required: [name] }), { message }, name);
  }
});

test('one column that holds a delimiter of other files: that is reported', async () => {
  for (const [between, said] of [
    [';', '";"'],
    ['\t', 'a tab'],
    ['|', '"|"'],
  ] as const) {
    const message = new RegExp(
      `it has no column "a"; it is one column that holds ${said.replace('|', '\\|')}: is that the \`delimiter\`\\?$`,
    );
    await assert.rejects(read(`a${between}b\n1${between}2\n`, { required: ['a'] }), { message });
  }
  await assert.rejects(read('a,b\n', { required: ['a'], delimiter: '\t' }), { message: /holds ",": is that/ });
  await assert.rejects(read('"a,b"\n', { required: ['a'] }), { message: /it has no column "a"$/ });
});

test('the header of rejected records is let through: reopen() has a word for those', async () => {
  const [record] = await read('rejected_reason,rejected_at,record\ninvalid,2026-01-01,{}\n', { required: ['Email', ['id']] });
  assert.equal((record as SourceRecord).rejected_reason, 'invalid');
});

test('a name that looks the same, but is composed of other signs, is named as that', async () => {
  const [composed, decomposed] = ['Größe', 'Gro\u0308ße'];
  for (const [file, asked] of [
    [decomposed, composed],
    [composed, decomposed],
  ])
    await assert.rejects(read(`id,${file}\n`, { required: [asked as string] }), {
      message:
        /no column "\S+": the name in the file looks the same, but is made of other characters \(Unicode NFC or NFD\): copy it from the file \(its columns: id, /,
    });
});

test('invisible characters at the ends of names are not a part of them', async () => {
  assert.deepEqual(brief(await read('\u200B\uFEFFa\u00A0,\u0001b\u00AD,c d\n1,2,3\n')), ['{"a":"1","b":"2","c d":"3"}']);
  await assert.rejects(read('a,\u200B\n'), { message: /column 2 has no name/ });
  await assert.rejects(read('a,a\u200B\n'), { message: /columns 1 and 2 have the same name/ });
});

test('the JSON text of a row has the names in their order, and no empty cells unless they are kept', () => {
  const text = (cells: string[], rules: Partial<Rules> = {}): string =>
    Header.given(['b', '__proto__', '1'], { ...RULES, ...rules }).jsonOf(cells);
  assert.equal(text(['x"', '', 'y']), '{"b":"x\\"","1":"y"}');
  assert.equal(text(['', '', '']), '{}');
  assert.equal(text(['', 'p', ''], { emptyCells: 'keep' }), '{"b":"","__proto__":"p","1":""}');
  assert.equal(text([' - ', '-', 'y '], { null: ['-'], trim: true }), '{"1":"y"}');
});

test('of many columns thirty are listed, and how many more there are', () => {
  const names = Array.from({ length: 32 }, (_, n) => `c${n + 1}`);
  const listed = (count: number, more: string): RegExp => new RegExp(`\\(its columns: c1, .*c${count}${more}\\)$`);
  const given = (count: number) => () => Header.given(names.slice(0, count), { ...RULES, required: ['zzzzzzzz'] });
  assert.throws(given(30), { message: listed(30, '') });
  assert.throws(
    given(32),
    (error) => error instanceof CioError && listed(30, ' and 2 more').test(error.message) && !error.message.includes('c31'),
  );
});

test('the first problem of a list of names is the one reported: a missing name before a repeated one', () => {
  assert.equal(headerProblem(['a', 'b']), undefined);
  assert.equal(headerProblem([]), undefined);
  assert.equal(headerProblem(['a', 'a', '']), 'column 3 has no name');
  assert.equal(headerProblem(['b', 'a', 'a', 'b']), 'columns 2 and 3 have the same name');
});
