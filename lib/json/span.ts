/**
 * Where a member's value lies in a JSON text, so that a row or a STATE can be kept as it came, to the last digit. Only
 * finds: whether the text is valid JSON is for the parser to say. Anything odd is undefined, never an endless loop.
 */

/** A part of a text: `text.slice(from, to)`. */
export interface JsonSpan {
  readonly from: number;
  readonly to: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACE = 123;

/** The value that `path` leads to, through objects only. */
export function spanOf(text: string, ...path: readonly string[]): JsonSpan | undefined {
  let from = skipSpace(text, 0);
  for (const name of path) {
    const start = memberStart(text, from, name);
    if (start === undefined) return undefined;
    from = start;
  }
  const to = skipValue(text, from);
  return from < to && to <= text.length ? { from, to } : undefined;
}

/** Where the value of member `name` starts, in the object that starts at `from`. */
function memberStart(text: string, from: number, name: string): number | undefined {
  if (text.charCodeAt(from) !== OPEN_BRACE) return undefined;
  for (let at = skipSpace(text, from + 1); text.charCodeAt(at) === QUOTE; at = skipSpace(text, at + 1)) {
    const end = skipString(text, at);
    const colon = skipSpace(text, end);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const start = skipSpace(text, colon + 1);
    if (end - at - 2 === name.length && text.startsWith(name, at + 1)) return start;
    at = skipSpace(text, skipValue(text, start));
    if (text.charCodeAt(at) !== COMMA) return undefined;
  }
  return undefined;
}

/** The index after the value that starts at `at`; beyond the text where it doesn't end. */
function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return skipString(text, at);
  if (first === OPEN_BRACE || text[at] === '[') return skipNested(text, at);
  while (at < text.length && !',}] \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

function skipNested(text: string, at: number): number {
  for (let depth = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at) - 1;
    // { and [ differ from } and ] by the same two: 123, 91 and 125, 93.
    else if (code === OPEN_BRACE || code === 91) depth++;
    else if ((code === 125 || code === 93) && --depth === 0) return at + 1;
  }
  return text.length + 1;
}

function skipString(text: string, at: number): number {
  for (at++; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length + 1;
}

function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}
