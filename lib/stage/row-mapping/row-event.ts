/** The name and the id of an event, by the bytes of its row. */

import { ByteView, copyAll, copySpan } from '../../byte-view.ts';
import type { RowScanner } from '../../json/row-scanner.ts';
import type { Block } from '../../record/block.ts';
import { trimIdentifier } from '../../track/identifier.ts';
import type { RowEvent, RowIds } from '../row-event-id.ts';
import { integerAt, isPlainIdentifier } from './identifier-bytes.ts';
import { KnownNames } from './known-names.ts';
import { isAbsent, type RowPerson } from './row-person.ts';

const NAME = ByteView.of(',"name":');
const ID = ByteView.of(',"id":"');
const ABSENT = -1;
const QUOTE = 34;

/** What the row that was read last has beside its person: all that its id depends on. */
export class RowEventFields implements RowEvent {
  /** Which of the members found are its name and its own id. */
  nameAt = ABSENT;
  idAt = ABSENT;
  ownFrom = 0;
  ownTo = 0;
  readonly name: ByteView | undefined;
  nameFrom = 0;
  nameTo = 0;
  kind: RowEvent['kind'] = 'id';
  personFrom = 0;
  personTo = 0;
  hasTime = false;
  /** True if the row has an id, which may be empty: then the id of the event comes behind its name, else at the end. */
  hasIdColumn = false;
  readonly #scanner: RowScanner;
  readonly #known = new KnownNames();
  readonly #ids: RowIds;
  /** The name of all events as JSON, if they share one. */
  readonly #constant: ByteView | undefined;

  /** `event`: the name of all events, if they share one. */
  constructor(event: string | undefined, scanner: RowScanner, ids: RowIds) {
    this.#scanner = scanner;
    this.#ids = ids;
    if (event === undefined) return;
    const name = trimIdentifier(event);
    this.#constant = ByteView.of(JSON.stringify(name));
    this.name = ByteView.of(name);
    this.nameTo = this.name.byteLength;
  }

  /** Begins with a row. */
  begin(): void {
    this.nameAt = ABSENT;
    this.idAt = ABSENT;
  }

  /** True if name and id are certain. */
  read(bytes: Buffer, person: RowPerson, hasTime: boolean): boolean {
    this.hasTime = hasTime;
    this.kind = person.type as RowEvent['kind'];
    const isText = bytes[person.from] === QUOTE;
    this.personFrom = isText ? person.from + 1 : person.from;
    this.personTo = isText ? person.to - 1 : person.to;
    return this.#readName(bytes) && this.#readId(bytes) && this.#ids.isCertain(this);
  }

  /** Bytes of the name. */
  get nameBytes(): number {
    return this.nameTo - this.nameFrom;
  }

  writeName(source: ByteView, target: ByteView, at: number): number {
    const end = copyAll(NAME, target, at);
    if (this.#constant !== undefined) return copyAll(this.#constant, target, end);
    return copySpan(source, this.nameFrom - 1, this.nameTo + 1, target, end);
  }

  writeId(block: Block, row: number, target: ByteView, at: number): number {
    const end = this.#ids.write(target, copyAll(ID, target, at), block, row, this);
    target.setUint8(end, QUOTE);
    return end + 1;
  }

  #readName(bytes: Buffer): boolean {
    if (this.name !== undefined) return true;
    if (this.nameAt === ABSENT) return false;
    const from = this.#scanner.valueFrom[this.nameAt] as number;
    if (bytes[from] !== QUOTE) return false;
    this.nameFrom = from + 1;
    this.nameTo = (this.#scanner.valueTo[this.nameAt] as number) - 1;
    return this.#known.has(bytes, this.nameFrom, this.nameTo);
  }

  #readId(bytes: Buffer): boolean {
    this.ownFrom = 0;
    this.ownTo = 0;
    this.hasIdColumn = false;
    if (this.idAt === ABSENT) return true;
    const from = this.#scanner.valueFrom[this.idAt] as number;
    const to = this.#scanner.valueTo[this.idAt] as number;
    const isText = bytes[from] === QUOTE;
    this.hasIdColumn = isText || !isAbsent(bytes, from, to);
    if (isAbsent(bytes, from, to)) return true;
    this.ownFrom = isText ? from + 1 : from;
    this.ownTo = isText ? to - 1 : to;
    return isText ? isPlainIdentifier(bytes, this.ownFrom, this.ownTo) : integerAt(bytes, from, to) >= 0;
  }
}
