/** Messages with a row as sources spell them, rows that look like what is around them, and what may happen to a line. */
import fc from '../fast-check.ts';

/** Puts a row and a time of emission, as JSON text, into a message. */
export type Spelling = (row: string, time: string, stream?: string) => string;

/** The ways to write one. */
export const SPELLINGS: readonly Spelling[] = [
  (row, time, stream = 's') => `{"type":"RECORD","record":{"stream":"${stream}","data":${row},"emitted_at":${time}}}`,
  (row, time, stream = 's') =>
    `{"type": "RECORD", "record": {"namespace": "n", "stream": "${stream}", "emitted_at": ${time}, "data": ${row}}}`,
  (row, time, stream = 's') =>
    `{"type":"RECORD","log":null,"record":{"stream":"${stream}","data":${row} , "emitted_at" : ${time} ,"namespace":null,"meta":{"changes":[],"x}":"\\"{"}} , "state" : null }`,
  (row, time, stream = 's') =>
    `{"record":{"emitted_at":${time},"meta":{"data":{"é":1}},"data":${row},"stream":"${stream}"},"type":"RECORD"} `,
  // The parser takes the last member of a name.
  (row, time, stream = 's') =>
    `{"type":"STATE","record":{"stream":"t","data":${row},"emitted_at":${time}},"type":"RECORD","record":{"stream":"${stream}"}}`,
];

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    ' ',
    '\t',
    '0',
    '9',
    '-',
    'e5',
    '.',
    '\u001A',
    '\uFEFF',
    '\uFFFD',
    '\u0000',
    'é',
    '}}',
    '{}',
    '\\"',
  ],
  ...['"data":', '"data":{}', '"stream":"t"', ',"stream":{"x":1}', '"type":"STATE"', '"record":{', '"_airbyte_x":1', '\\u0022', '1e999'],
  ...['},"type":"STATE","state":{"x":{', ',"emitted_at":1}}', '{"type":"RECORD","record":', '{"a":1}},"type":"STATE","state":{"x":{}'],
];

const mutation: fc.Arbitrary<(text: string) => string> = fc
  .tuple(
    fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'cut'),
    fc.nat(),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(...PIECES),
  )
  .map(([what, place, length, piece]) => (text) => {
    const at = place % (text.length + 1);
    const [before, some, behind] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    if (what === 'insert') return before + piece + some + behind;
    if (what === 'replace') return before + piece + behind;
    if (what === 'repeat') return before + some + some + behind;
    return what === 'delete' ? before + behind : before;
  });

/** What happens to a text: often nothing. */
export const mutated: fc.Arbitrary<(text: string) => string> = fc
  .array(mutation, { maxLength: 3 })
  .map((steps) => (text) => steps.reduce((changed, step) => step(changed), text));

const names = fc.constantFrom(
  'id',
  'name',
  'data',
  'stream',
  'type',
  'record',
  'emitted_at',
  '_airbyte_raw_id',
  'timestamp',
  'event_id',
  'é"\\',
);
const texts = fc.oneof(fc.string(), fc.constantFrom(...PIECES, '2026-01-01T00:00:00Z'));

/** The JSON text of a row. */
export const rowText: fc.Arbitrary<string> = fc
  .dictionary(names, fc.oneof(texts, fc.integer(), fc.jsonValue({ maxDepth: 2 })))
  .map((row) => JSON.stringify(row));
