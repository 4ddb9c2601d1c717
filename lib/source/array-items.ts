/**
 * JSON text -> the text of each item of one array, at the root or at a path, of any size. stream-json makes tokens and
 * finds the array. An item's text is put together again from its tokens, digits as they came, and never held over the limit.
 * (stream-json's stringer() also escapes U+007F to U+009F, and the whole would take a quarter more time with it.)
 * A syntax error costs the tokenizer all tokens of its piece of text. So a piece ends where an item may end: then the items
 * are the same however the chunks cut the document.
 */
import type { Token } from 'stream-json/core/parser.js';
import { CioError } from '../errors.ts';
import { functionName, option, say, type Text } from '../wording.ts';
import { loadTokenizer, MAX_OPEN, type Tokenizer } from './json/tokenizer.ts';

/** What becomes of the items. Numbers start at 1. */
export interface ItemTaker {
  item(text: string, number: number): void;
  tooLarge(number: number): void;
  /** The document can't be read from item `number` on. */
  broken(message: string, number: number): void;
}

const BORDER = /[{}[\],]/g;
const BORDER_IN_ITEM = /[}\]]/g;

/** Makes a reader of the items of the array at `path`. */
export async function itemReader(path: readonly string[], maxBytes: number, taker: ItemTaker): Promise<ItemReader> {
  return new ItemReader(await loadTokenizer(path), path, maxBytes, taker);
}

/** Reads the items of one array. */
export class ItemReader {
  readonly #tokens: Tokenizer;
  readonly #path: readonly string[];
  readonly #maxBytes: number;
  readonly #taker: ItemTaker;
  /** The name outside the array that is being read. */
  #name: string | undefined;
  /** How many containers are open in the document, and how many of these from the array on. */
  #open = 0;
  #depth = 0;
  #hasBegun = false;
  #hasFound = false;
  #number = 0;
  /** The text of the item that has begun. */
  #text: string | undefined;
  #isTooLarge = false;
  #wantsComma = false;
  /** A scalar is handed on when the comma behind it has been read: before that it may be the beginning of a mistake. */
  #isWaiting = false;
  /** There is only white space behind the last item, or behind the comma that follows it. A comma may also wait in the tokenizer. */
  #isBehindItem = false;
  #isBehindComma = false;
  /** True once the rest of the document can't be read. */
  broken = false;

  constructor(tokens: Tokenizer, path: readonly string[], maxBytes: number, taker: ItemTaker) {
    this.#tokens = tokens;
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#taker = taker;
  }

  /** Reads the text; gives how much of it. `mayStop`: stops where another item may begin that can be read in another way. */
  write(text: string, mayStop = false): number {
    let from = 0;
    while (from < text.length && !this.broken && !(mayStop && from > 0 && this.isBetween)) {
      const border = this.#depth > 1 ? BORDER_IN_ITEM : BORDER;
      border.lastIndex = from;
      const to = border.test(text) ? border.lastIndex : text.length;
      this.#read(text.slice(from, to));
      from = to;
    }
    return from;
  }

  /** True behind the comma of an item: the next one may be read in another way. */
  get isBetween(): boolean {
    return this.#isBehindComma && this.#depth === 1 && this.#text === undefined;
  }

  /** An item has been read in another way, with the comma behind it. Gives its number. */
  pass(): number {
    return ++this.#number;
  }

