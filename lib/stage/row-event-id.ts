/**
 * The event id of a row that is never an object: written into the entry, without a string. Rules and texts are those of
 * choose-event-id.ts, so a row has the same id whichever way it takes. (A row of a block has not been sent before and is
 * not a part of another: the rules for those do not apply.)
 */
import type { Clock } from '../clock.ts';
import { HashBuffer } from '../hash.ts';
import type { Block } from '../record/block.ts';
import type { SourceInfo } from '../record/origin.ts';
import { ULID_LENGTH, writeUlid, writeUlidFrom } from '../track/event-id.ts';
import { ownHead, placeHead, placeTail } from './choose-event-id.ts';
import { putInteger, putSpan } from './row-mapping/row-text.ts';

/** What an id depends on: spans of texts as they are sent, so trimmed, as UTF-8 and without escapes. */
export interface RowEvent {
  /** Its own id, in the bytes of the block; empty if it has none. */
  ownFrom: number;
  ownTo: number;
  /** Its name, which is not in the block if all events have the same. */
  name: Buffer;
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
const OWN_HEAD = Buffer.from(ownHead('event', undefined));
const KINDS = { id: Buffer.from('id '), email: Buffer.from('email '), cio_id: Buffer.from('cio_id '), phone: Buffer.from('phone ') };
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
  write(target: Buffer, at: number, block: Block, row: number, event: RowEvent): number;
}

/** Writes the ids of rows. Needs `loadHash()`. */
export class RowEventId implements RowIds {
  readonly #clock: Clock;
  readonly #text = new HashBuffer();
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

  write(target: Buffer, at: number, block: Block, row: number, event: RowEvent): number {
    const { ownFrom, ownTo, hasTime } = event;
    if (ownTo > ownFrom) {
      if (isUlidAt(block.bytes, ownFrom, ownTo)) return writeCapitals(block.bytes, ownFrom, target, at);
      return writeUlidFrom(this.#ownText(block.bytes, event), target, at);
    }
    const { source, version } = block.place;
    const hasLine = !Number.isNaN(block.line(row));
    if (source === undefined || !hasLine || !(hasTime || version !== undefined))
      return writeUlid(this.#clock.bytes(RANDOM_BYTES), target, at);
    return writeUlidFrom(this.#placeText(block, row, hasTime), target, at);
  }

  #ownText(bytes: Buffer, { ownFrom, ownTo, name, nameFrom, nameTo, kind, personFrom, personTo }: RowEvent): Buffer {
    const ownBytes = ownTo - ownFrom;
    const nameBytes = nameTo - nameFrom;
    // Small letters of an email may take more bytes than its capitals.
    this.#text.reserve(OWN_HEAD.length + 4 * DIGITS + ownBytes + nameBytes + 3 * (personTo - personFrom));
    const scratch = this.#text.bytes;
    let at = putSpan(OWN_HEAD, 0, OWN_HEAD.length, scratch, 0);
    at = putInteger(ownBytes, scratch, at);
    scratch[at++] = SPACE;
    at = putInteger(nameBytes, scratch, at);
    scratch[at++] = NEWLINE;
    at = putSpan(bytes, ownFrom, ownTo, scratch, at);
    at = putSpan(name, nameFrom, nameTo, scratch, at);
    at = putSpan(KINDS[kind], 0, KINDS[kind].length, scratch, at);
    const end = putSpan(bytes, personFrom, personTo, scratch, at);
    return this.#text.upTo(kind === 'email' ? toLowerCase(scratch, at, end) : end);
  }

  #placeText(block: Block, row: number, hasTime: boolean): Buffer {
    if (block.place !== this.#place) this.#enter(block.place);
    const [from, to] = [block.from(row), block.to(row)];
    const tail = hasTime ? this.#tailWithTime : this.#tail;
    this.#text.reserve(this.#head.length + DIGITS + tail.length + to - from);
    const scratch = this.#text.bytes;
    let at = putSpan(this.#head, 0, this.#head.length, scratch, 0);
    at = putInteger(block.line(row), scratch, at);
    at = putSpan(tail, 0, tail.length, scratch, at);
    return this.#text.upTo(putSpan(block.bytes, from, to, scratch, at));
  }

  #enter(place: SourceInfo): void {
    this.#place = place;
    this.#head = Buffer.from(placeHead(place.source));
    this.#tailWithTime = Buffer.from(placeTail(undefined, undefined));
    this.#tail = Buffer.from(placeTail(undefined, place.version));
  }
}

function isUlidAt(bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== ULID_LENGTH || (bytes[from] as number) > SEVEN) return false;
  for (let i = from; i < to; i++) if (CAPITAL[bytes[i] as number] === 0) return false;
  return true;
}

function writeCapitals(bytes: Buffer, from: number, target: Buffer, at: number): number {
  for (let i = 0; i < ULID_LENGTH; i++) target[at + i] = CAPITAL[bytes[from + i] as number] as number;
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
