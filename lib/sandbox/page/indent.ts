/**
 * A body as people read it: JSON text with line breaks, made from the text itself. Nothing of it passes through a
 * number or an object, so digits, escapes, repeated keys and their order are those that were sent.
 */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gs;
const OPENING = /^[{[]$/;
const CLOSING = /^[}\]]$/;

/** The body as it is shown: indented if it is JSON, or the beginning of some (`cut`); otherwise as it is. */
export function readableBody(text: string, cut: boolean): string {
  return (cut && OPENING.test(text.trimStart().charAt(0))) || isJson(text) ? indented(text) : text;
}

/** JSON text with two spaces a level. */
export function indented(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let last = '';
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const isClosing = CLOSING.test(token);
    if (isClosing) depth = Math.max(depth - 1, 0);
    const isEmpty = isClosing && OPENING.test(last);
    if (!isEmpty && (isClosing || OPENING.test(last) || last === ',')) parts.push(newLine());
    parts.push(token === ':' ? ': ' : token);
    if (OPENING.test(token)) depth++;
    last = token;
  }
  return parts.join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
