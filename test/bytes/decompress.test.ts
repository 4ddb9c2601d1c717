import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib, { gzipSync } from 'node:zlib';
import { decompressed } from '../../lib/bytes/decompress.ts';
import { CioError } from '../../lib/errors.ts';
import fc from '../support/fast-check.ts';
import { gzipMemberOf } from '../support/gzip-member.ts';
import { cutAt, everyCut, fractions } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

type Sync = (data: Buffer, options?: object) => Buffer;
const { zstdCompressSync } = zlib as { zstdCompressSync?: Sync };
const noZstd = zstdCompressSync === undefined ? 'this Node has no zstd' : false;
const zstd: Sync = (data, options) => (zstdCompressSync as Sync)(data, options);

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** What comes out before the end or the error. */
async function run(chunks: Buffer[]): Promise<{ text: Buffer; error: CioError | undefined }> {
  const out: Buffer[] = [];
  let error: CioError | undefined;
  try {
    for await (const chunk of decompressed(from(chunks), 'decompress')) out.push(chunk);
  } catch (failure) {
    assert.ok(failure instanceof CioError, String(failure));
    error = failure;
  }
  return { text: Buffer.concat(out), error };
}
async function unpacked(chunks: Buffer[]): Promise<string> {
  const { text, error } = await run(chunks);
  assert.equal(error, undefined);
  return text.toString();
}

test('what is not compressed passes as it is, however it is cut', async () => {
  for (const input of ['{"a":1}\n', '', '\x1f', '(', '(\xb5/', '\uFEFFa', 'P*M']) {
    const bytes = Buffer.from(input, 'latin1');
    for (const chunks of [[bytes], ...(bytes.length > 1 ? everyCut(bytes) : [])]) assert.deepEqual((await run(chunks)).text, bytes);
  }
});

test('gzip is known by its first bytes, also when they are cut; members in a row are one text', async () => {
  const input = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n'), gzipSync('')]);
  for (const chunks of [[input], ...everyCut(input)]) assert.equal(await unpacked(chunks), '{"a":1}\n{"b":2}\n');
  assert.equal(await unpacked([gzipSync('')]), '');
});

const ZEROS = Buffer.alloc(9);
/** What may follow compressed data, and what then comes out of it; undefined where that is an error. */
const behind = (pack: (text: string) => Buffer): [string, Buffer, string | undefined][] => [
  ['zeros', ZEROS, ''],
  ['another', pack('more'), 'more'],
  ['zeros and another', Buffer.concat([ZEROS, pack('more')]), 'more'],
  ['empty ones', Buffer.concat([pack(''), ZEROS, pack(''), pack('more'), ZEROS]), 'more'],
  ['text', Buffer.from('{"b":2}\n'), undefined],
  ['zeros and text', Buffer.concat([ZEROS, Buffer.from('x')]), undefined],
  ['half a mark', pack('more').subarray(0, 1), undefined],
  ['a mark', pack('more').subarray(0, 4), undefined],
  ['all but the last byte', pack('more').subarray(0, -1), undefined],
];

test('what follows compressed data is read or an error, the same however it is cut', async () => {
  // What is cut off may have given its text before that is seen, or not.
  const formats: ((text: string) => Buffer)[] = noZstd ? [gzipSync] : [gzipSync, (text: string) => zstd(Buffer.from(text))];
  for (const pack of formats) {
    for (const [name, rest, more] of behind(pack)) {
      const input = Buffer.concat([pack('text'), rest]);
      const whole = (await run([input])).text.toString();
      assert.ok(
        name === 'all but the last byte' ? 'textmore'.startsWith(whole) && whole.startsWith('text') : whole === `text${more ?? ''}`,
        name,
      );
      for (const chunks of [[input], ...everyCut(input)]) {
        const { text, error } = await run(chunks);
        assert.deepEqual([text.toString(), error?.code], [whole, more === undefined ? 'CIO_SOURCE' : undefined], name);
      }
    }
  }
  const { error } = await run([gzipSync('text'), Buffer.from('{"b":2}')]);
  assert.match(error?.message ?? '', /^decompress: after the compressed data, at byte 25, there is something that is not compressed$/);
});

test('gzip and zstd in a row are one text, too', { skip: noZstd }, async () => {
  assert.equal(await unpacked([gzipSync('a'), zstd(Buffer.from('b')), ZEROS, gzipSync('c')]), 'abc');
});

test('gzip headers of every kind are read, whatever stands in them', async () => {
  const members = Array.from({ length: 16 }, (_, n) => gzipMemberOf(`text ${n}\n`, n * 2));
  const expected = members.map((_, n) => `text ${n}\n`).join('');
  const input = Buffer.concat(members);
  for (const chunks of [[input], Array.from(input, (byte) => Buffer.of(byte))]) assert.equal(await unpacked(chunks), expected);
});

test('a gzip member that is not what was compressed is an error: header, method, data, checksum, length', async () => {
  const places = [2, 3, -5, -1].map((place) => (bytes: Buffer) => {
    const at = place < 0 ? bytes.length + place : place;
    bytes[at] = (bytes[at] as number) ^ 0xe1;
  });
  for (const damage of places) {
    const { error } = await run([gzipMemberOf('text', 0, damage)]);
    assert.equal(error?.code, 'CIO_SOURCE');
    assert.match(error?.message ?? '', /corrupt/);
  }
  const { error } = await run([gzipMemberOf('text', 2, (bytes) => bytes.writeUInt8((bytes[10] as number) ^ 1, 10))]);
  assert.match(error?.message ?? '', /corrupt/);
});

