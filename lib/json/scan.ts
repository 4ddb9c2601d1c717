/**
 * Finds parts of a JSON text without parsing it, so that they can be kept as they came, to the last digit. It only finds:
 * whether the text is valid JSON is for the parser to say. In a text that is not, it finds nothing or a wrong part, but it ends.
 */

/** A part of a text: `text.slice(from, to)`. */
export interface JsonSpan {
  readonly from: number;
  readonly to: number;
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [34, 44, 58, 92] as const;
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125] as const;

/** The value that `path` leads to, through objects only. Of two members of one name it is the first; an escaped name is not found. */
export function spanOf(text: string, ...path: readonly string[]): JsonSpan | undefined {
  let from: number | undefined = skipSpace(text, 0);
  for (const name of path) {
    from = memberOf(text, from, (at, end) => end - at - 2 === name.length && text.startsWith(name, at + 1));
    if (from === undefined) return undefined;
  }
  const to = endOfValue(text, from);
  return from < to && to <= text.length ? { from, to } : undefined;
}

/**
 * Where the value of the first member starts for which `isMeant` gives true, in the object that starts at `from`. It is given
 * where the member's name starts and ends, with its quotes, and where its value starts.
 */
export function memberOf(text: string, from: number, isMeant: (at: number, end: number, value: number) => boolean): number | undefined {
  if (text.charCodeAt(from) !== OPEN_BRACE) return undefined;
  for (let at = skipSpace(text, from + 1); text.charCodeAt(at) === QUOTE; at = skipSpace(text, at + 1)) {
    const end = endOfString(text, at);
    const colon = skipSpace(text, end);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const value = skipSpace(text, colon + 1);
    if (isMeant(at, end, value)) return value;
    at = skipSpace(text, endOfValue(text, value));
    if (text.charCodeAt(at) !== COMMA) return undefined;
  }
  return undefined;
}

/** The texts of the elements of the array that starts at `from`. */
export function elementsOf(text: string, from: number): string[] {
  const elements: string[] = [];
  for (let at = skipSpace(text, from + 1); at < text.length && text.charCodeAt(at) !== CLOSE_BRACKET; ) {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    const next = skipSpace(text, end);
    at = text.charCodeAt(next) === COMMA ? skipSpace(text, next + 1) : text.length;
  }
  return elements;
}

/** Whether the text nests deeper than `most`. Counting the openers is cheap, and nearly always says that it can't. */
export function isDeeperThan(most: number, text: string): boolean {
  if (text.length <= 2 * most || countOf('{', text, most) + countOf('[', text, most) <= most) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (opens(code) && ++depth > most) return true;
    else if (closes(code)) depth--;
  }
  return false;
}

function countOf(opener: string, text: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(opener); at !== -1 && count <= most; at = text.indexOf(opener, at + 1)) count++;
  return count;
}

/** The index behind the value that starts at `at`; beyond the text if it does not end. */
function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  if (opens(first)) return endOfNested(text, at);
  let end = at;
  while (end < text.length && !',}] \t\r\n'.includes(text.charAt(end))) end++;
  return end;
}

function endOfNested(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (opens(code)) depth++;
    else if (closes(code) && --depth === 0) return at + 1;
  }
  return text.length + 1;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length + 1;
}

function opens(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET;
}

function closes(code: number): boolean {
  return code === CLOSE_BRACE || code === CLOSE_BRACKET;
}

function skipSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  }
}
