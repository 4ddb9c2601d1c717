/** White space and invisible characters at the ends of a cell or a column's name. */

/** Without white space and invisible characters at its ends. */
export function trimmedCell(text: string): string {
  return cutEnds(text, (char) => isMark(char) || char.trim() === '');
}

/** Without invisible characters at its ends: byte order marks, zero-width and no-break spaces, control characters. */
export function withoutMarks(text: string): string {
  return cutEnds(text, isMark);
}

/** By hand: a regular expression would try each of a million marks in the middle as the beginning of the end. */
function cutEnds(text: string, isCut: (char: string) => boolean): string {
  let from = 0;
  let to = text.length;
  while (from < to && isCut(text[from] as string)) from++;
  while (to > from && isCut(text[to - 1] as string)) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

const NO_BREAK = '\uFEFF\u00A0\u2007\u202F';

/** Tabs, newlines and the like are not marks: they are white space, which shows. */
function isMark(char: string): boolean {
  if (char > ' ' && char < '\u007F') return false;
  return NO_BREAK.includes(char) || (/[\p{Cc}\p{Cf}]/u.test(char) && char.trim() !== '');
}
