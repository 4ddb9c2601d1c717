/**
 * One gzip member (RFC 1952): its header is read here and its data by node:zlib; its checksum and length are compared here.
 * Node's own gunzip is not used: what it does with the bytes behind a member depends on how the chunks are cut.
 */
import { crc32, createInflateRaw } from 'node:zlib';
import type { ByteCursor } from './cursor.ts';
import { corrupt, cutOff, type Decompressor, Engine } from './engine.ts';

const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const [HEADER_CRC, EXTRA, NAME, COMMENT, RESERVED] = [0x02, 0x04, 0x08, 0x10, 0xe0] as const;
const SIZE_MODULUS = 2 ** 32;

/** Reads the member that begins here, and stops at the byte behind it. Throws `Unreadable`. */
export async function* gzipMember(input: ByteCursor): AsyncGenerator<Buffer> {
  await readHeader(input);
  const engine = new Engine(createInflateRaw() as Decompressor);
  let sum = 0;
  let size = 0;
  try {
    for (let left = 0; left === 0; ) {
      const piece = await input.next();
      if (piece === undefined) throw cutOff();
      for await (const out of engine.pass(piece)) {
        sum = crc32(out, sum);
        size += out.length;
        yield out;
      }
      left = engine.left;
      if (left > 0) input.back(piece.subarray(piece.length - left));
    }
  } finally {
    engine.close();
  }
  const trailer = await need(input, TRAILER_BYTES);
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size % SIZE_MODULUS) throw corrupt(new Error('wrong checksum'));
}

async function readHeader(input: ByteCursor): Promise<void> {
  let sum = 0;
  const take = async (bytes: number): Promise<Buffer> => {
    const taken = await need(input, bytes);
    sum = crc32(taken, sum);
    return taken;
  };
  const fixed = await take(FIXED_BYTES);
  const flags = fixed[3] as number;
  if (fixed[2] !== DEFLATE || (flags & RESERVED) !== 0) throw corrupt(new Error('unknown method'));
  if (flags & EXTRA) await take((await take(2)).readUInt16LE());
  for (const flag of [NAME, COMMENT]) if (flags & flag) while (!(await take(await upToZero(input))).includes(0));
  const expected = sum & 0xffff;
  if (flags & HEADER_CRC && (await take(2)).readUInt16LE() !== expected) throw corrupt(new Error('wrong checksum of the header'));
}

/** How many bytes of a text of any length can be taken at once. */
async function upToZero(input: ByteCursor): Promise<number> {
  const held = await input.ahead(1);
  const zero = held.indexOf(0);
  return zero === -1 ? Math.max(held.length, 1) : zero + 1;
}

async function need(input: ByteCursor, bytes: number): Promise<Buffer> {
  if ((await input.ahead(bytes)).length < bytes) throw cutOff();
  return input.take(bytes);
}
