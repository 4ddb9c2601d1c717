/**
 * What dedupe has to know of an entry, from its JSON text: so an entry that was an object and one that was never one are the
 * same to it. The text is what goes over the wire, whatever the values of a program were.
 */
import { endOfSpace } from '../../json/token-ends.ts';
import { CanonicalText } from './canonical-text.ts';
import { isAt } from './row-layout.ts';

const [QUOTE, COMMA, COLON, BACKSLASH] = [34, 44, 58, 92] as const;
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125] as const;
const SPACE = 32;
const MAX_HEAD = 128;
const ABSENT = -1;

/** The members of an operation that are looked at. */
const PARTS = ['id', 'identifiers', 'timestamp', 'attributes', 'cio_relationships'].map((name) => Buffer.from(`"${name}"`));
const [ID, IDENTIFIERS, TIMESTAMP, ATTRIBUTES, RELATIONSHIPS] = [0, 1, 2, 3, 4] as const;
/** With one of these it is not certain what the attributes of the person are afterwards. */
const UNCERTAIN = ['_update', 'cio_relationships'];
const NO_ATTRIBUTES = Buffer.from('{}');
const [LINE, TIME] = [Buffer.from('\n'), Buffer.from('\ntime ')];

/** The entry that was read last. */
export class EntryText {
  #bytes: Buffer = NO_ATTRIBUTES;
  readonly #from = new Int32Array(PARTS.length);
  readonly #to = new Int32Array(PARTS.length);
  readonly #canonical = new CanonicalText(UNCERTAIN);
  /** What the last entry had before its identifiers, if none of the parts. Most entries of a source have the same. */
  readonly #head = new Uint8Array(MAX_HEAD);
  #headTo = 0;

  /** Reads an entry from the beginning of `bytes` to `to`; false if it is not a JSON object. */
  read(bytes: Buffer, to: number): boolean {
    this.#bytes = bytes;
    for (let part = 0; part < PARTS.length; part++) this.#from[part] = ABSENT;
    this.#canonical.clear();
    if (bytes[0] !== OPEN_BRACE) return false;
    const known = this.#knownHead(bytes, to);
    let isHead = known === 0;
    for (let i = isHead ? endOfSpace(bytes, 1, to) : known; bytes[i] === QUOTE && i < to; ) {
      const nameTo = endOfText(bytes, i, to);
      const part = partOf(bytes, i, nameTo);
      if (isHead && part !== ABSENT) {
        this.#learnHead(bytes, i);
        isHead = false;
      }
      i = endOfSpace(bytes, nameTo, to);
      if (bytes[i] !== COLON) return false;
      i = endOfSpace(bytes, i + 1, to);
      const end = part === ATTRIBUTES ? this.#canonical.addValue(bytes, i, to) : endOfValue(bytes, i, to);
      if (end === ABSENT || end > to) return false;
      if (part !== ABSENT) {
        this.#from[part] = i;
        this.#to[part] = end;
      }
      i = endOfSpace(bytes, end, to);
      if (bytes[i] === CLOSE_BRACE) return i < to;
      if (bytes[i] !== COMMA) return false;
      i = endOfSpace(bytes, i + 1, to);
    }
    return false;
  }

  /** Behind the head of the last entry, if this one has the same; else 0. */
  #knownHead(bytes: Buffer, to: number): number {
    const end = this.#headTo;
    if (end > to) return 0;
    for (let i = 0; i < end; i++) if (bytes[i] !== this.#head[i]) return 0;
    return end;
  }

  #learnHead(bytes: Buffer, to: number): void {
    this.#headTo = 0;
    if (to > MAX_HEAD) return;
    for (let i = 0; i < to; i++) this.#head[i] = bytes[i] as number;
    this.#headTo = to;
  }

  /** Where its id begins and ends, with the quotes; -1 if it has none. */
  get idFrom(): number {
    return this.#from[ID] as number;
  }
  get idTo(): number {
    return this.#to[ID] as number;
  }

  /** The same for its identifiers, which are an object. */
  get identifiersFrom(): number {
    return this.#from[IDENTIFIERS] as number;
  }
  get identifiersTo(): number {
    return this.#to[IDENTIFIERS] as number;
  }

  /** The attributes as one text, which ends with the time and the name of the person; undefined if it is not certain what they leave. */
  state(person: Buffer): Buffer | undefined {
    const canonical = this.#canonical;
    if (canonical.hasWatched || this.#from[RELATIONSHIPS] !== ABSENT) return undefined;
    if (this.#from[ATTRIBUTES] === ABSENT) canonical.add(NO_ATTRIBUTES, 0, NO_ATTRIBUTES.length);
    if (this.#from[TIMESTAMP] !== ABSENT) {
      // The API orders updates by their time: the same attributes at another time may be what it dropped the last time.
      canonical.add(TIME, 0, TIME.length);
      canonical.add(this.#bytes, this.#from[TIMESTAMP] as number, this.#to[TIMESTAMP] as number);
    }
    canonical.add(LINE, 0, LINE.length);
    canonical.add(person, 0, person.length);
    return canonical.bytes;
  }
}

function partOf(bytes: Buffer, from: number, to: number): number {
  for (let part = 0; part < PARTS.length; part++) if (isAt(PARTS[part] as Buffer, bytes, from, to)) return part;
  return ABSENT;
}

/** Behind the text that begins with the quote at `i`. */
function endOfText(bytes: Buffer, i: number, to: number): number {
  let at = i + 1;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Behind the value that begins at `i`. */
function endOfValue(bytes: Buffer, i: number, to: number): number {
  let depth = 0;
  let at = i;
  while (at < to) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfText(bytes, at, to);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      at++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
      at++;
    } else if (depth === 0 && (byte === COMMA || byte <= SPACE)) return at;
    else at++;
    if (depth === 0 && (byte === QUOTE || byte === CLOSE_BRACE || byte === CLOSE_BRACKET)) return at;
  }
  return at;
}
