/** What the first bytes of an input say about it, however the chunks cut them. Names and extensions never count. */

/** Kinds of input. `plain` is whatever carries none of the marks. */
export type FirstBytes = 'gzip' | 'zstd' | 'utf-16' | 'bom' | 'plain';

const MARKS: readonly (readonly [FirstBytes, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  // The skippable frame that pzstd begins with.
  ['zstd', Buffer.from([0x50, 0x2a, 0x4d, 0x18])],
  ['utf-16', Buffer.from([0xff, 0xfe])],
  ['utf-16', Buffer.from([0xfe, 0xff])],
  ['bom', Buffer.from([0xef, 0xbb, 0xbf])],
];

/** Reads the mark at the start of `head`; undefined as long as further bytes could complete one. */
export function firstBytes(head: Buffer, ended: boolean): FirstBytes | undefined {
  let open = false;
  for (const [kind, mark] of MARKS) {
    const length = Math.min(head.length, mark.length);
    if (head.compare(mark, 0, length, 0, length) !== 0) continue;
    if (length === mark.length) return kind;
    open = true;
  }
  return open && !ended ? undefined : 'plain';
}
