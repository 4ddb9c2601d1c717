/** Texts that programs write into empty cells. Some mean nothing else; others (`NA`, `None`, `-`) may be a value of a column of words. */

const CERTAIN = ['NULL', 'null', 'Null', String.raw`\N`, '(null)', '<null>', '[NULL]', '#N/A', 'N/A', 'n/a', 'undefined'];
const POSSIBLE = ['NA', 'na', 'None', 'none', 'NONE', 'nil', 'NaN', 'nan', 'NaT', '-', '--', '—', '.', '?'];
const ALL = new Set([...CERTAIN, ...POSSIBLE]);

/** True for a text that may stand for no value. */
export function mayBeNull(text: string): boolean {
  return text.length <= 9 && ALL.has(text);
}

/** True for a text that can hardly stand for anything else. */
export function isCertainNull(text: string): boolean {
  return CERTAIN.includes(text);
}