test('law: members, zeros and something else in any order, cut anywhere', async () => {
  const kinds = fc.constantFrom('member', 'zeros', 'empty', 'flags', 'garbage');
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { maxLength: 6 }), fractions, fc.integer({ min: 1, max: 40_000 }), async (parts, cuts, size) => {
      const pieces: Buffer[] = [gzipSync('first')];
      let expected = 'first';
      const garbage = parts.indexOf('garbage');
      for (const [n, kind] of parts.entries()) {
        const text = kind === 'member' ? `${n}`.repeat(size) : kind === 'flags' ? 'flags' : '';
        if (kind === 'garbage') pieces.push(Buffer.from('more text'));
        else pieces.push(kind === 'zeros' ? ZEROS : kind === 'flags' ? gzipMemberOf(text, 30) : gzipSync(text));
        if (garbage === -1 || n < garbage) expected += text;
      }
      const { text, error } = await run(cutAt(Buffer.concat(pieces), cuts));
      assert.ok(text.toString() === expected);
      assert.equal(error?.code, garbage === -1 ? undefined : 'CIO_SOURCE');
    }),
    { numRuns: runs(100) },
  );
});

test('zstd needs a Node that has it, and says so', { skip: noZstd ? false : 'this Node has it' }, async () => {
  const { error } = await run([Buffer.from([0x28]), Buffer.from([0xb5, 0x2f, 0xfd, 0x00])]);
  assert.equal(error?.code, 'CIO_SOURCE');
  assert.match(error?.todo ?? '', /22\.15/);
});

test('zstd is known by its first bytes; frames in a row are one text, however they are cut', { skip: noZstd }, async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const flags = zlib.constants as unknown as Record<string, number>;
  const checked = { params: { [flags.ZSTD_c_checksumFlag as number]: 1 } };
  const frames = [
    zstd(Buffer.from('{"a":1}\n')),
    zstd(Buffer.alloc(1000, 'x'), checked),
    skippable,
    zstd(Buffer.alloc(0)),
    zstd(Buffer.from('end')),
  ];
  for (const input of [Buffer.concat(frames), Buffer.concat([skippable, ...frames, skippable])]) {
    for (const chunks of [[input], ...everyCut(input)]) assert.equal(await unpacked(chunks), `{"a":1}\n${'x'.repeat(1000)}end`);
  }
});

test('zstd frames of any size, whatever the chunks', { skip: noZstd }, async () => {
  const data = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 2000 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 4 }), fractions, async (parts, cuts) => {
      const texts = parts.map(([bytes, times, noise]) => (noise ? noiseOf(times * 150) : Buffer.concat(Array(times).fill(bytes))));
      const { text, error } = await run(cutAt(Buffer.concat(texts.map((part) => zstd(part))), cuts));
      assert.equal(error, undefined);
      assert.ok(text.equals(Buffer.concat(texts)));
    }),
    { numRuns: runs(60) },
  );
});

/** Bytes that can't be compressed: xorshift. */
function noiseOf(length: number): Buffer {
  let x = length | 1;
  return Buffer.from(
    Array.from({ length }, () => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return x & 255;
    }),
  );
}

test('truncated or corrupt data is CIO_SOURCE, after all that could be read', async () => {
  const rows = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `{"i":${i},"n":"${(i * 7919) % 10_007}"}\n`).join(''));
  const formats: Sync[] = noZstd ? [gzipSync] : [gzipSync, zstd];
  for (const pack of formats) {
    const packed = pack(rows);
    for (const length of [packed.length - 1, packed.length - 9, packed.length >> 1]) {
      const { text, error } = await run(cutAt(packed.subarray(0, length), [0.2, 0.4, 0.6, 0.8]));
      assert.equal(error?.code, 'CIO_SOURCE', `${pack.name} cut at ${length}`);
      assert.match(error?.message ?? '', /cut off/);
      assert.ok(rows.subarray(0, text.length).equals(text));
      assert.ok(text.length > rows.length * (length / packed.length) * 0.5, `${pack.name} at ${length}: ${text.length}`);
    }
    const corrupt = Buffer.from(packed);
    corrupt.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50);
    const { error } = await run([corrupt]);
    assert.equal(error?.code, 'CIO_SOURCE');
    assert.ok(error?.cause instanceof Error);
  }
});

test('of a bomb in small pieces no piece is taken before the last one is read to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  let given = 0;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bomb.length; at += 100) {
      given++;
      yield bomb.subarray(at, at + 100);
    }
  };
  let read = 0;
  for await (const out of decompressed(pieces(), 'x')) {
    read += out.length;
    // A piece gives a hundred thousand bytes at most: what was given and not read is one piece.
    if (read > 5_000_000) break;
  }
  assert.ok(read < 6_000_000);
  assert.ok(given < 100, `${given} pieces for ${read} bytes`);
});
