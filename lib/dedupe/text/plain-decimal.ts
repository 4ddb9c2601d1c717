/** Numbers of a JSON text that are spelled in another way than as the shortest plain decimal. */
import { significand } from '../../json/exact.ts';

/** A plain decimal with more zeros than that would be of no use, and could be of any size. */
const MAX_ZEROS = 2_000;

/** The number without an exponent, and without zeros that mean nothing. */
export function plainDecimal(text: string): string {
  const [digits = '0', exponent = '0'] = significand(text).split('e');
  const sign = digits.startsWith('-') ? '-' : '';
  const bare = digits.slice(sign.length);
  const shift = Number(exponent);
  if (Math.abs(shift) > MAX_ZEROS) return `${digits}e${exponent}`;
  if (shift >= 0) return digits + '0'.repeat(shift);
  const padded = bare.padStart(1 - shift, '0');
  return `${sign}${padded.slice(0, shift)}.${padded.slice(shift)}`;
}
