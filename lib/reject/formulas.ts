/**
 * Text that a spreadsheet would run as a formula <-> the same behind an apostrophe. A text that has apostrophes before
 * such a beginning gets one more, so the way back is certain: exactly one is taken away again.
 */

/** `=`, `+`, `-`, `@`, also full-width and behind what can't be seen; and what programs cut off before they look. */
const FORMULA = /^'*(?:[\t\r\n\0]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])/u;

/** The text, harmless. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** What was guarded; undefined for a text that was not. */
export function unguarded(text: string): string | undefined {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : undefined;
}
