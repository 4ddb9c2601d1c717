/**
 * A row whose entry has been written: dedupe reads the text, and the next stream copies it. So an entry is not written twice, and
 * a fresh event id is the same in both.
 */

import { ByteView, copySpan } from '../../byte-view.ts';
import { HashBuffer } from '../../hash.ts';
import type { Block } from '../../record/block.ts';
import type { Warning } from '../../record/entry.ts';
import type { RowEntry } from '../../record/row-entry.ts';
import type { EntryText } from './entry-text.ts';
import { isAt } from './row-layout.ts';

const [QUOTE, SPACE, COLON, OPEN_BRACE, CLOSE_BRACE] = [34, 32, 58, 123, 125] as const;
const [ZERO, NINE, LAST_ASCII, BACKSLASH] = [48, 57, 126, 92] as const;
const PERSON = Buffer.from('person ');
const EVENT = Buffer.from('event ');
const EVENT_END = Buffer.from(' event');
const EMAIL = Buffer.from('email');

/** The row that was written last. */
export class WrittenRow implements RowEntry {
  /** The text of its entry, up to `end`. */
  bytes: Buffer = Buffer.alloc(4096);
  view: ByteView = new ByteView(this.bytes);
  end = 0;
  observer: RowEntry['observer'] = undefined;
  delivery = 0;
  #entry!: RowEntry;
  /** What is hashed. */
  key: Buffer = EVENT;
  value: Buffer = EVENT;
  readonly #key = new HashBuffer();
  readonly #value = new HashBuffer();

  take(entry: RowEntry): void {
    this.#entry = entry;
    this.observer = undefined;
    if (entry.maxBytes > this.bytes.length) this.#grow(2 * entry.maxBytes);
    this.#key.reserve(entry.maxBytes);
    this.#value.reserve(entry.maxBytes);
    this.end = entry.write(this.view, 0);
  }

  get block(): Block {
    return this.#entry.block;
  }
  get row(): number {
    return this.#entry.row;
  }
  get isEvent(): boolean {
    return this.#entry.isEvent;
  }
  get keyHash(): number {
    return this.#entry.keyHash;
  }
  get warnings(): readonly Warning[] | undefined {
    return this.#entry.warnings;
  }
  get maxBytes(): number {
    return this.end;
  }
  get attributes(): number {
    return this.#entry.attributes;
  }
  get longestName(): number {
    return this.#entry.longestName;
  }
  get longestText(): number {
    return this.#entry.longestText;
  }
  get identifierBytes(): number {
    return this.#entry.identifierBytes;
  }
  get eventNameBytes(): number {
    return this.#entry.eventNameBytes;
  }

  write(target: ByteView, at: number): number {
    return copySpan(this.view, 0, this.end, target, at);
  }

  /** True if the event has a plain id: then `key` and `value` are to be hashed. */
  readEvent({ idFrom, idTo }: EntryText): boolean {
    if (idFrom < 0 || this.bytes[idFrom] !== QUOTE) return false;
    const key = putPlain(this.bytes, idFrom + 1, idTo - 1, this.#key.bytes, put(EVENT, this.#key.bytes, 0), false);
    const value = putPlain(this.bytes, idFrom + 1, idTo - 1, this.#value.bytes, 0, false);
    if (key === -1) return false;
    this.key = this.#key.upTo(key);
    this.value = this.#value.upTo(put(EVENT_END, this.#value.bytes, value));
    return true;
  }

  /** True if the identifier of the person is plain: then `key` is their name, as orderingKeys() has it. */
  readPerson({ identifiersFrom: from, identifiersTo }: EntryText): boolean {
    const { bytes } = this;
    if (from < 0 || bytes[from] !== OPEN_BRACE || bytes[from + 1] !== QUOTE) return false;
    const valueTo = identifiersTo - 1;
    let kindTo = from + 2;
    while (kindTo < valueTo && bytes[kindTo] !== QUOTE) kindTo++;
    if (bytes[kindTo + 1] !== COLON || bytes[valueTo] !== CLOSE_BRACE) return false;
    const name = this.#key.bytes;
    let end = putPlain(bytes, from + 2, kindTo, name, put(PERSON, name, 0), false);
    if (end === -1) return false;
    name[end++] = SPACE;
    if (bytes[kindTo + 2] !== QUOTE) end = putDigits(bytes, kindTo + 2, valueTo, name, end);
    else if (bytes[valueTo - 1] !== QUOTE) return false;
    else end = putPlain(bytes, kindTo + 3, valueTo - 1, name, end, isAt(EMAIL, bytes, from + 2, kindTo));
    if (end === -1) return false;
    this.key = this.#key.upTo(end);
    return true;
  }

  #grow(bytes: number): void {
    this.bytes = Buffer.alloc(bytes);
    this.view = new ByteView(this.bytes);
  }
}

function put(text: Buffer, target: Buffer, at: number): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text[i] as number;
  return at + text.length;
}

/** Copies visible ASCII, in small letters or as it is; -1 if there is anything else. */
function putPlain(bytes: Buffer, from: number, to: number, target: Buffer, at: number, inSmallLetters: boolean): number {
  let end = at;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte < SPACE || byte > LAST_ASCII || byte === QUOTE || byte === BACKSLASH) return -1;
    target[end++] = inSmallLetters && byte >= 65 && byte <= 90 ? byte + 32 : byte;
  }
  return end;
}

function putDigits(bytes: Buffer, from: number, to: number, target: Buffer, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte < ZERO || byte > NINE) return -1;
    target[end++] = byte;
  }
  return end;
}
