import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReadInPlace, type Start, TextInput } from '../../lib/source/start-of-input.ts';
import { everyCut } from '../support/read-all.ts';

interface Read {
  readonly text: string;
  readonly begins: number[];
  readonly ends: string[];
  readonly warnings: string[];
}

function read(chunks: readonly Buffer[], start: Start, stage = 'ndjson', last: 'end' | 'stop' = 'end'): Read {
  let text = '';
  const [begins, ends, warnings]: [number[], string[], string[]] = [[], [], []];
  const reader = {
    begin: (offset: number) => {
      assert.equal(text, '');
      begins.push(offset);
    },
    write: (bytes: Buffer) => {
      assert.equal(begins.length, 1);
      text += bytes.toString('latin1');
    },
    end: () => ends.push('end'),
    stop: () => ends.push('stop'),
  };
  const input = new TextInput(stage, start, reader, (warning) => warnings.push(String(warning)));
  for (const chunk of chunks) input.write(chunk);
  input[last]();
  return { text: Buffer.from(text, 'latin1').toString(), begins, ends, warnings };
}

/** The same at every cut. */
function readAtEveryCut(bytes: Buffer, start: Start = {}): Read {
  const whole = read([bytes], start);
  for (const chunks of everyCut(bytes)) assert.deepEqual(read(chunks, start), whole, JSON.stringify(start));
  return whole;
}

const TEXT = 'first line, é\nsecond\n\nfourth';
const at = (offset: number, line: number): Start['startAt'] => ({ offset, line });

test('the text begins behind the byte order mark, at the offset that its UTF-8 has', () => {
  const cases: [Buffer, Start, number][] = [
    [Buffer.from(TEXT), {}, 0],
    [Buffer.from(`\uFEFF${TEXT}`), {}, 3],
    [Buffer.from(`\uFEFF${TEXT}`), { encoding: 'utf-8' }, 3],
    [Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), {}, 0],
    [Buffer.from(TEXT, 'utf16le'), { encoding: 'utf-16le' }, 0],
    [Buffer.from(TEXT, 'latin1'), { encoding: 'windows-1252' }, 0],
  ];
  for (const [bytes, start, offset] of cases) {
    assert.deepEqual(readAtEveryCut(bytes, start), { text: TEXT, begins: [offset], ends: ['end'], warnings: [] });
  }
});

test('so many bytes or lines come before the place to start at, of UTF-8 in either case', () => {
  const second = TEXT.slice(TEXT.indexOf('second'));
  const offset = Buffer.byteLength(TEXT) - second.length;
  for (const [mark, input] of [
    [0, Buffer.from(TEXT)],
    [3, Buffer.from(`\uFEFF${TEXT}`)],
    [0, Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ] as const) {
    for (const skip of ['bytes', 'lines'] as const) {
      const { text, begins } = readAtEveryCut(input, { startAt: at(mark + offset, 2), skip });
      assert.deepEqual([text, begins], [second, [mark + offset]], skip);
      const { text: none, begins: last } = readAtEveryCut(input, { startAt: at(mark + Buffer.byteLength(TEXT), 4), skip });
      assert.deepEqual([none, last], skip === 'bytes' ? ['', [mark + Buffer.byteLength(TEXT)]] : ['fourth', [mark + offset + 8]], skip);
    }
  }
});

test('a place inside the byte order mark is the beginning of the text', () => {
  const { text, begins } = readAtEveryCut(Buffer.from(`\uFEFF${TEXT}`), { startAt: at(1, 1), skip: 'bytes' });
  assert.deepEqual([text, begins], [TEXT, [3]]);
});

test('bytes that begin at the place to start at are read as they are: a mark or JSON there is text', () => {
  for (const rest of ['\uFEFFa', '{"a', 'PK\x03\x04']) {
    const { text, begins } = readAtEveryCut(Buffer.from(rest), { startAt: at(40, 3) });
    assert.deepEqual([text, begins], [rest, [40]]);
  }
  assert.throws(() => read([], { startAt: at(40, 3), encoding: 'windows-1252' }), {
    code: 'CIO_OPTIONS',
    message: /offsets count bytes of UTF-8/,
  });
  assert.deepEqual(readAtEveryCut(Buffer.from(TEXT, 'latin1'), { startAt: at(0, 1), encoding: 'windows-1252' }).text, TEXT);
});

test('an input that ends before the place is an error, and stopped there is not', () => {
  for (const start of [
    { startAt: at(1000, 2), skip: 'bytes' },
    { startAt: at(1000, 9), skip: 'lines' },
  ] as const) {
    for (const chunks of [[Buffer.from(TEXT)], ...everyCut(Buffer.from(TEXT))]) {
      assert.throws(() => read(chunks, start), { code: 'CIO_STATE', message: /^ndjson: the input ends before/ });
      assert.deepEqual(read(chunks, start, 'ndjson', 'stop').ends, [], 'a reader that never began is not stopped');
    }
  }
  assert.deepEqual(read([Buffer.from(TEXT)], {}, 'ndjson', 'stop').ends, ['stop']);
});

test('an input of nothing is a text of nothing', () => {
  for (const chunks of [[], [Buffer.alloc(0)]]) assert.deepEqual(read(chunks, {}), { text: '', begins: [0], ends: ['end'], warnings: [] });
});

test('what is not text, or is in another encoding than was named, is an error that names the source and what to do', () => {
  const cases: [Buffer, Start, RegExp, RegExp][] = [
    [Buffer.from('\x1f\x8b\x08\0', 'latin1'), {}, /^csv: the input is gzip-compressed$/, /Decompress/],
    [Buffer.from('%PDF-1.7\n'), {}, /^csv: the input is a PDF$/, /itself/],
    [Buffer.from(`\uFEFF${TEXT}`), { encoding: 'windows-1252' }, /^csv: the input is UTF-8 by its first bytes, not windows-1252$/, /utf-8/],
    [
      Buffer.from('имя,город\nИван,Орёл\n', 'utf16le'),
      {},
      /^csv: the input has zero bytes in its first line, as UTF-16LE has$/,
      /utf-16le/,
    ],
    [Buffer.from('{"a":1}\n', 'latin1'), {}, /^csv: the input is JSON$/, /ndjson/],
  ];
  for (const [bytes, start, message, todo] of cases) {
    for (const chunks of [[bytes], ...everyCut(bytes)]) {
      assert.throws(
        () => read(chunks, start, 'csv'),
        (error) => {
          const { code, message: said, todo: advice } = error as { code: string; message: string; todo: unknown };
          assert.equal(code, 'CIO_SOURCE');
          assert.match(said, message);
          assert.match(String(advice), todo);
          return true;
        },
      );
    }
  }
});

test('a text is read in place if its offsets are those of the input: UTF-8, with or without a mark', () => {
  const cases: [Buffer, string | undefined, boolean][] = [
    [Buffer.from(TEXT), undefined, true],
    [Buffer.from(TEXT), 'utf8', true],
    [Buffer.from(`\uFEFF${TEXT}`), undefined, true],
    [Buffer.from(''), undefined, true],
    [Buffer.from(TEXT), 'latin1', false],
    [Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), undefined, false],
    [Buffer.from('имя,город\nИван,Орёл\n', 'utf16le'), undefined, false],
    [Buffer.from('\x1f\x8b\x08\0', 'latin1'), undefined, false],
    [Buffer.from('%PDF-1.7\n'), undefined, false],
  ];
  for (const [head, label, expected] of cases)
    assert.equal(isReadInPlace(head, label), expected, JSON.stringify([head.toString('latin1'), label]));
});
