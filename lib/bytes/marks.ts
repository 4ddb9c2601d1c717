/** What joined files leave at the ends of a line: byte order marks of UTF-8, and the Ctrl-Z at the end of a DOS file. */

const CTRL_Z = 26;
const BOM = Buffer.from('\uFEFF');

/** Where the text begins behind the marks at the start of a line. */
export function behindMarks(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (bytes[at] === CTRL_Z) at++;
    else if (at + 2 < end && bytes[at] === BOM[0] && bytes[at + 1] === BOM[1] && bytes[at + 2] === BOM[2]) at += BOM.length;
    else break;
  }
  return at;
}

/** Where the text ends before the Ctrl-Zs at the end of a line. */
export function beforeCtrlZ(bytes: Buffer, from: number, end: number): number {
  let to = end;
  while (to > from && bytes[to - 1] === CTRL_Z) to--;
  return to;
}
