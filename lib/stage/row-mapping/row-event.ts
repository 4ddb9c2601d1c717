/** The name and the id of an event, by the bytes of its row. */
import type { Clock } from '../../clock.ts';
import type { RowScanner } from '../../json/row-scanner.ts';
import type { Block } from '../../record/block.ts';
import { trimIdentifier } from '../../track/identifier.ts';
import { isPlainIdentifier, isPlainInteger } from '../../track/identifier-bytes.ts';
import { eventIdFor } from '../choose-event-id.ts';
import { KnownNames } from './known-names.ts';
import type { RowPerson } from './row-person.ts';
import { putSpan, putText } from './row-text.ts';

const NAME = Buffer.from(',"name":');
const ID = Buffer.from(',"id":"');
const ABSENT = -1;
const QUOTE = 34;
const NULL = 110;

/** The event of the row that was read last. */
export class RowEvent {
  /** Which of the members found are its name and its id. */
  nameAt = ABSENT;
  idAt = ABSENT;
  nameBytes = 0;
  readonly #scanner: RowScanner;
  readonly #clock: Clock;
  readonly #known = new KnownNames();
  /** The name of all events as JSON, if they share one. */
  readonly #constant: Buffer | undefined;
  /** Where its own id is, without quotes; empty if it has none. */
  #idFrom = 0;
  #idTo = 0;

  constructor(event: string | undefined, scanner: RowScanner, clock: Clock) {
    this.#scanner = scanner;
    this.#clock = clock;
    this.#constant = event === undefined ? undefined : Buffer.from(JSON.stringify(trimIdentifier(event)));
  }

  /** Begins with a row. */
  begin(): void {
    this.nameAt = ABSENT;
    this.idAt = ABSENT;
  }

  /** True if name and id are certain. */
  read(bytes: Buffer): boolean {
    return this.#readName(bytes) && this.#readId(bytes);
  }

  /** Writes both. `seconds` is the time of the event, or NaN. */
  write(block: Block, row: number, person: RowPerson, seconds: number, target: Buffer, at: number): number {
    const { bytes } = block;
    const name = this.#constant ?? bytes;
    const from = this.#constant === undefined ? (this.#scanner.valueFrom[this.nameAt] as number) : 0;
    const to = this.#constant === undefined ? (this.#scanner.valueTo[this.nameAt] as number) : this.#constant.length;
    let end = putSpan(name, from, to, target, putSpan(NAME, 0, NAME.length, target, at));
    const event: Record<string, unknown> = {
      ...{ type: 'person', action: 'event', name: JSON.parse(name.toString('utf8', from, to)) },
      identifiers: { [person.types[person.kind] as string]: JSON.parse(bytes.toString('utf8', person.from, person.to)) },
    };
    if (this.#idTo > this.#idFrom) event.id = bytes.toString('latin1', this.#idFrom, this.#idTo);
    if (!Number.isNaN(seconds)) event.timestamp = seconds;
    end = putText(eventIdFor(event, block.origin(row), this.#clock), target, putSpan(ID, 0, ID.length, target, end));
    target[end] = QUOTE;
    return end + 1;
  }

  #readName(bytes: Buffer): boolean {
    this.nameBytes = this.#constant?.length ?? 0;
    if (this.#constant !== undefined) return true;
    if (this.nameAt === ABSENT) return false;
    const from = this.#scanner.valueFrom[this.nameAt] as number;
    const to = this.#scanner.valueTo[this.nameAt] as number;
    this.nameBytes = to - from - 2;
    return bytes[from] === QUOTE && this.#known.has(bytes, from + 1, to - 1);
  }

  #readId(bytes: Buffer): boolean {
    this.#idFrom = 0;
    this.#idTo = 0;
    if (this.idAt === ABSENT) return true;
    const from = this.#scanner.valueFrom[this.idAt] as number;
    const to = this.#scanner.valueTo[this.idAt] as number;
    if (bytes[from] === NULL || (bytes[from] === QUOTE && to - from === 2)) return true;
    const isText = bytes[from] === QUOTE;
    this.#idFrom = isText ? from + 1 : from;
    this.#idTo = isText ? to - 1 : to;
    return isText ? isPlainIdentifier(bytes, from + 1, to - 1) : isPlainInteger(bytes, from, to);
  }
}
