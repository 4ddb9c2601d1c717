/** Sources put checkpoints between records, and start again at each as if they had never been interrupted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Element } from '../../lib/record/record.ts';
import type { SourcePosition } from '../../lib/source/checkpointer.ts';
import { csvDecoder } from '../../lib/source/csv.ts';
import { jsonDecoder } from '../../lib/source/json.ts';
import { ndjson, ndjsonDecoder } from '../../lib/source/ndjson.ts';
import type { SourceOptions } from '../../lib/source/options.ts';
import type { MakeDecoder } from '../../lib/stream/decode.ts';
import { FakeClock } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { brief, cutAt, fractions, oneByOne, readAll, show } from '../support/read-all.ts';

type Make = (options: SourceOptions) => MakeDecoder;

const shown = (elements: readonly Element[]): unknown[] =>
  elements.map((element) => (element instanceof Checkpoint ? { at: element.position } : show(element)));

const newline = fc.constantFrom('\n', '\r\n');
const anyNewline = fc.constantFrom('\n', '\r\n', '\r', '\r\r\n', '\n\uFEFF');
const text = (lines: fc.Arbitrary<string>, start: string, newline: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(lines, newline), { minLength: 1, maxLength: 12 }), fc.boolean())
    .map(([bom, all, ends]) => {
      const body = all.map(([line, end], n) => line + (n === all.length - 1 && !ends ? '' : end)).join('');
      return Buffer.from(bom + start + body);
    });
const ndjsonText = text(
  fc.oneof(
    fc.record({ a: fc.string(), b: fc.integer() }).map((row) => JSON.stringify(row)),
    fc.constantFrom('', '  ', '{broken', '[]', `{"a":"${'x'.repeat(90)}"}`, '{"ü":"日本"}', '\u001f\u008b'),
  ),
  '',
  anyNewline,
);
const csvText = text(
  fc.constantFrom(
    '1,2',
    'a,"b"',
    '"two\nlines",x',
    '"two\r\nlines",y',
    '',
    'one',
    '1,2,3',
    'bad"quote,1',
    `${'x'.repeat(90)},1`,
    'ü,日本',
    ',',
    ...['x,"He said "hi"', '"open,1', 'a "b",c', 'Thanks"', '",x', 'y,"5" pipe"', '"q","r"', '\uFEFF1,2', 'name,"ci\nty"'],
    ...[`"${'x'.repeat(90)}",1`, `"${'x'.repeat(90)},1`, `"${'two\n'.repeat(30)}",1`, '1,2\r3,4', '1,2\r\r', '\u001A'],
  ),
  'name,"ci\nty"\n',
  newline,
);
/** In an encoding whose bytes are not those of UTF-8. */
const utf16 = (input: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> => input.map((bytes) => Buffer.from(bytes.toString(), 'utf16le'));
const greek = (input: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  input.map(
    (bytes) => Buffer.from(bytes.toString().replace(/[^\0-\x7f]/g, 'ß'), 'latin1').map((byte) => (byte === 0xdf ? 0xe1 : byte)) as Buffer,
  );
const jsonText = fc
  .array(fc.oneof(fc.record({ a: fc.integer() }), fc.constantFrom(1, 'x', null, { long: 'x'.repeat(90) })), { maxLength: 12 })
  .map((items) => Buffer.from(JSON.stringify(items)));

const sources: [string, Make, fc.Arbitrary<Buffer>, ('bytes' | 'lines' | undefined)[]][] = [
  ['ndjson', (options) => ndjsonDecoder(options), ndjsonText, [undefined, 'bytes', 'lines']],
  ['csv', (options) => csvDecoder(options), csvText, [undefined, 'bytes', 'lines']],
  ['ndjson in UTF-16', (options) => ndjsonDecoder({ ...options, encoding: 'utf-16le' }), utf16(ndjsonText), ['bytes', 'lines']],
  ['ndjson in windows-1253', (options) => ndjsonDecoder({ ...options, encoding: 'windows-1253' }), greek(ndjsonText), ['bytes', 'lines']],
  ['csv in UTF-16', (options) => csvDecoder({ ...options, encoding: 'utf-16le' }), utf16(csvText), ['bytes', 'lines']],
  ['csv in windows-1253', (options) => csvDecoder({ ...options, encoding: 'windows-1253' }), greek(csvText), ['bytes', 'lines']],
  ['json', (options) => jsonDecoder(options), jsonText, [undefined]],
];

for (const [name, make, input, skips] of sources) {
  test(`${name}: begun again at any checkpoint it gives just what was left, with the same origins`, async () => {
    const options = { source: 'file', version: 'v', maxRecordBytes: 80 };
    await fc.assert(
      fc.asyncProperty(input, fc.integer({ min: 1, max: 3 }), fractions, fractions, async (bytes, every, cutsOne, cutsTwo) => {
        const checked = { ...options, checkpointEveryRecords: every };
        const plain = await readAll(make(options), [bytes]);
        const whole = await readAll(make(checked), cutAt(bytes, cutsOne));
        assert.deepEqual(shown(whole.filter((element) => !(element instanceof Checkpoint))), shown(plain));
        assert.ok(whole.at(-1) instanceof Checkpoint);
        const ended = whole.length - 1;
        // Lines are counted by their LF.
        const possible = /\r(?!\n)/.test(bytes.toString()) ? skips.filter((skip) => skip !== 'lines') : skips;
        for (const [index, element] of whole.entries()) {
          if (!(element instanceof Checkpoint) || index === ended) continue;
          const startAt = element.position as SourcePosition;
          for (const skip of possible) {
            const rest = skip === undefined ? bytes.subarray(startAt.offset) : bytes;
            const resumed = await readAll(make({ ...checked, startAt, ...(skip && { skip }) }), cutAt(rest, cutsTwo));
            assert.deepEqual(shown(resumed), shown(whole.slice(index + 1)), `${skip} from ${JSON.stringify(startAt)}`);
          }
        }
      }),
      { numRuns: name.includes(' in ') ? 40 : 150 },
    );
  });
}

test('checkpoints come after so many records, or so much time, and one at the end; without being asked for none', async () => {
  const rows = Array.from({ length: 7 }, (_, n) => `{"n":${n}}\n`);
  const lines = async (options: SourceOptions, clock?: FakeClock, before?: () => Promise<void>): Promise<unknown[]> => {
    const found: unknown[] = [];
    const push = (element: Element): void => {
      if (element instanceof Checkpoint) found.push((element.position as SourcePosition).line);
    };
    const decoder = ndjsonDecoder({ ...options, clock } as SourceOptions)(oneByOne(push), () => {});
    for (const row of rows) {
      await before?.();
      await decoder.write(Buffer.from(row));
    }
    await decoder.end();
    return found;
  };
  assert.deepEqual(await lines({}, new FakeClock()), []);
  assert.deepEqual(await lines({ checkpointEveryRecords: 3 }, new FakeClock()), [4, 7, 8]);
  const clock = new FakeClock();
  assert.deepEqual(await lines({ checkpointEveryMs: 50 }, clock, () => clock.run(20)), [4, 7, 8]);
  const other = new FakeClock();
  assert.deepEqual(await lines({ checkpointEveryMs: 50, checkpointEveryRecords: 2 }, other, () => other.run(40)), [3, 5, 7, 8]);
});

test('with a time alone the first checkpoint comes after 1,000 rows, and each stretch is twice the one before, up to 100,000', async () => {
  const clock = new FakeClock();
  const after: number[] = [];
  const push = (element: unknown): void => {
    if (element instanceof Checkpoint) after.push((element.position as SourcePosition).line - 1);
  };
  const decoder = ndjsonDecoder({ checkpointEveryMs: 50, clock } as SourceOptions)(push, () => {});
  // One for the time changes nothing of that: what is read slowly at first is not saved more rarely for it.
  await decoder.write(Buffer.from('{}\n'));
  await clock.run(50);
  for (const rows of [1, 3_499, 326_500]) await decoder.write(Buffer.from('{}\n'.repeat(rows)));
  await decoder.end();
  const grown = [1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 127_000, 227_000, 327_000];
  assert.deepEqual(after, [2, ...grown.map((rows) => rows + 2), 330_001]);
});

test('the last position of a file that grows loses and doubles nothing', async () => {
  const cases: [Make, string, string, number[]][] = [
    [(options) => ndjsonDecoder(options), '{"n":1}\n{"n":2}\n', '{"n":3}\n', [3]],
    // The last line was only a part: it is read again.
    [(options) => ndjsonDecoder(options), '{"n":1}\n{"n":2', '3}\n{"n":4}', [23, 4]],
    [(options) => csvDecoder(options), 'n\n1\n2\n', '3\n', [3]],
    [(options) => csvDecoder(options), 'n\n1\n2', '3\n4', [23, 4]],
    [(options) => csvDecoder(options), '\nn', '\n1\n', [1]],
    [(options) => csvDecoder(options), '', 'n\n1\n2\n', [1, 2]],
    [(options) => jsonDecoder(options), '[{"n":1},{"n":2', '3},{"n":4}]', [23, 4]],
  ];
  for (const [make, before, after, expected] of cases) {
    const ended = (await readAll(make({ checkpointEveryRecords: 100 }), [before])).at(-1) as Checkpoint<SourcePosition>;
    // A document that breaks off has not been read to its end.
    assert.equal(ended.position.ended, before.startsWith('[') ? undefined : true);
    const rest = Buffer.from(before + after).subarray(ended.position.offset);
    const records = await readAll(make({ startAt: ended.position }), [rest]);
    assert.deepEqual(
      records.map((record) => Number((record as { n: unknown }).n)),
      expected,
    );
  }
});

test('an input that ends before the place to start at is an error, not silence', async () => {
  const startAt = { offset: 100, line: 10 };
  for (const skip of ['bytes', 'lines'] as const) {
    await assert.rejects(readAll(ndjsonDecoder({ startAt, skip }), ['{"n":1}\n']), { code: 'CIO_STATE', message: /ends before/ });
  }
  assert.deepEqual(await readAll(ndjsonDecoder({ startAt }), []), []);
  const inMark = ndjsonDecoder({ startAt: { offset: 1, line: 1 }, skip: 'bytes' });
  assert.deepEqual(brief(await readAll(inMark, ['\uFEFF{"n":1}\n{"n":2}\n'])), ['{"n":1}', '{"n":2}']);
  assert.throws(() => jsonDecoder({ startAt }), { code: 'CIO_OPTIONS', message: /offset 0/ });
  // An offset is one of the text as UTF-8: nothing can be opened there.
  assert.throws(() => ndjson({ startAt, encoding: 'latin1' }), { code: 'CIO_OPTIONS', message: /skip/ });
  assert.deepEqual(await readAll(ndjsonDecoder({ startAt, encoding: 'utf-8' }), []), []);
  for (const bad of [{ offset: -1, line: 1 }, { offset: 1, line: 0 }, { line: 1 }]) {
    assert.throws(() => ndjsonDecoder({ startAt: bad as SourcePosition }), { code: 'CIO_OPTIONS' });
  }
});
