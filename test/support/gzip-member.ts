/** A gzip member with all that a header may have. */
import { crc32, deflateRawSync } from 'node:zlib';

/** `flags` are those of RFC 1952; `damage` changes the whole. */
export function gzipMemberOf(text: string, flags: number, damage: (bytes: Buffer) => void = () => {}): Buffer {
  const extra = flags & 4 ? Buffer.concat([Buffer.from([3, 0]), Buffer.from('abc')]) : Buffer.alloc(0);
  const name = flags & 8 ? Buffer.from(`${'n'.repeat(300)}\0`) : Buffer.alloc(0);
  const comment = flags & 16 ? Buffer.from('a comment\0') : Buffer.alloc(0);
  const header = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), extra, name, comment]);
  const sum = Buffer.alloc(flags & 2 ? 2 : 0);
  if (flags & 2) sum.writeUInt16LE(crc32(header) & 0xffff);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text));
  trailer.writeUInt32LE(Buffer.byteLength(text), 4);
  const bytes = Buffer.concat([header, sum, deflateRawSync(text), trailer]);
  damage(bytes);
  return bytes;
}
