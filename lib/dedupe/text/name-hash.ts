/**
 * The hashes of who or what an entry is about: one is its key, the other a part of its value. They begin in different ways, so two
 * entries are mixed up only if 128 bits agree.
 */
import { stopsIn } from '../../json/token-ends.ts';
import { PairHash, wordAt } from './pair-hash.ts';
import { ViewedBytes } from './viewed-bytes.ts';

const [QUOTE, ZERO, NINE, WORD] = [34, 48, 57, 4] as const;
/** What the hashes begin with: key and value of an event, and of a person. */
const [EVENT_KEY, EVENT_VALUE, PERSON_KEY, PERSON_VALUE] = [2, 3, 4, 5] as const;
/** Four times a byte. */
const [SPACES, ONES, HIGH_BITS] = [0x20202020, 0x01010101, 0x80808080] as const;

/** The name that was read last. */
export class NameHash {
  readonly key = new PairHash();
  readonly value = new PairHash();
  readonly #text = new ViewedBytes();
  /** The type of the last person, and the hashes of that alone. */
  #type: string | undefined;
  readonly #typeKey = new PairHash();
  readonly #typeValue = new PairHash();

  /** The event of this id. */
  ofEvent(id: string): void {
    this.#text.put(id);
    this.#event(this.#text.view, 0, this.#text.end);
  }

  /** The person of this ordering key. */
  ofPerson(key: string): void {
    const typeEnd = Math.max(0, key.indexOf(' '));
    this.#begin(key.slice(0, typeEnd));
    this.#text.put(key.slice(typeEnd + 1));
    this.#person(this.#text.view, 0, this.#text.end, false);
  }

  /** The event of this id, which is a JSON value; false if it is not plain. */
  readEvent(view: DataView, from: number, to: number): boolean {
    if (view.getUint8(from) !== QUOTE || !isPlain(view, from + 1, to - 1)) return false;
    this.#event(view, from + 1, to - 1);
    return true;
  }

  /** The person of this identifier, which is a JSON value; false if it is not plain. It is the same as of their ordering key. */
  readPerson(type: string, view: DataView, from: number, to: number): boolean {
    const isText = view.getUint8(from) === QUOTE;
    const valueFrom = isText ? from + 1 : from;
    const valueTo = isText ? to - 1 : to;
    if (!(isText ? isPlain(view, valueFrom, valueTo) : isDigits(view, valueFrom, valueTo))) return false;
    this.#begin(type);
    this.#person(view, valueFrom, valueTo, type === 'email');
    return true;
  }

  #event(view: DataView, from: number, to: number): void {
    this.key.begin(EVENT_KEY, EVENT_KEY);
    this.value.begin(EVENT_VALUE, EVENT_VALUE);
    this.#end(view, from, to);
  }

  #person(view: DataView, from: number, to: number, isEmail: boolean): void {
    if (!isEmail) return this.#end(view, from, to);
    this.key.addSmallLetters(view, from, to);
    this.value.addSmallLetters(view, from, to);
    this.#end(view, to, to);
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
}

/** True for visible ASCII without escapes. */
function isPlain(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at += WORD) {
    const word = wordAt(view, at, to) | (to - at < WORD ? SPACES << (8 * (to - at)) : 0);
    if ((stopsIn(word) | ((word | (word + ONES)) & HIGH_BITS)) !== 0) return false;
  }
  return true;
}

function isDigits(view: DataView, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = view.getUint8(i);
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}
