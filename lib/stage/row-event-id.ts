/**
 * The event id of a row that is never an object: written into the entry, without a string. Rules and texts are those of
 * choose-event-id.ts, so a row has the same id whichever way it takes. (A row of a block has not been sent before and is
 * not a part of another: the rules for those do not apply.)
 */

import { ByteView, copyAll, copySpan } from '../byte-view.ts';
import type { Clock } from '../clock.ts';
import type { Block } from '../record/block.ts';
import type { SourceInfo } from '../record/place.ts';
import { TextBuffer } from '../text-buffer.ts';
import { ULID_LENGTH, writeUlid, writeUlidFrom } from '../track/event-id.ts';
import { ownHead, placeHead, placeTail } from './choose-event-id.ts';
import { putInteger } from './row-mapping/row-text.ts';

/** What an id depends on: spans of texts as they are sent, so trimmed, as UTF-8 and without escapes. */
export interface RowEvent {
  /** Its own id, in the bytes of the block; empty if it has none. */
  ownFrom: number;
  ownTo: number;
  /** The name of all events, if they share one; else it is in the block. */
  readonly name: ByteView | undefined;
  nameFrom: number;
  nameTo: number;
  /** What identifies its person, in the bytes of the block. */
  kind: 'id' | 'email' | 'cio_id' | 'phone';
  personFrom: number;
  personTo: number;
  hasTime: boolean;
}

const RANDOM_BYTES = 16;
/** The most digits of a line, and of a length; more than a kind has letters. */
const DIGITS = 16;
const [NEWLINE, SPACE] = [10, 32];
const OWN_HEAD = ByteView.of(ownHead('event', undefined));
const KINDS = { id: ByteView.of('id '), email: ByteView.of('email '), cio_id: ByteView.of('cio_id '), phone: ByteView.of('phone ') };
/** Each character of a ULID as it is written: in capitals. 0 for all others. */
const CAPITAL = new Uint8Array(256);
for (const character of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
  CAPITAL[character.charCodeAt(0)] = character.charCodeAt(0);
  CAPITAL[character.toLowerCase().charCodeAt(0)] = character.charCodeAt(0);
}
const SEVEN = 55;

/** Which id an event gets. */
export interface RowIds {
  /** False if the id depends on more than that. */
  isCertain(event: RowEvent): boolean;
  /** Writes the ULID of a row into `target`; returns its end. */
  write(target: ByteView, at: number, block: Block, row: number, event: RowEvent): number;
}

/** Writes the ids of rows. Needs `loadHash()`. */
export class RowEventId implements RowIds {
  readonly #clock: Clock;
  readonly #text = new TextBuffer();
  /** The place of the rows before this one, and what stands around the line in its text. */
  #place: SourceInfo | undefined;
  #head = OWN_HEAD;
  #tailWithTime = OWN_HEAD;
  #tail = OWN_HEAD;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isCertain(): boolean {
    return true;
  }

  write(target: ByteView, at: number, block: Block, row: number, event: RowEvent): number {
    const { ownFrom, ownTo, hasTime } = event;
    if (ownTo > ownFrom) {
      if (isUlidAt(block.bytes, ownFrom, ownTo)) return writeCapitals(block.bytes, ownFrom, target, at);
      return writeUlidFrom(this.#ownText(block, event), target, at);
    }
    const { source, version } = block.place;
    const hasLine = !Number.isNaN(block.line(row));
    if (source === undefined || !hasLine || !(hasTime || version !== undefined))
      return writeUlid(this.#clock.bytes(RANDOM_BYTES), target, at);
    return writeUlidFrom(this.#placeText(block, row, hasTime), target, at);
  }

  #ownText({ view }: Block, { ownFrom, ownTo, name, nameFrom, nameTo, kind, personFrom, personTo }: RowEvent): Buffer {
    const ownBytes = ownTo - ownFrom;
    const nameBytes = nameTo - nameFrom;
    // Small letters of an email may take more bytes than its capitals.
    this.#text.reserve(OWN_HEAD.byteLength + 4 * DIGITS + ownBytes + nameBytes + 3 * (personTo - personFrom));
    const text = this.#text.view;
    let at = copyAll(OWN_HEAD, text, 0);
    at = putInteger(ownBytes, text, at);
    text.setUint8(at++, SPACE);
    at = putInteger(nameBytes, text, at);
    text.setUint8(at++, NEWLINE);
    at = copySpan(view, ownFrom, ownTo, text, at);
    at = copySpan(name ?? view, nameFrom, nameTo, text, at);
    at = copyAll(KINDS[kind], text, at);
    const end = copySpan(view, personFrom, personTo, text, at);
    return this.#text.upTo(kind === 'email' ? toLowerCase(this.#text.bytes, at, end) : end);
  }

  #placeText(block: Block, row: number, hasTime: boolean): Buffer {
    if (block.place !== this.#place) this.#enter(block.place);
    const [from, to] = [block.from(row), block.to(row)];
    const tail = hasTime ? this.#tailWithTime : this.#tail;
    this.#text.reserve(this.#head.byteLength + DIGITS + tail.byteLength + to - from);
    const text = this.#text.view;
    let at = copyAll(this.#head, text, 0);
    at = putInteger(block.line(row), text, at);
    at = copyAll(tail, text, at);
    return this.#text.upTo(copySpan(block.view, from, to, text, at));
  }

  #enter(place: SourceInfo): void {
    this.#place = place;
    this.#head = ByteView.of(placeHead(place.source));
    this.#tailWithTime = ByteView.of(placeTail(undefined, undefined));
    this.#tail = ByteView.of(placeTail(undefined, place.version));
  }
}

function isUlidAt(bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== ULID_LENGTH || (bytes[from] as number) > SEVEN) return false;
  for (let i = from; i < to; i++) if (CAPITAL[bytes[i] as number] === 0) return false;
  return true;
}

function writeCapitals(bytes: Buffer, from: number, target: ByteView, at: number): number {
  for (let i = 0; i < ULID_LENGTH; i++) target.setUint8(at + i, CAPITAL[bytes[from + i] as number] as number);
  return at + ULID_LENGTH;
}

/** Puts the text into small letters in its place; returns its end. */
function toLowerCase(text: Buffer, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = text[i] as number;
    if (byte > 127) return from + text.write(text.toString('utf8', from, to).toLowerCase(), from);
    if (byte >= 65 && byte <= 90) text[i] = byte + 32;
  }
  return to;
}
