import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { decompressed } from '../../lib/bytes/decompress.ts';
import { stringify } from '../../lib/json/exact.ts';
import { Origin, originOf } from '../../lib/record/origin.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { encodingOf, type ObjectFormat } from '../../lib/reject/encoding.ts';
import { formatRejection } from '../../lib/reject/reject-line.ts';
import { readRejects } from '../../lib/replay/read-rejects.ts';
import { reopened } from '../../lib/replay/reopen.ts';
import fc from '../support/fast-check.ts';
import { fromText, fromValue, rejection, withoutRecord } from '../support/reject/arbitrary.ts';
import { isLong, runs } from '../support/runs.ts';

const AT = Date.UTC(2026, 10, 24);
const FORMATS: ObjectFormat[] = (['ndjson', 'csv'] as const).flatMap((format) =>
  (['none', 'root'] as const).flatMap((flattening) =>
    (['none', 'gzip'] as const).map((compression) => ({ format, flattening, compression })),
  ),
);

async function encoded(rejections: readonly Rejection[], format: ObjectFormat): Promise<Buffer> {
  const lines = Buffer.from(rejections.map((each) => formatRejection(each, AT)).join(''));
  const body = encodingOf(format).encode(() => Readable.from([lines.subarray(0, 100), lines.subarray(100)]));
  return Buffer.concat(await Readable.from(body).toArray());
}

/** Reads in pieces of `size` bytes. */
async function read(bytes: Buffer | string, size = 7_000): Promise<(SourceRecord | Rejection)[]> {
  const whole = Buffer.from(bytes);
  const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.subarray(n * size, (n + 1) * size));
  const found: (SourceRecord | Rejection)[] = [];
  for await (const line of readRejects(decompressed(Readable.from(pieces), 'x'), 'x')) found.push(line);
  return found;
}

async function reread(bytes: Buffer | string): Promise<(SourceRecord | Rejection)[]> {
  return (await read(bytes)).map((line) => (line instanceof Rejection ? line : reopened(line)));
}

const what = (element: SourceRecord | Rejection): unknown =>
  element instanceof Rejection
    ? { rejected: element.cause.reason, raw: element.origin?.raw, bytes: element.bytes, line: element.origin?.line, record: element.record }
    : { record: JSON.stringify(sorted(element)), line: originOf(element)?.line, eventId: originOf(element)?.eventId };

/** CSV puts fields in the order of its columns. */
function sorted(record: SourceRecord): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('any rejection comes back out of every format as it comes out of a line', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fromText, fromValue, withoutRecord), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...FORMATS),
      async (given, format) => {
        const plain = { format: 'ndjson', flattening: 'none', compression: 'none' } as const;
        const expected = (await reread(await encoded(given, plain))).map(what);
        // Half a character in what is said about a record can't stand in a CSV file.
        fc.pre(
          format.format === 'ndjson' ||
            given.every(
              ({ cause, origin }) => !/\p{Cs}/u.test(JSON.stringify([cause, origin]) + (cause.eventId ?? '') + (origin?.eventId ?? '')),
            ),
        );
        assert.deepEqual((await reread(await encoded(given, format))).map(what), expected);
      },
    ),
    { numRuns: runs(400) },
  );
});

test('JSON lines, nested or flat, keep the very text of a record', async () => {
  await fc.assert(
    fc.asyncProperty(fromText, async (given) => {
      fc.pre(given.record !== undefined);
      const texts = await Promise.all(
        FORMATS.filter(({ format }) => format === 'ndjson').map(async (format) => {
          const [back] = await reread(await encoded([given], format));
          return originOf(back)?.raw?.trim();
        }),
      );
      for (const text of texts) assert.equal(text, texts[0]);
    }),
    { numRuns: runs(300) },
  );
});

test('the same at every chunk border', async () => {
  const given = fc.sample(rejection, { numRuns: isLong ? 6 : 3, seed: 7 });
  for (const format of FORMATS) {
    const bytes = await encoded(given, format);
    const whole = (await read(bytes, bytes.length)).map(what);
    for (const size of isLong ? [1, 2, 3, 5, 64] : [1, 64]) assert.deepEqual((await read(bytes, size)).map(what), whole);
  }
});

