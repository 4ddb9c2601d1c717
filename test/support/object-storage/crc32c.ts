/** CRC-32C, which GCS compares uploads by, as it writes it: base64 of four bytes. */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c >>> 0;
});

export function crc32c(bytes: Buffer): string {
  let c = 0xffffffff;
  // By the index: an iterator takes many times as long, and some tests send 100 MB.
  for (let at = 0; at < bytes.length; at++) c = (TABLE[(c ^ (bytes[at] as number)) & 255] as number) ^ (c >>> 8);
  const out = Buffer.alloc(4);
  out.writeUInt32BE((c ^ 0xffffffff) >>> 0);
  return out.toString('base64');
}
