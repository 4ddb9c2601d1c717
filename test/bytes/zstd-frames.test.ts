/** Frames made by hand as RFC 8878 describes them, so that their ends are found on a Node without zstd, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZstdFrame } from '../../lib/bytes/zstd-frames.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const [RAW, RLE, COMPRESSED] = [0, 1, 2];

/** A block of this size; an RLE block holds one byte, whatever it stands for. */
function block(type: number, size: number, last: boolean): number[] {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return [...header, ...Buffer.alloc(type === RLE ? 1 : size, 0x28)];
}

interface Header {
  readonly sizeFlag?: number;
  readonly single?: boolean;
  readonly checksum?: boolean;
  readonly dictionary?: number;
}

function frame({ sizeFlag = 0, single = false, checksum = false, dictionary = 0 }: Header, ...blocks: number[][]): Buffer {
  const descriptor = (sizeFlag << 6) | (single ? 0x20 : 0) | (checksum ? 4 : 0) | dictionary;
  const sizeBytes = sizeFlag === 0 ? (single ? 1 : 0) : 2 ** sizeFlag;
  const fields = (single ? 0 : 1) + ([0, 1, 2, 4][dictionary] as number) + sizeBytes;
  return Buffer.from([...MAGIC, descriptor, ...Buffer.alloc(fields, 0x28), ...blocks.flat(), ...Buffer.alloc(checksum ? 4 : 0, 0x28)]);
}

/** What follows a frame, and must not be taken for a part of it. */
const NEXT = Buffer.from([...MAGIC, 1, 2, 3]);

/** The frame ends where it ends, wherever its bytes are cut in two, and one byte at a time. */
function endsItself(bytes: Buffer, what: string): void {
  const all = Buffer.concat([bytes, NEXT]);
  for (let cut = 1; cut < bytes.length; cut++) {
    const zstd = new ZstdFrame();
    assert.equal(zstd.pass(all.subarray(0, cut)), cut, what);
    assert.equal(zstd.ended, false, `${what}, cut at ${cut}`);
    assert.equal(zstd.pass(all.subarray(cut)), bytes.length - cut, `${what}, cut at ${cut}`);
    assert.equal(zstd.ended, true, what);
    assert.equal(zstd.pass(NEXT), 0, what);
  }
  const zstd = new ZstdFrame();
  for (const byte of bytes) {
    assert.equal(zstd.ended, false, what);
    assert.equal(zstd.pass(Buffer.from([byte])), 1);
  }
  assert.equal(zstd.ended, true, what);
}

test('headers of every kind', () => {
  for (const sizeFlag of [0, 1, 2, 3]) {
    for (const single of [false, true]) {
      for (const checksum of [false, true]) {
        for (const dictionary of [0, 1, 2, 3]) {
          const header = { sizeFlag, single, checksum, dictionary };
          endsItself(frame(header, block(RAW, 3, true)), JSON.stringify(header));
        }
      }
    }
  }
});

test('blocks of every kind, one or several, empty ones as well', () => {
  for (const checksum of [false, true]) {
    endsItself(frame({ checksum }, block(RAW, 0, true)), 'empty');
    endsItself(frame({ checksum }, block(RLE, 100_000, true)), 'RLE');
    endsItself(
      frame({ checksum }, block(COMPRESSED, 7, false), block(RLE, 9, false), block(RAW, 0, false), block(RAW, 5, true)),
      'several',
    );
  }
});

test('a skippable frame, with and without contents', () => {
  for (const size of [0, 1, 300]) {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0x184d2a53);
    header.writeUInt32LE(size, 4);
    endsItself(Buffer.concat([header, Buffer.alloc(size, 0x28)]), `skippable, ${size} bytes`);
  }
});
