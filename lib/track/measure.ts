/** UTF-8 lengths, mostly without encoding: the UTF-16 length of a text decides when it is far from the limit. */

/** True when `text` takes more than `limit` bytes as UTF-8. */
export function exceeds(text: string, limit: number): boolean {
  if (text.length * 3 <= limit) return false;
  return text.length > limit || Buffer.byteLength(text) > limit;
}

/** The longest beginning of `text` that fits into `limit` bytes and cuts no character in two. */
export function truncate(text: string, limit: number): string {
  if (!exceeds(text, limit)) return text;
  const bytes = Buffer.from(text.slice(0, limit));
  let end = Math.min(limit, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
