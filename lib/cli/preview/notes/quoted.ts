/** Names and cells from outside, within a sentence: in quotes, printable, and not longer than a sentence can bear. */
import { printable } from '../../../printable.ts';
import { number } from '../../../wording.ts';

const MOST_LISTED = 5;
const LONGEST = 60;

/** One of them. */
export function quoted(text: string): string {
  return `"${printable(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)}"`;
}

/** Several, the first of them. */
export function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? ` and ${number(names.length - MOST_LISTED)} more` : '';
  return `${names.slice(0, MOST_LISTED).map(quoted).join(', ')}${more}`;
}
