/** stream-json: text -> the tokens of a JSON document, and which of them begin and end the array at a path. */
import type { Token } from 'stream-json/core/parser.js';

/** The parts of stream-json. Both give a symbol for nothing; the tokenizer throws on a syntax error. */
export interface Tokenizer {
  tokenize(text: string): { readonly values: readonly Token[] } | symbol;
  /** Gives the tokens of the array. */
  pick(token: Token): unknown;
}

/** The tokenizer keeps a stack of what is open; nothing that deep is a document. */
export const MAX_OPEN = 1_000_000;

/** Loads it, for the array at `path`. */
export async function loadTokenizer(path: readonly string[]): Promise<Tokenizer> {
  const { jsonParser } = await import('stream-json/core/parser.js');
  const { pick } = await import('stream-json/core/filters/pick.js');
  // Not as the text "data.rows": a name may have a dot in it, and the index of an item is not a name.
  const filter = (stack: readonly unknown[]): boolean => stack.length === path.length && path.every((name, i) => name === stack[i]);
  const tokenizer = { tokenize: jsonParser({ packValues: false }), pick: pick({ filter, maxDepth: MAX_OPEN }) };
  return tokenizer as unknown as Tokenizer;
}
