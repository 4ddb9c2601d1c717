/**
 * How deep JSON text nests, asked before it is parsed: JSON.parse reads any depth, but JSON.stringify and every other
 * recursive function then fails on the value. Counting the openers is cheap and nearly always says that it can't be.
 */

/** Deeper than this is no record. */
export const MAX_DEPTH = 1000;

/** True when the text nests deeper than {@link MAX_DEPTH}. */
export function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  return countOf('{', text) + countOf('[', text) > MAX_DEPTH && deepest(text) > MAX_DEPTH;
}

function countOf(opener: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(opener); at !== -1 && count <= MAX_DEPTH; at = text.indexOf(opener, at + 1)) count++;
  return count;
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i);
    else if (char === '{' || char === '[') most = Math.max(most, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return most;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
