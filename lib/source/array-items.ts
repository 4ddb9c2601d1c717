/**
 * JSON text -> the text of each item of one array, be it at the root or at a path, of any size. stream-json tells the
 * tokens; the item's text is put together again from them, digits as they came, so that it is read like any other row.
 * Text is given to the tokenizer in pieces that end where an item may end: what it throws at a syntax error are the
 * tokens of that piece, never a whole item before it. So the items are the same however the chunks cut them.
 */
import type { Token } from 'stream-json/core/parser.js';
import { ArrayFinder } from './array-finder.ts';

/** What becomes of the items. Numbers start at 1. */
export interface ItemTaker {
  item(text: string, number: number): void;
  tooLarge(number: number): void;
  /** The document ends here as far as it can be read; `number` is the item it was about to read. */
  broken(message: string, number: number): void;
}

/** stream-json's tokenizer: a call with text gives the tokens that are complete as `values`, or a symbol for none. Throws on a syntax error. */
export type Tokenize = (text: string) => unknown;

const ANY_BORDER = /[{}[\],]/g;
const ITEM_BORDER = /[}\],]/g;
const CLOSER = /[}\]]/g;
/** The tokenizer keeps a stack of what is open; nothing that deep is a document. */
const MAX_OPEN = 1_000_000;

/** Reads the items of one array. */
export class ItemReader {
  readonly #tokenize: Tokenize;
  readonly #finder: ArrayFinder;
  readonly #taker: ItemTaker;
  readonly #maxBytes: number;
  #number = 0;
  #building = false;
  #open = 0;
  /** How many containers are open around an item; -1 outside the array. */
  #itemLevel = -1;
  #text = '';
  #over = false;
  #comma = false;
  /** A scalar is handed on when the comma after it has been read: before that it may be half of something broken. */
  #waiting = false;
  #begun = false;
  #ended = false;
  /** True once the rest of the document can't be read. */
  broken = false;

  constructor(tokenize: Tokenize, path: readonly string[], maxBytes: number, taker: ItemTaker) {
    this.#tokenize = tokenize;
    this.#finder = new ArrayFinder(path);
    this.#maxBytes = maxBytes;
    this.#taker = taker;
  }

  write(text: string): void {
    for (let from = 0; from < text.length && !this.broken; ) {
      const border = this.#border();
      border.lastIndex = from;
      const to = border.test(text) ? border.lastIndex : text.length;
      this.#read(from === 0 && to === text.length ? text : text.slice(from, to));
      from = to;
    }
  }

  /** Says what is missing. Throws where the document is whole and has no such array. */
  end(): void {
    if (this.broken) return;
    if (!this.#ended) this.break(this.#begun ? 'it is cut off' : 'there is no array in it');
    else this.#finder.check();
  }

  /** Gives up on the rest. */
  break(why: string): void {
    this.broken = true;
    this.#text = '';
    this.#taker.broken(why, this.#building ? this.#number : this.#number + 1);
  }

  #border(): RegExp {
    if (this.#itemLevel === -1) return ANY_BORDER;
    return this.#inItem() ? CLOSER : ITEM_BORDER;
  }

  #inItem(): boolean {
    return this.#itemLevel !== -1 && this.#open > this.#itemLevel;
  }

  #read(piece: string): void {
    let result: unknown;
    try {
      result = this.#tokenize(piece);
    } catch {
      return this.break('its syntax is wrong');
    }
    if (typeof result !== 'symbol') for (const token of (result as { values: readonly Token[] }).values) this.#take(token);
    if (this.#waiting && piece.endsWith(',')) this.#finish();
    if (this.#open > MAX_OPEN) this.break('it is nested too deeply');
  }

  #take(token: Token): void {
    const opens = token.name === 'startObject' || token.name === 'startArray';
    const closes = token.name === 'endObject' || token.name === 'endArray';
    if (closes) this.#open--;
    if (this.#itemLevel === -1) this.#seek(token);
    else if (this.#open < this.#itemLevel) this.#leaveArray();
    else this.#build(token);
    if (opens) this.#open++;
    this.#begun ||= opens;
    if (closes && this.#open === 0) this.#ended = true;
    if (closes && this.#open === this.#itemLevel) this.#finish();
  }

  #seek(token: Token): void {
    if (this.#finder.take(token, this.#open)) this.#itemLevel = this.#open + 1;
  }

  #leaveArray(): void {
    if (this.#waiting) this.#finish();
    this.#itemLevel = -1;
  }

  #build(token: Token): void {
    const starts = STARTS.has(token.name);
    if (starts && this.#open === this.#itemLevel) this.#begin();
    if (starts && this.#comma) this.#add(',');
    this.#add(textOf(token));
    if (COMMA_AFTER.has(token.name)) this.#comma = true;
    else if (token.name !== 'stringChunk' && token.name !== 'numberChunk') this.#comma = false;
    if (this.#open === this.#itemLevel && SCALAR_ENDS.has(token.name)) this.#waiting = true;
  }

  #begin(): void {
    if (this.#waiting) this.#finish();
    this.#number++;
    this.#building = true;
    this.#comma = false;
  }

  #add(text: string): void {
    if (this.#over) return;
    this.#text += text;
    if (this.#text.length <= this.#maxBytes) return;
    this.#over = true;
    this.#text = '';
  }

  #finish(): void {
    const text = this.#text;
    const over = this.#over || Buffer.byteLength(text) > this.#maxBytes;
    this.#text = '';
    this.#over = false;
    this.#building = false;
    this.#waiting = false;
    if (over) this.#taker.tooLarge(this.#number);
    else this.#taker.item(text, this.#number);
  }
}

const SCALAR_ENDS = new Set(['endString', 'endNumber', 'trueValue', 'falseValue', 'nullValue']);
const COMMA_AFTER = new Set([...SCALAR_ENDS, 'endObject', 'endArray']);
const STARTS = new Set(['startObject', 'startArray', 'startString', 'startNumber', 'startKey', 'trueValue', 'falseValue', 'nullValue']);

const PUNCTUATION: Record<string, string> = {
  startObject: '{',
  endObject: '}',
  startArray: '[',
  endArray: ']',
  startKey: '"',
  endKey: '":',
  startString: '"',
  endString: '"',
  trueValue: 'true',
  falseValue: 'false',
  nullValue: 'null',
};

function textOf(token: Token): string {
  if (token.name === 'numberChunk') return token.value;
  if (token.name === 'stringChunk') return JSON.stringify(token.value).slice(1, -1);
  return PUNCTUATION[token.name] ?? '';
}