  /** Says what is missing. Throws if the document is whole and has no such array. */
  end(): void {
    if (this.broken) return;
    if (!this.#hasBegun) this.break('there is no array in it');
    else if (this.#open > 0) this.break('it is cut off');
    else if (!this.#hasFound) throw wrong(`the document has nothing at the path "${this.#path.join('.')}"`);
  }

  /** Gives up on the rest. */
  break(why: string): void {
    this.broken = true;
    this.#taker.broken(why, this.#text === undefined ? this.#number + 1 : this.#number);
    this.#text = undefined;
  }

  #read(piece: string): void {
    let read: ReturnType<Tokenizer['tokenize']>;
    try {
      read = this.#tokens.tokenize(piece);
    } catch {
      return this.break('its syntax is wrong');
    }
    if (typeof read !== 'symbol') for (const token of read.values) this.#take(token);
    if (piece.endsWith(',')) {
      if (this.#isWaiting) this.#finish();
      this.#isBehindComma = this.#isBehindItem;
      this.#isBehindItem = false;
    } else this.#isBehindComma &&= piece.trim() === '';
    if (this.#open > MAX_OPEN) this.break('it is nested too deeply');
  }

  #take(token: Token): void {
    const step = STEPS[token.name] ?? 0;
    this.#open += step;
    this.#hasBegun ||= step > 0;
    if (this.#depth === 0) return this.#seek(token);
    this.#depth += step;
    if (this.#depth > 0) return this.#build(token);
    this.#tokens.pick(token);
    if (this.#isWaiting) this.#finish();
  }

  /** pick() takes whole names only. Of one that is longer than any of the path only the beginning is held. */
  #seek(token: Token): void {
    if (token.name === 'startKey') this.#name = '';
    else if (this.#name === undefined) this.#pick(token);
    else if (token.name === 'endKey') {
      this.#pick({ name: 'keyValue', value: this.#name });
      this.#name = undefined;
    } else if (token.name === 'stringChunk' && this.#path.some(({ length }) => (this.#name as string).length <= length)) {
      this.#name += token.value;
    }
  }

  /** Of the array pick() is given only the beginning and the end. */
  #pick(token: Token): void {
    if (typeof this.#tokens.pick(token) === 'symbol') return;
    if (token.name !== 'startArray')
      throw wrong(this.#path.length === 0 ? NO_ARRAY : `what is at the path "${this.#path.join('.')}" is not an array`);
    this.#hasFound = true;
    this.#depth = 1;
  }

  #build(token: Token): void {
    if (this.#text === undefined) this.#begin();
    const { name } = token;
    if (name === 'numberChunk') return this.#add(token.value);
    if (name === 'stringChunk') return this.#add(JSON.stringify(token.value).slice(1, -1));
    const isEnd = name.startsWith('end');
    this.#add((this.#wantsComma && !isEnd ? ',' : '') + (MARKS[name] ?? ''));
    this.#wantsComma = name !== 'endKey' && !name.startsWith('start');
    if (!this.#wantsComma || this.#depth > 1) return;
    if (STEPS[name] !== undefined) this.#finish();
    else this.#isWaiting = true;
  }

  #begin(): void {
    this.#number++;
    this.#text = '';
    this.#wantsComma = false;
  }

  #add(text: string): void {
    if (this.#isTooLarge) return;
    this.#text += text;
    this.#isTooLarge = (this.#text as string).length > this.#maxBytes;
    if (this.#isTooLarge) this.#text = '';
  }

  #finish(): void {
    const text = this.#text as string;
    const isTooLarge = this.#isTooLarge || Buffer.byteLength(text) > this.#maxBytes;
    this.#text = undefined;
    this.#isTooLarge = false;
    this.#isWaiting = false;
    this.#isBehindItem = true;
    if (isTooLarge) this.#taker.tooLarge(this.#number);
    else this.#taker.item(text, this.#number);
  }
}

const STEPS: Readonly<Record<string, number>> = { startObject: 1, startArray: 1, endObject: -1, endArray: -1 };
const MARKS: Readonly<Record<string, string>> = {
  ...{ startObject: '{', endObject: '}', startArray: '[', endArray: ']' },
  ...{ startKey: '"', endKey: '":', startString: '"', endString: '"' },
  ...{ trueValue: 'true', falseValue: 'false', nullValue: 'null' },
};
const ADVICE = say`name the path of the array in it (${option('json', 'path', 'data.rows')}), or use ${functionName('ndjson')} for one object per line`;
const NO_ARRAY = say`the document is not an array: ${ADVICE}`;

function wrong(what: Text): CioError {
  return new CioError('CIO_SOURCE', say`json: ${what}`);
}
