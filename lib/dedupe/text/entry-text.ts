/**
 * What dedupe has to know of an entry, from its JSON text: so an entry that was an object and one that was never one are the
 * same to it. The text is what goes over the wire, whatever the values of a program were.
 */
import { endOfSpace, endOfString } from '../../json/token-ends.ts';
import { TextBuffer } from '../../text-buffer.ts';
import { type ContentHash, isAt } from './content-hash.ts';
import type { NameHash } from './name-hash.ts';
import { wordAt } from './pair-hash.ts';

const [QUOTE, COMMA, COLON] = [34, 44, 58] as const;
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125] as const;
const [SPACE, WORD] = [32, 4] as const;
const MAX_HEAD = 128;
const ABSENT = -1;

/** The members of an operation that are looked at. */
const PARTS = ['id', 'identifiers', 'timestamp', 'attributes', 'cio_relationships'].map((name) => Buffer.from(`"${name}"`));
const [ID, IDENTIFIERS, TIMESTAMP, ATTRIBUTES, RELATIONSHIPS] = [0, 1, 2, 3, 4] as const;

/** The entry that was read last. */
export class EntryText {
  readonly #from = new Int32Array(PARTS.length);
  readonly #to = new Int32Array(PARTS.length);
  /** What the last entry had before its identifiers, if none of the parts. Most entries of a source have the same. */
  readonly #head = new DataView(new ArrayBuffer(MAX_HEAD));
  #headTo = 0;
  readonly #json = new TextBuffer();

  /** The same for a string. */
  readJson(json: string, content: ContentHash): boolean {
    this.#json.put(json);
    return this.read(this.#json, content);
  }

  /** Reads an entry; false if it is not a JSON object. Attributes and time are added to `content`. */
  read(text: TextBuffer, content: ContentHash): boolean {
    const { bytes, view, end: to } = text;
    for (let part = 0; part < PARTS.length; part++) this.#from[part] = ABSENT;
    if (bytes[0] !== OPEN_BRACE) return false;
    const known = this.#knownHead(view, to);
    let isHead = known === 0;
    for (let i = isHead ? endOfSpace(bytes, 1, to) : known; bytes[i] === QUOTE && i < to; ) {
      const nameTo = endOfString(bytes, view, i + 1, to);
      const part = partOf(bytes, i, nameTo);
      if (isHead && part !== ABSENT) {
        this.#learnHead(view, i);
        isHead = false;
      }
      i = endOfSpace(bytes, nameTo, to);
      if (bytes[i] !== COLON) return false;
      i = endOfSpace(bytes, i + 1, to);
      const end = part === ATTRIBUTES ? content.add(view, bytes, i, to) : endOfValue(view, bytes, i, to);
      if (end === ABSENT || end > to) return false;
      if (part !== ABSENT) {
        this.#from[part] = i;
        this.#to[part] = end;
        // The API orders updates by their time: the same attributes at another time may be what it dropped the last time.
        if (part === TIMESTAMP) content.addTime(view, i, end);
      }
      i = endOfSpace(bytes, end, to);
      if (bytes[i] === CLOSE_BRACE) return i < to;
      if (bytes[i] !== COMMA) return false;
      i = endOfSpace(bytes, i + 1, to);
    }
    return false;
  }

  /** Behind the head of the last entry, if this one has the same; else 0. */
  #knownHead(view: DataView, to: number): number {
    const end = this.#headTo;
    if (end > to) return 0;
    for (let i = 0; i < end; i += WORD) if (wordAt(view, i, end) !== this.#head.getInt32(i, true)) return 0;
    return end;
  }

  #learnHead(view: DataView, to: number): void {
    this.#headTo = 0;
    if (to > MAX_HEAD) return;
    for (let i = 0; i < to; i += WORD) this.#head.setInt32(i, wordAt(view, i, to), true);
    this.#headTo = to;
  }

  /** True if its id is plain: then it is `name`. */
  readId({ view }: TextBuffer, name: NameHash): boolean {
    const from = this.#from[ID] as number;
    return from !== ABSENT && name.readEvent(view, from, this.#to[ID] as number);
  }

  /** True if it has one identifier, which is plain: then it is `name`. */
  readIdentifier({ bytes, view }: TextBuffer, name: NameHash): boolean {
    const from = this.#from[IDENTIFIERS] as number;
    const to = this.#to[IDENTIFIERS] as number;
    if (from === ABSENT || bytes[from] !== OPEN_BRACE || bytes[from + 1] !== QUOTE || bytes[to - 1] !== CLOSE_BRACE) return false;
    const typeTo = endOfString(bytes, view, from + 2, to);
    return bytes[typeTo] === COLON && name.readPerson(bytes.toString('latin1', from + 2, typeTo - 1), view, typeTo + 1, to - 1);
  }

  /** True if it has relationships of its own. */
  get hasRelationships(): boolean {
    return this.#from[RELATIONSHIPS] !== ABSENT;
  }
}

function partOf(bytes: Buffer, from: number, to: number): number {
  for (let part = 0; part < PARTS.length; part++) if (isAt(PARTS[part] as Buffer, bytes, from, to)) return part;
  return ABSENT;
}

/** Behind the value that begins at `i`. */
function endOfValue(view: DataView, bytes: Buffer, i: number, to: number): number {
  let depth = 0;
  let at = i;
  while (at < to) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfString(bytes, view, at + 1, to);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      at++;
      continue;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
      at++;
    } else {
      if (depth === 0 && (byte === COMMA || byte <= SPACE)) return at;
      at++;
      continue;
    }
    if (depth === 0) return at;
  }
  return at;
}