test('lines that a tool or a hand has changed', async () => {
  const flat = '{"rejected_at":"2026-11-24T00:00:00.000Z","id":12345678901234567890,"rejected_reason":"invalid","b":[1.50]}';
  const [moved, plain, broken, blank] = await read(`\uFEFF${flat}\r\n{"plain":1}\n{"broken":\n\n`);
  assert.equal(String(((moved as SourceRecord).record as SourceRecord).id), '12345678901234567890');
  assert.deepEqual(Object.keys(plain ?? {}), ['plain']);
  assert.ok(broken instanceof Rejection && broken.cause.reason === 'malformed' && broken.origin?.line === 3);
  assert.equal(blank, undefined);
  const [notUtf8, behind] = await read(Buffer.from(`{"a":"\xff"}\n${flat}`, 'latin1'));
  assert.ok(notUtf8 instanceof Rejection && notUtf8.bytes);
  assert.equal((behind as SourceRecord).rejected_reason, 'invalid');
});

test('CSV without notes that another program has saved without quotes: read where every cell is text for certain', async () => {
  const [text, number, short] = await reread(
    '\uFEFFrejected_at,plan,n,rejected_reason,ok\n2026-11-24T00:00:00.000Z,free,x,invalid,no\n2026-11-24T00:00:00.000Z,free,12,invalid,no\n2026-11-24T00:00:00.000Z,pro,,because\n',
  );
  assert.deepEqual({ ...text }, { plan: 'free', n: 'x', ok: 'no', ...symbols(text) });
  assert.ok(number instanceof Rejection && /so numbers can't be told from text/.test(number.cause.message));
  assert.deepEqual({ ...short }, { plan: 'pro', ...symbols(short) });
});

/** How programs save a sheet: each gets its cells as text, and quotes only what must be. */
const SAVED: Record<string, (rows: string[][]) => Buffer> = {
  'commas, UTF-8': (rows) => Buffer.from(joined(rows, ',')),
  'CSV UTF-8 of Excel': (rows) => Buffer.from(`\uFEFF${joined(rows, ',')}`),
  'semicolons, as Excel in German': (rows) => Buffer.from(`\uFEFF${joined(rows, ';')}`),
  'windows-1252': (rows) => Buffer.from(joined(rows, ';').replaceAll('€', '\x80'), 'latin1'),
  'Unicode text': (rows) => Buffer.from(`\uFEFF${joined(rows, '\t')}`, 'utf16le'),
  'all in quotes': (rows) => Buffer.from(joined(rows, ',', true)),
  'empty columns and rows behind': (rows) =>
    Buffer.from(joined([...rows.map((row) => [...row, '', '']), rows[0]?.map(() => '') ?? []], ',')),
  'columns turned around': (rows) =>
    Buffer.from(
      joined(
        rows.map((row) => row.toReversed()),
        ';',
      ),
    ),
};

function joined(rows: readonly string[][], delimiter: string, all = false): string {
  const cell = (text: string): string =>
    all || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join('');
}

const RECORD =
  '{"name":"Señor; Ñandú, €","zip":"007","tel":"+49123","age":42,"big":12345678901234567890,"ok":true,"none":null,"blank":"","tags":["a",1.50]}';

async function sheetRows(): Promise<string[][]> {
  const rejections = [RECORD, '{"age":7,"more":"x"}'].map(rejectedText);
  const sheet = await encoded(rejections, { format: 'csv', flattening: 'root', compression: 'none' });
  return parseCsv(sheet, { bom: true });
}

function rejectedText(raw: string, line: number): Rejection {
  return new Rejection(
    { reason: 'invalid', field: 'name', message: 'm', stage: 's' },
    JSON.parse(raw),
    new Origin({ raw, line, eventId: '0012' }, {}),
  );
}

for (const [how, save] of Object.entries(SAVED)) {
  test(`a sheet saved as spreadsheets do: ${how}`, async () => {
    const rows = await sheetRows();
    const [header = [], first = []] = rows;
    const at = (name: string): number => header.indexOf(name);
    for (const [name, cell] of [
      ['zip', '7'],
      ['big', '1.23457E+19'],
      ['ok', 'TRUE'],
      ['name', 'Señorita €'],
      ['more', 'new'],
      ['rejected_event_id', '12'],
    ] as const)
      first[at(name)] = cell;
    const [repaired, other] = await reread(save(rows));
    assert.ok(repaired && !(repaired instanceof Rejection), JSON.stringify(repaired));
    assert.deepEqual(
      sorted(JSON.parse(stringify(repaired))),
      sorted(JSON.parse(RECORD.replace('Señor; Ñandú, €', 'Señorita €').replace('"blank"', '"more":"new","blank"'))),
    );
    assert.equal(stringify(repaired.big), '12345678901234567890');
    assert.deepEqual([originOf(repaired)?.line, originOf(repaired)?.eventId], [0, '0012']);
    assert.deepEqual({ ...other }, { age: 7, more: 'x', ...symbols(other) });
  });
}

test('a sheet in an encoding that has lost characters is refused row by row, and so is a note that is broken', async () => {
  const rows = await sheetRows();
  const lossy = await reread(Buffer.from(joined(rows, ',').replaceAll(/[ñð]/g, '?')));
  for (const row of lossy) assert.ok(row instanceof Rejection && /lacks some of its characters/.test(row.cause.message));
  for (const row of rows.slice(1)) row[row.length - 1] = '{"check';
  for (const row of await reread(Buffer.from(joined(rows, ','))))
    assert.ok(row instanceof Rejection && /rejected_sheet/.test(row.cause.message));
});

test('a JSON array is named as such', async () => {
  for (const text of ['[{"record":{"n":1},"rejected_reason":"invalid"}]\n', '[\n  {"record":{"n":1}}\n]\n'])
    await assert.rejects(read(text), {
      code: 'CIO_SOURCE',
      message: "x: this is a JSON array: write one object on each line (jq -c '.[]')",
    });
});

test('CSV that another program has put in quotes throughout: read where the record stands whole, else rejected', async () => {
  const said = '"invalid","2026-11-24T00:00:00.000Z","","","",""\n';
  const names = 'rejected_reason,rejected_at,rejected_status,rejected_attempts,rejected_origin,rejected_event_id\n';
  const [whole] = await read(`record,${names}"{""n"":1}",${said}`);
  assert.ok(whole && !(whole instanceof Rejection));
  assert.deepEqual(Object.keys(whole), ['record', 'rejected_reason', 'rejected_at']);
  const [flat] = await read(`n,plan,record,${names}"1","","",${said}`);
  assert.ok(flat instanceof Rejection);
  assert.deepEqual(
    [flat.cause.reason, flat.cause.message],
    ['malformed', "another program has put all cells in quotes, so numbers and missing fields can't be told from text"],
  );
});

function symbols(record: unknown): object {
  return Object.fromEntries(Object.getOwnPropertySymbols(record).map((symbol) => [symbol, Reflect.get(Object(record), symbol)]));
}

test("Airbyte's JSONL, nested and flat, and rows of which it kept nothing", async () => {
  const head =
    '"_airbyte_raw_id":"0198","_airbyte_extracted_at":1764000000000,"_airbyte_meta":{"sync_id":1,"changes":[]},"_airbyte_generation_id":0';
  const said = '"rejected_reason":"required","rejected_field":"name","rejected_message":"is missing"';
  const lines = [
    `{${head},"_airbyte_data":{"person_email":"a@b.c","n":12345678901234567890,${said}}}`,
    `{${head},"person_email":"a@b.c","n":12345678901234567890,${said}}`,
    `{${head},"_airbyte_data":{${said}}}`,
  ];
  const [nestedRow, flatRow, lost] = await read(lines.join('\n'));
  for (const line of [nestedRow, flatRow]) {
    assert.ok(line && !(line instanceof Rejection));
    assert.deepEqual([line.rejected_reason, line.rejected_field, line.rejected_message], ['refused', 'name', 'required: is missing']);
    assert.equal(line.rejected_at, new Date(1_764_000_000_000).toISOString());
    const record = reopened(line) as SourceRecord;
    assert.deepEqual(Object.keys(record), ['person_email', 'n']);
    assert.equal(String(record.n), '12345678901234567890');
    assert.equal(originOf(record)?.source, 'x');
  }
  const back = reopened(lost as SourceRecord);
  assert.ok(back instanceof Rejection && /not kept/.test(back.cause.message));
});

test("Airbyte's CSV, nested and flat", async () => {
  const head = '_airbyte_raw_id,_airbyte_extracted_at,_airbyte_meta,_airbyte_generation_id';
  const values = '"0198",1764000000000,"{""sync_id"":1}",0';
  const data =
    '"{""person_email"":""a@b.c"",""n"":12345678901234567890,""tags"":[1],""rejected_reason"":""invalid"",""rejected_message"":""no""}"';
  const whole = await reread(`${head},_airbyte_data\r\n${values},${data}\r\n`);
  const flat = await reread(`${head},person_email,n,tags\r\n${values},"a@b.c",12345678901234567890,"[1]"\r\n`);
  for (const [record] of [whole, flat]) {
    assert.ok(record && !(record instanceof Rejection));
    assert.equal(JSON.stringify([record.person_email, String(record.n), record.tags]), '["a@b.c","12345678901234567890",[1]]');
    assert.equal(Object.keys(record).length, 3);
  }
});

const AT_TEXT = new Date(AT).toISOString();
const said = (more: object): string => JSON.stringify({ record: { id: 1 }, rejected_reason: 'invalid', rejected_at: AT_TEXT, ...more });

test('what holds no rejects, or is damaged, is one clear error', async () => {
  await assert.rejects(read('a,b\n1,2\n'), { code: 'CIO_SOURCE', message: /no column rejected_reason/ });
  await assert.rejects(read('rejected_reason,rejected_at\n"open'), { code: 'CIO_SOURCE', message: /can't be read beyond line/ });
  await assert.rejects(read('rejected_reason,rejected_at,a,a\n'), { code: 'CIO_SOURCE', message: /two columns with the same name/ });
  await assert.rejects(read(gzipSync(`${said({})}\n`.repeat(1_000)).subarray(0, 40)), {
    code: 'CIO_SOURCE',
    message: /cut off/,
  });
  for (const empty of ['', '\n\n', '\uFEFF', 'rejected_reason,rejected_at\n', '{"id":1', gzipSync('')]) {
    await assert.rejects(read(empty), { code: 'CIO_SOURCE', message: 'x: it holds no rejected rows' });
  }
  for (const foreign of ['{"id":1}\n', `{"id":\n{"id":1}\n${said({})}\n`, '{"broken"\n'.repeat(2_000)]) {
    await assert.rejects(read(foreign), { code: 'CIO_SOURCE', message: 'x: its first line is not a rejected row' });
  }
  await assert.rejects(read(Buffer.from([0x7b, ...Array(5_000).keys()])), { code: 'CIO_SOURCE' });
  await assert.rejects(read(Buffer.from([0, ...Array(5_000).keys()])), { code: 'CIO_SOURCE' });
});

/** What is wrong with a line, and with which field of it; undefined for a record. */
const oddity = (line: SourceRecord | Rejection | undefined): unknown =>
  line instanceof Rejection ? [line.cause.reason, line.cause.field, line.cause.message] : undefined;

const ODD: [object, string][] = [
  [{ rejected_reason: 5 }, 'rejected_reason'],
  [{ rejected_at: 1_764_000_000 }, 'rejected_at'],
  [{ rejected_at: null }, 'rejected_at'],
  [{ rejected_status: 'n/a' }, 'rejected_status'],
  [{ rejected_status: -1 }, 'rejected_status'],
  [{ rejected_attempts: 1.5 }, 'rejected_attempts'],
  [{ rejected_attempts: [1] }, 'rejected_attempts'],
  [{ rejected_event_id: 12 }, 'rejected_event_id'],
  [{ rejected_origin: 'people.csv' }, 'rejected_origin'],
  [{ rejected_origin: [] }, 'rejected_origin'],
  [{ rejected_origin: { line: 'n/a' } }, 'rejected_origin.line'],
  [{ rejected_origin: { offset: -3 } }, 'rejected_origin.offset'],
  [{ rejected_origin: { part: '1' } }, 'rejected_origin.part'],
  [{ rejected_origin: { source: 7 } }, 'rejected_origin.source'],
  [{ record_encoding: 'gzip' }, 'record_encoding'],
  [{ record: 'n/a!', record_encoding: 'base64' }, 'record'],
];

test('JSON lines: an odd field rejects its line only, by name, whichever it is, nested or flat', async () => {
  for (const [odd, field] of ODD) {
    const nested = said(odd);
    const { record, ...rest } = JSON.parse(nested);
    const flat = JSON.stringify({ ...Object(record), ...rest });
    const back = await read([said({}), nested, ...('record' in odd ? [] : [flat]), said({})].join('\n'));
    const [before, ...others] = back.map(oddity);
    assert.deepEqual([before, others.pop()], [undefined, undefined], field);
    for (const other of others as string[][]) assert.deepEqual(other.slice(0, 2), ['invalid', field], JSON.stringify(other));
    // At the beginning of a file it does not make the file a foreign one, unless it says nothing of the kind.
    if (!nested.includes('"rejected_at":null')) assert.equal((await read([nested, said({})].join('\n'))).length, 2);
    // A plain source gives such lines to reopen().
    if (!/reason|_at/.test(field)) assert.ok(reopened(JSON.parse(nested)) instanceof Rejection, field);
  }
});

test('null is as good as absent, an unknown reason is kept in the message, and texts may be anything', async () => {
  const nulls = said({
    rejected_status: null,
    rejected_origin: { line: null, offset: null },
    rejected_event_id: null,
    record_encoding: null,
  });
  const unknown = said({ record: { id: 12345678901234, s: [1.5] }, rejected_reason: 'because', rejected_message: 'of this' });
  const flat = JSON.stringify({ id: 2, rejected_reason: 'because', rejected_at: AT_TEXT });
  const [one, two, three, four] = await read([nulls, unknown, flat, said({ rejected_field: 5, rejected_stage: 1 })].join('\n'));
  assert.deepEqual([one, two, three, four].map(oddity), [undefined, undefined, undefined, undefined]);
  const [nested, flattened] = [two, three] as SourceRecord[];
  assert.deepEqual([nested?.rejected_reason, nested?.rejected_message], ['refused', 'because: of this']);
  assert.deepEqual(Object.keys(reopened(nested as SourceRecord)), ['id', 's']);
  assert.equal(originOf(reopened(nested as SourceRecord))?.raw, '{"id":12345678901234,"s":[1.5]}');
  assert.deepEqual([flattened?.rejected_message, Object.keys(reopened(flattened as SourceRecord))], ['because', ['id']]);
});

test('CSV: an odd cell rejects its row only, by name, and the row is kept', async () => {
  const header = [
    'id',
    'record',
    'rejected_reason',
    'rejected_origin',
    'rejected_status',
    'rejected_attempts',
    'rejected_at',
    'record_encoding',
  ];
  const good = ['1', '', '"invalid"', '"{""line"":3}"', '422', '2.0', AT_TEXT, ''];
  const cells: [number, string, unknown[]][] = [
    [1, '"{""id"":"', ['malformed', undefined, 'the column record is not valid JSON']],
    [1, '"{},""rejected_event_id"":""7"""', ['malformed', undefined, 'the column record is not valid JSON']],
    [3, 'n/a', ['invalid', 'rejected_origin', 'must be a JSON object']],
    [3, '"{""line"":""n/a""}"', ['invalid', 'rejected_origin.line', 'must be a whole number']],
    [4, 'n/a', ['invalid', 'rejected_status', 'must be a whole number']],
    [5, '1e999', ['invalid', 'rejected_attempts', 'must be a whole number']],
    [7, 'n/a', ['invalid', 'record_encoding', 'must be base64, inspect or absent']],
  ];
  for (const [at, cell, expected] of cells) {
    const odd = good.with(at, cell);
    for (const rows of [
      [good, odd, good],
      [odd, good],
    ]) {
      const back = await read([header, ...rows].map((row) => row.join(',')).join('\r\n'));
      assert.deepEqual(
        back.map(oddity),
        rows.map((row) => (row === odd ? expected : undefined)),
        cell,
      );
      const rejected = back.find((line) => line instanceof Rejection);
      assert.ok(rejected?.origin?.raw?.includes(AT_TEXT), 'what it was is kept');
    }
  }
});

test('CSV: a row that does not fit its header is rejected, and so is one that is not UTF-8', async () => {
  const head = 'id,plan,rejected_reason,rejected_at,ok\n';
  const row = (id: string): string => `${id},free,"invalid",${AT_TEXT},true\n`;
  const misfit = (count: number): unknown[] => ['malformed', undefined, `a row of ${count} cells below a header of 5`];
  const cut = (count: number): unknown[] => ['malformed', undefined, `cut off: a row of ${count} cells below a header of 5`];
  const short = `9,free,"invalid",${AT_TEXT}`;
  const rows: [string, unknown][] = [
    ['9,free\n', cut(2)],
    ['Doe, Jane,free,invalid,x,true\n', misfit(6)],
    [`9,free,"invalid",${AT_TEXT},true,,\n`, undefined],
    [`${short}\n`, undefined],
    ['caf\xe9,"a ""b""\n",invalid,x,true\n', ['malformed', undefined, 'not valid UTF-8']],
  ];
  for (const [odd, expected] of rows) {
    const back = await read(Buffer.from(head + row('1') + odd + row('2'), 'latin1'));
    assert.deepEqual(back.map(oddity), [undefined, expected, undefined], odd);
    const [kept] = back.filter((line) => line instanceof Rejection);
    if (kept) assert.equal(kept.bytes?.toString('latin1') ?? kept.origin?.raw, odd.trimEnd());
  }
  assert.deepEqual((await read(head + row('1') + short)).map(oddity), [undefined, cut(4)]);
  assert.deepEqual((await read(`${head}é,"—","invalid",${AT_TEXT},`)).map(oddity), [undefined]);
});

test('CSV: a quote that is not closed breaks its row and what it has swallowed, never two rows into one', async () => {
  const head = 'id,name,rejected_reason,rejected_at\r\n';
  const row = (id: string, name = '"Doe, ""J""\r\n"'): string => `n${id},${name},invalid,${AT_TEXT}\r\n`;
  for (const text of [row('2', '"Bob') + row('3', '"x"'), row('2', '"Bob') + row('3'), row('2', '"Bob"x'), row('2', '"Bob" ')]) {
    const bytes = Buffer.from(`${head}${row('1')}${text}${row('4')}\r\n${row('5', '5" disk')}`);
    const whole = await read(bytes, bytes.length);
    for (const size of [1, 2, 3, 7]) assert.deepEqual((await read(bytes, size)).map(what), whole.map(what));
    const records = (await reread(bytes)).filter((line) => !(line instanceof Rejection)) as SourceRecord[];
    assert.deepEqual(
      records.map(({ id, name }) => [id, name]),
      [
        ['n1', 'Doe, "J"\r\n'],
        ['n4', 'Doe, "J"\r\n'],
        ['n5', '5" disk'],
      ],
    );
    const flaws = whole.filter((line) => line instanceof Rejection);
    assert.ok(flaws.some(({ cause }) => cause.message === 'broken quotes'));
    // Nothing of the text is lost.
    assert.equal(flaws.map(({ origin }) => origin?.raw).join('\r\n'), text.trimEnd());
  }
  for (const ending of ['\r', '\n', '\r\n']) {
    const text = `${head}${row('1', 'x')}${row('2', 'y')}`.replaceAll('\r\n', ending);
    assert.deepEqual((await read(text, 1)).map(oddity), [undefined, undefined]);
    assert.deepEqual((await read(`${text}3`)).map(oddity).at(-1), ['malformed', undefined, 'cut off: a row of 1 cell below a header of 4']);
  }
});

test('CSV: the rows behind broken quotes are not held', async () => {
  const head = 'id,name,rejected_reason,rejected_at\r\n';
  const row = (id: number, name: string): string => `n${id},${name},invalid,${AT_TEXT}\r\n`;
  const seenBefore: number[] = [];
  let seen = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const text of [head, row(1, `"${'Bob'.repeat(200)}"x`), row(2, 'x'), row(3, '"y\r\nz"'), row(4, '"Ada"x'), row(5, 'x')]) {
      seenBefore.push(seen);
      yield Buffer.from(text);
    }
  }
  const ids: unknown[] = [];
  for await (const line of readRejects(pieces(), 'x')) {
    seen++;
    ids.push(line instanceof Rejection ? line.cause.message : (reopened(line) as SourceRecord).id);
  }
  assert.deepEqual(ids, ['broken quotes', 'n2', 'n3', 'broken quotes', 'n5']);
  assert.deepEqual(seenBefore, [0, 0, 1, 2, 3, 4]);
});

function csvOf(rows: readonly (readonly string[])[]): string {
  const cellOf = (text: string): string => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

test('whatever stands in one cell, no other row is lost by it, and none is read otherwise', async () => {
  const given = fc.sample(rejection, { numRuns: 3, seed: 3 });
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('n/a', '-', '#REF!', '1e5', '{}', 'null', '"'));
  await fc.assert(
    fc.asyncProperty(text, fc.nat({ max: 10 }), fc.boolean(), async (cell, column, flat) => {
      fc.pre(!/\p{Cs}/u.test(cell));
      const bytes = await encoded(given, { format: 'csv', flattening: flat ? 'root' : 'none', compression: 'none' });
      const rows: string[][] = parseCsv(bytes, { bom: true });
      const [at, names] = [rows[0]?.indexOf('record') ?? 0, rows[0]?.length ?? 0];
      const edited = rows.map((row, index) => (index === 2 ? row.with(Math.min(at + column, names - 1), cell) : row));
      const [untouched, back] = await Promise.all([rows, edited].map(async (some) => (await read(csvOf(some))).map(what)));
      // The rows behind may have other lines.
      const others = (lines: unknown[] | undefined): unknown[] => [lines?.length, lines?.[0], { ...Object(lines?.[2]), line: 0 }];
      assert.deepEqual(others(back), others(untouched));
    }),
    { numRuns: runs(100) },
  );
});

test('no cell of CSV is a formula, in a header neither, and all is read back as it was', async () => {
  const nasty = fc
    .tuple(
      fc.constantFrom('', "'", "''", ' ', '\uFEFF', '\u200B'),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠', "'", ''),
      fc.string(),
    )
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(nasty, nasty, { minKeys: 1 }), { minLength: 1, maxLength: 4 }),
      nasty,
      fc.boolean(),
      async (records, word, isFlat) => {
        const cause = { reason: 'invalid', field: word, message: word, stage: 'test', eventId: word } as const;
        const given = records.map((record) => new Rejection(cause, record));
        const bytes = await encoded(given, { format: 'csv', flattening: isFlat ? 'root' : 'none', compression: 'none' });
        const formula = /^[\t\r\n\0]|^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;
        const cells: string[] = parseCsv(bytes).flat();
        assert.deepEqual(
          cells.filter((cell) => formula.test(cell)),
          [],
        );
        const back = (await read(bytes)) as SourceRecord[];
        assert.deepEqual(
          back.map((line) => [line.rejected_field, line.rejected_message, line.rejected_event_id].map((said) => said ?? '')),
          records.map(() => [word, word, word]),
        );
        assert.deepEqual(
          back.map((line) => sorted(reopened(line) as SourceRecord)),
          records.map((record) => sorted(record)),
        );
      },
    ),
    { numRuns: runs(300) },
  );
  // What was guarded is text for certain, also without its quotes.
  const [saved] = await reread(`tel,balance,rejected_reason,rejected_at\n'+4912345,-5,"invalid",${AT_TEXT}\n`);
  assert.deepEqual([(saved as SourceRecord).tel, (saved as SourceRecord).balance], ['+4912345', -5]);
});

