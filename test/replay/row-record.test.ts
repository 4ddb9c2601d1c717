import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originOf } from '../../lib/record/origin.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { type CsvRow, CsvRows } from '../../lib/replay/csv-rows.ts';
import { rowsBelow } from '../../lib/replay/row-record.ts';

const AT = '2026-11-24T00:00:00.000Z';
const OURS = 'rejected_reason,rejected_at';

function csv(text: string | Buffer): CsvRow[] {
  const rows = new CsvRows('x.csv');
  return [...rows.write(Buffer.from(text as string)), ...rows.end()];
}

/** The lines of a file with a header. */
function read(text: string | Buffer): (SourceRecord | Rejection)[] {
  const [head, ...rows] = csv(text);
  return rows.map(rowsBelow(head as CsvRow, 'x.csv'));
}

/** The one record of a file. */
function recordOf(text: string): unknown {
  const [line, ...others] = read(text);
  assert.ok(line && !(line instanceof Rejection) && others.length === 0, text);
  return JSON.parse(JSON.stringify(line)).record;
}

test('a header that is not that of a reject file is refused, with what to do', () => {
  const cases: [text: string | Buffer, message: RegExp, todo?: RegExp][] = [
    ['id,rejected_reason\n', /it has no column rejected_at$/],
    ['id,email\n', /it has no column rejected_reason$/, /cio-stream people/],
    [`id,"x"y,${OURS}\n`, /the header of this CSV is broken, or not valid UTF-8/],
    [Buffer.from(`caf\xe9,${OURS}\n`, 'latin1'), /the header of this CSV is broken, or not valid UTF-8/],
    [`'=a,"=a",${OURS}\n`, /two columns with the same name/],
  ];
  for (const [text, message, todo] of cases) {
    assert.throws(
      () => rowsBelow(csv(text)[0] as CsvRow, 'x.csv'),
      (error: { code: string; message: string; todo?: string }) => {
        assert.equal(error.code, 'CIO_SOURCE');
        assert.match(error.message, message);
        if (todo !== undefined) assert.match(String(error.todo), todo);
        return error.message.startsWith('x.csv: ');
      },
    );
  }
});

test('a column without a name is not one at the end of the header', () => {
  assert.deepEqual(recordOf(`id,${OURS},,\n1,"invalid",${AT},,\n`), { id: 1 });
});

test('an empty cell is an empty text if it is in quotes, else absent', () => {
  assert.deepEqual(recordOf(`a,b,c,${OURS}\n"",,null,"invalid","${AT}"\n`), { a: '', c: null });
});

test('an apostrophe before a formula is taken away, in names and in texts, and only there', () => {
  assert.deepEqual(recordOf(`'=x,b,c,${OURS}\n"'-5","'60s","''=1",invalid,${AT}\n`), { '=x': '-5', b: "'60s", c: "'=1" });
});

test('a record that is whole in its column comes before the cells beside it', () => {
  assert.deepEqual(recordOf(`id,record,${OURS}\n,"{""id"":1.0,""n"":[1]}",invalid,${AT}\n`), { id: 1, n: [1] });
});

test('numbers that another program has written with a point stay what they are', () => {
  const [line] = read(`record,${OURS},rejected_status,rejected_attempts\n{},refused,${AT},422.0,3.\n`);
  assert.deepEqual([(line as SourceRecord).rejected_status, (line as SourceRecord).rejected_attempts], [422, 3]);
});

test('a row that may lack its end is rejected only if a cell that matters is missing', () => {
  const head = `id,${OURS},plan,ok\n`;
  const whole = read(`${head}1,"invalid",${AT}\n2,"invalid"\n`);
  assert.deepEqual(
    whole.map((line) => (line instanceof Rejection ? line.cause.message : 'read')),
    ['read', 'cut off: a row of 2 cells below a header of 5'],
  );
});

test('a row of Airbyte needs none of our columns', () => {
  assert.deepEqual(recordOf('_airbyte_raw_id,id,plan\n"u",7,"x"\n'), { id: 7, plan: 'x' });
});

test('each line and each rejection says in which line of which file it was', () => {
  const lines = read(`id,${OURS}\n1,invalid,"${AT}"\n"a\nb",invalid\n3,invalid,${AT}\n`);
  assert.deepEqual(
    lines.map((line) => {
      const { source, line: at } = (line instanceof Rejection ? line.origin : originOf(line)) ?? {};
      return [source, at];
    }),
    [
      ['x.csv', 2],
      ['x.csv', 3],
      ['x.csv', 5],
    ],
  );
});
