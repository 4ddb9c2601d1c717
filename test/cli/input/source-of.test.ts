/** An input and the flags become a source: each flag reaches it, and its warnings name the input and the flags. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags, type SendFlags } from '../../../lib/cli/flags/flags.ts';
import type { Input } from '../../../lib/cli/input/inputs.ts';
import { sourceOf } from '../../../lib/cli/input/source-of.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import { originOf } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

const flagsOf = (...args: string[]): SendFlags =>
  addCommandFlags(new CliCommand('people'), 'people').parse(args, { from: 'user' }).opts<SendFlags>();
const input = (more: Partial<Input>): Input => ({
  ...{ label: 'the input', source: 'rows', version: 'v1', format: 'ndjson', encoding: undefined, size: undefined },
  open: () => assert.fail('nothing is opened here'),
  ...more,
});

/** What the source makes of the bytes, and its warnings. */
async function read(given: Input, flags: SendFlags, bytes: string | Buffer, required: readonly string[] = []) {
  const notes: string[] = [];
  const source = sourceOf(given, flags, required, (text) => notes.push(text));
  source.end(Buffer.from(bytes as string));
  const elements: object[] = [];
  for await (const element of source) elements.push(element);
  return { elements, notes };
}
/** The rows, without the origins that nobody sees. */
const rowsOf = async (...args: Parameters<typeof read>): Promise<unknown> => JSON.parse(JSON.stringify((await read(...args)).elements));

test('the format of the input chooses the source; its name, version, stream and namespace are in the origins', async () => {
  const flags = flagsOf('--stream', 'people', '--namespace', 'crm', '--json-path', 'data.rows');
  for (const [format, bytes] of [
    ['ndjson', '{"a":"1"}\n'],
    ['json', '{"data":{"rows":[{"a":"1"}]}}'],
    ['csv', 'a\n1\n'],
  ] as const) {
    const { elements } = await read(input({ format }), flags, bytes);
    assert.deepEqual(JSON.parse(JSON.stringify(elements)), [{ a: '1' }], format);
    assert.deepEqual(originOf(elements[0])?.place, { source: 'rows', version: 'v1', stream: 'people', namespace: 'crm' }, format);
  }
});

test('a delimiter is that of the flag, with \\t for a tab, else that of the name of the file, else found in the header', async () => {
  const tsv = input({ format: 'csv', delimiter: '\t' });
  assert.deepEqual(await rowsOf(tsv, flagsOf(), 'a;b\tc\n1\t2\n'), [{ 'a;b': '1', c: '2' }]);
  assert.deepEqual(await rowsOf(tsv, flagsOf('--delimiter', ';'), 'a;b\tc\n1;2\n'), [{ a: '1', 'b\tc': '2' }]);
  assert.deepEqual(await rowsOf(input({ format: 'csv' }), flagsOf('--delimiter', String.raw`\t`), 'a\tb\n1\t2\n'), [{ a: '1', b: '2' }]);
});

test('each flag of CSV reaches the source', async () => {
  const csv = input({ format: 'csv' });
  assert.deepEqual(await rowsOf(csv, flagsOf('--header', 'a,b'), '1,2\n'), [{ a: '1', b: '2' }]);
  assert.deepEqual(await rowsOf(csv, flagsOf('--quote', 'none'), 'a\n"1"\n'), [{ a: '"1"' }]);
  assert.deepEqual(await rowsOf(csv, flagsOf('--keep-empty-cells'), 'a,b\n1,\n'), [{ a: '1', b: '' }]);
  assert.deepEqual(await rowsOf(csv, flagsOf('--null', 'NULL'), 'a,b\n1,NULL\n'), [{ a: '1' }]);
  assert.deepEqual(await rowsOf(csv, flagsOf('--trim'), 'a,b\n 1 ,2\n'), [{ a: '1', b: '2' }]);
  await assert.rejects(read(csv, flagsOf(), 'a\n1\n', ['b']), { code: 'CIO_SOURCE', message: /it has no column "b"/ });
});

test('the encoding is that of the input; a record over the limit is rejected', async () => {
  const latin = Buffer.from('{"a":"\xe9"}\n', 'latin1');
  assert.deepEqual(await rowsOf(input({ encoding: 'windows-1252' }), flagsOf(), latin), [{ a: 'é' }]);
  const { elements } = await read(input({}), flagsOf('--max-record-bytes', '10'), '{"a":"0123456789"}\n{"a":1}\n');
  assert.ok(elements[0] instanceof Rejection && elements[0].cause.reason === 'too_large');
  assert.equal(elements.length, 2);
});

test('checkpoints are made with --resume only, as often as is said', async () => {
  const positions = async (rows: number, ...args: string[]): Promise<number> => {
    const { elements } = await read(input({}), flagsOf(...args), '{"a":1}\n'.repeat(rows));
    return elements.filter((element) => element instanceof Checkpoint).length;
  };
  assert.equal(await positions(6), 0);
  assert.equal(await positions(6, '--resume', 'x'), 1);
  assert.equal(await positions(3_000, '--resume', 'x', '--checkpoint-every-ms', '1h'), 3, 'a small file is not all or nothing');
  assert.equal(await positions(6, '--resume', 'x', '--checkpoint-every', '2'), 4);
});

test('where an earlier run has stopped, the source starts', async () => {
  const from = { startAt: { offset: 8, line: 1 }, skip: 'bytes' } as const;
  assert.deepEqual(await rowsOf(input({ from }), flagsOf(), '{"a":1}\n{"a":2}\n'), [{ a: 2 }]);
});

test('a warning names the input, and options by their flags', async () => {
  const { notes } = await read(input({ format: 'csv' }), flagsOf(), 'a, b\n1,2\n');
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /^warning: the input: .*--trim/);
});