test('several compressed files in one', async () => {
  const two = Buffer.concat([1, 2].map((id) => gzipSync(`${said({ record: { id } })}\n`)));
  assert.deepEqual(
    (await read(two)).map((line) => (reopened(line as SourceRecord) as SourceRecord).id),
    [1, 2],
  );
  const three = gzipSync(`${said({ record: { id: 3 } })}\n`);
  const padded = await read(Buffer.concat([two, Buffer.alloc(512), three, Buffer.alloc(9)]));
  assert.deepEqual(
    padded.map((line) => (reopened(line as SourceRecord) as SourceRecord).id),
    [1, 2, 3],
  );
  await assert.rejects(read(Buffer.concat([two, Buffer.from('{"a":3}\n')])), {
    code: 'CIO_SOURCE',
    message: /^x: after the compressed data/,
  });
});

test('a workbook or an archive is called by its name, with what to do', async () => {
  const cases: [Buffer, RegExp, RegExp][] = [
    [Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0aaaabbbbcccc\x13\0\0\0[Content_Types].xml'), /xlsx/, /CSV UTF-8/],
    [Buffer.from('BZh91AY&SY\x01'), /bzip2/, /bzip2 -dc/],
  ];
  for (const [input, message, todo] of cases) await assert.rejects(read(input), { code: 'CIO_SOURCE', message, todo });
});
