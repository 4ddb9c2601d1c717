/**
 * Text from outside (names of files, objects and columns, the words of an API) on its way to a terminal or a log. What
 * would command the terminal, break the line or turn the direction of writing becomes a space; in JSON it is escaped.
 */

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Of JSON text: its own line breaks are layout. */
const UNPRINTABLE_IN_JSON = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What looks like the name of a column, and not like somebody's address, number or words. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_ .-]{0,39}$/u;

/** True for what looks like the name of a column: it may stand in a message, where a cell may not. */
export function isPlainName(text: string): boolean {
  return PLAIN_NAME.test(text);
}

/** One line of printable characters. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}

/** JSON of printable characters: the same value for whoever parses it. */
export function printableJson(value: unknown, indent?: number): string {
  return escapedJson(JSON.stringify(value, null, indent));
}

/** JSON text with everything escaped that is not printable. JSON.stringify leaves all but the ASCII control characters as they are. */
export function escapedJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, (found) =>
    found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
