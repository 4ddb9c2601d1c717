/**
 * The hashes of who or what an entry is about: one is its key, the other a part of its value. They begin in different ways, so two
 * entries are mixed up only if 128 bits agree.
 */
import { stopsIn } from '../../json/token-ends.ts';
import { TextBuffer } from '../../text-buffer.ts';
import { nextFirst, nextSecond, PairHash, wordAt } from './pair-hash.ts';

const [QUOTE, ZERO, NINE, WORD] = [34, 48, 57, 4] as const;
/** What the hashes begin with: key and value of an event, and of a person. */
const [EVENT_KEY, EVENT_VALUE, PERSON_KEY, PERSON_VALUE] = [2, 3, 4, 5] as const;
/** Four times a byte: the last two set the highest bit if they are added to A, and to what comes after Z. */
const [SPACES, ONES, HIGH_BITS, FROM_A, BEYOND_Z] = [0x20202020, 0x01010101, 0x80808080, 0x3f3f3f3f, 0x25252525] as const;

/** The name that was read last. */
export class NameHash {
  readonly key = new PairHash();
  readonly value = new PairHash();
  readonly #text = new TextBuffer();
  /** The type of the last person, and the hashes of that alone. */
  #type: string | undefined;
  readonly #typeKey = new PairHash();
  readonly #typeValue = new PairHash();

  /** The event of this id. */
  ofEvent(id: string): void {
    this.#text.put(id);
    this.key.begin(EVENT_KEY, EVENT_KEY);
    this.value.begin(EVENT_VALUE, EVENT_VALUE);
    this.#end(this.#text.view, 0, this.#text.end);
  }

  /** The person of this ordering key. */
  ofPerson(key: string): void {
    const typeEnd = Math.max(0, key.indexOf(' '));
    this.#begin(key.slice(0, typeEnd));
    this.#text.put(key.slice(typeEnd + 1));
    this.#end(this.#text.view, 0, this.#text.end);
  }

  /** The event of this id, which is a JSON value; false if it is not plain. */
  readEvent(view: DataView, from: number, to: number): boolean {
    this.key.begin(EVENT_KEY, EVENT_KEY);
    this.value.begin(EVENT_VALUE, EVENT_VALUE);
    return view.getUint8(from) === QUOTE && this.#addPlain(view, from + 1, to - 1, false);
  }

  /** The person of this identifier, which is a JSON value; false if it is not plain. It is the same as of their ordering key. */
  readPerson(type: string, view: DataView, from: number, to: number): boolean {
    this.#begin(type);
    if (view.getUint8(from) === QUOTE) return this.#addPlain(view, from + 1, to - 1, type === 'email');
    return isDigits(view, from, to) && this.#addPlain(view, from, to, false);
  }

  /** Begins with a person. */
  #begin(type: string): void {
    if (type !== this.#type) this.#learn(type);
    this.key.begin(this.#typeKey.first, this.#typeKey.second);
    this.value.begin(this.#typeValue.first, this.#typeValue.second);
  }

  #learn(type: string): void {
    this.#type = type;
    this.#text.put(type);
    this.#typeKey.begin(PERSON_KEY, PERSON_KEY);
    this.#typeValue.begin(PERSON_VALUE, PERSON_VALUE);
    for (const hash of [this.#typeKey, this.#typeValue]) hash.addBytes(this.#text.view, 0, this.#text.end);
  }

  #end(view: DataView, from: number, to: number): void {
    this.key.addBytes(view, from, to);
    this.key.end();
    this.value.addBytes(view, from, to);
    this.value.end();
  }

  /** The same for visible ASCII without escapes, both at once; false if it is not that. */
  #addPlain(view: DataView, from: number, to: number, inSmallLetters: boolean): boolean {
    const { key, value } = this;
    let [keyFirst, keySecond, valueFirst, valueSecond] = [key.first, key.second, value.first, value.second];
    for (let at = from; at < to; at += WORD) {
      let word = wordAt(view, at, to);
      const filled = to - at < WORD ? word | (SPACES << (8 * (to - at))) : word;
      if ((stopsIn(filled) | ((filled | (filled + ONES)) & HIGH_BITS)) !== 0) return false;
      // The highest bit of each byte that is at least A, and no more than Z.
      if (inSmallLetters) word |= ((word + FROM_A) & ~(word + BEYOND_Z) & HIGH_BITS) >>> 2;
      keyFirst = nextFirst(keyFirst, word);
      keySecond = nextSecond(keySecond, word);
      valueFirst = nextFirst(valueFirst, word);
      valueSecond = nextSecond(valueSecond, word);
    }
    key.begin(keyFirst, keySecond);
    key.end();
    value.begin(valueFirst, valueSecond);
    value.end();
    return true;
  }
}

function isDigits(view: DataView, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = view.getUint8(i);
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}
