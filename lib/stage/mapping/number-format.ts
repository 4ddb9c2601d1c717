/**
 * An example such as `1.234,56` -> what reads numbers that are written so. Groups are of three digits, all of them or
 * none: a library that drops separators wherever they stand makes 1.234,56 of 1,23456. No digit is lost.
 */

/** The number as JSON has it; undefined for a text that is written otherwise. */
export type ReadNumber = (text: string) => string | undefined;

const EXAMPLES = 'write it as 1.234,56 or 1,234.56 or 1 234,56';
const EXAMPLE = /^\d{1,3}(?:([.,'’_ \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*)?(?:([.,])\d+)?$|^\d+(?:([.,])\d+)?$/;
const SPACES = String.raw` \u00a0\u2009\u202f`;

/** Compiles an example. A text says what is wrong with it, as in "the format ...". */
export function numberFormat(example: string): ReadNumber | string {
  const [whole, group, decimal, only] = EXAMPLE.exec(example) ?? [];
  if (whole === undefined) return `is not an example of a number: ${EXAMPLES}`;
  const [thousands, point] = [group, decimal ?? only];
  if (thousands === undefined && point === undefined) return `shows no separator, which 'number' reads without a format`;
  if (thousands === point) return `uses one separator for two things: ${EXAMPLES}`;
  if (isAmbiguous(example)) return `can be read in two ways: ${EXAMPLES}`;
  return readerOf(thousands, point);
}

/** One separator with three digits behind it, and no more than three before. */
function isAmbiguous(example: string): boolean {
  return /^\d{1,3}[.,]\d{3}$/.test(example);
}

function readerOf(thousands: string | undefined, point: string | undefined): ReadNumber {
  const grouped = thousands === undefined ? '' : String.raw`|[1-9]\d{0,2}(?:[${alike(thousands)}]\d{3})+`;
  const fraction = point === undefined ? '' : String.raw`(?:[${point}](\d+))?`;
  const pattern = new RegExp(String.raw`^([+\-−]?)(0|[1-9]\d*${grouped})${fraction}$`);
  return (text) => {
    const [whole, sign = '', units = '', decimals] = pattern.exec(text) ?? [];
    if (whole === undefined) return undefined;
    return `${sign === '' || sign === '+' ? '' : '-'}${units.replace(/\D/g, '')}${decimals === undefined ? '' : `.${decimals}`}`;
  };
}

/** Characters that are as good as the one of the example. */
function alike(separator: string): string {
  if (/\s/.test(separator)) return SPACES;
  return /['’]/.test(separator) ? "'’" : separator;
}
