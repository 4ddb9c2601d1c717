/**
 * The same as `mapping`, on the bytes of a row: the text of the record becomes the text of the entry, without ever being an
 * object. Only rows that are ordinary in every respect are mapped; every other row is read, and mapped as a record. A
 * property test holds the two together.
 */
import type { Clock } from '../../clock.ts';
import { RowScanner } from '../../json/row-scanner.ts';
import type { Block } from '../../record/block.ts';
import type { RowEntry } from '../../record/row-entry.ts';
import { type ColumnPlan, type ColumnSettings, planOf } from '../mapping/columns.ts';
import { RowEventId, type RowIds } from '../row-event-id.ts';
import { RowAttributes } from './row-attributes.ts';
import { ROLES, type RowColumn, rowColumnsOf } from './row-columns.ts';
import { RowEventFields } from './row-event.ts';
import { RowPerson } from './row-person.ts';
import { putInteger, putSpan } from './row-text.ts';
import { type RowTime, rowOperationTime } from './row-time.ts';

/** Bytes of an entry beside what it has of the row: the head, an event id, a time. */
const FRAME_BYTES = 256;
const TIMESTAMP = Buffer.from(',"timestamp":');
const ATTRIBUTES = Buffer.from(',"attributes":{');
const CLOSE = Buffer.from('}}');
const EMPTY_IDENTIFY: RowEntry['warnings'] = Object.freeze(['empty_identify'] as const);
const ODD_CREATED_AT: RowEntry['warnings'] = Object.freeze(['odd_created_at'] as const);
const NULL = 110;

/** The mapping of rows by their bytes; undefined if these columns need records. `ids` writes the ids of events. */
export function rowMappingOf(settings: ColumnSettings, clock: Clock, ids: RowIds = new RowEventId(clock)): RowMapping | undefined {
  if (settings.object === 'entry' || settings.others === 'snake_case') return undefined;
  const plan = planOf(settings);
  const columns = rowColumnsOf(settings, plan);
  const scanner = RowScanner.for(columns.map(({ name }) => name));
  return scanner && new RowMapping(settings, plan, columns, scanner, clock.wall(), ids);
}

/** Reads rows, one at a time: it is the entry of the row that was read last. */
export class RowMapping implements RowEntry {
  block!: Block;
  row = 0;
  readonly isEvent: boolean;
  keyHash = 0;
  warnings: RowEntry['warnings'] = undefined;
  maxBytes = 0;
  attributes = 0;
  longestName = 0;
  longestText = 0;
  identifierBytes = 0;
  eventNameBytes = 0;
  observer: RowEntry['observer'] = undefined;
  readonly #scanner: RowScanner;
  readonly #roles: Uint8Array;
  readonly #indexes: Uint8Array;
  readonly #person: RowPerson;
  readonly #attributes: RowAttributes;
  readonly #event: RowEventFields | undefined;
  readonly #time: RowTime;
  readonly #keepsOthers: boolean;
  readonly #heads: readonly Buffer[];
  readonly #frameBytes: number;
  readonly #longestLabel: number;
  /** Which of the members found is the time, and the time itself; NaN if there is none. */
  #timeAt = -1;
  #seconds = Number.NaN;

  constructor(settings: ColumnSettings, plan: ColumnPlan, columns: readonly RowColumn[], scanner: RowScanner, now: number, ids: RowIds) {
    const { object, event } = settings;
    this.isEvent = object === 'person_event';
    this.#scanner = scanner;
    this.#roles = Uint8Array.from(columns, ({ role }) => role);
    this.#indexes = Uint8Array.from(columns, ({ index }) => index);
    this.#person = new RowPerson(plan.identity, scanner);
    this.#attributes = new RowAttributes(scanner, columns, plan.others, this.#person.types, now);
    this.#event = this.isEvent ? new RowEventFields(event, scanner, ids) : undefined;
    this.#time = rowOperationTime(plan.timeFormat, now);
    this.#keepsOthers = plan.others === 'keep';
    const action = this.isEvent ? 'event' : 'identify';
    this.#heads = this.#person.types.map((type) => Buffer.from(`{"type":"person","action":"${action}","identifiers":{"${type}":`));
    this.#frameBytes = FRAME_BYTES + Buffer.byteLength(event ?? '') + this.#attributes.labelBytes;
    this.#longestLabel = this.#attributes.longestLabel;
  }

  /** True if the row is ordinary: then this is its entry. The row must be valid UTF-8. */
  read(block: Block, row: number): boolean {
    const { bytes } = block;
    const from = block.from(row);
    const to = block.to(row);
    if (!this.#scanner.scan(bytes, from, to) || !this.#readMembers(bytes)) return false;
    const person = this.#person;
    const attributes = this.#attributes;
    if (!person.read(bytes)) return false;
    // Of an identifier with two values nobody knows which is meant, and one that identifies is not removed.
    if ((attributes.set & person.otherBits) !== 0 || (attributes.removed & (1 << person.kind)) !== 0) return false;
    if (!this.#readTime(bytes)) return false;
    const event = this.#event;
    if (event !== undefined && !event.read(bytes, person, !Number.isNaN(this.#seconds))) return false;
    this.block = block;
    this.row = row;
    this.keyHash = person.keyHash;
    const { members, longestName, longestText } = this.#scanner;
    this.attributes = (this.#keepsOthers ? members - attributes.cut : attributes.taken) + person.others;
    this.longestName = Math.max(longestName, this.#longestLabel);
    this.longestText = longestText;
    this.identifierBytes = person.to - person.from;
    this.eventNameBytes = event === undefined ? 0 : event.nameBytes;
    this.maxBytes = this.#frameBytes + to - from + attributes.extra;
    this.warnings = this.isEvent ? undefined : this.#warningsOf(attributes);
    this.observer = undefined;
    return true;
  }

  write(target: Buffer, at: number): number {
    const { bytes } = this.block;
    const person = this.#person;
    const head = this.#heads[person.kind] as Buffer;
    let end = putSpan(head, 0, head.length, target, at);
    end = putSpan(bytes, person.from, person.to, target, end);
    target[end++] = 125;
    if (this.#event !== undefined) end = this.#event.write(this.block, this.row, target, end);
    if (!Number.isNaN(this.#seconds)) {
      end = putInteger(this.#seconds, target, putSpan(TIMESTAMP, 0, TIMESTAMP.length, target, end));
    }
    const first = putSpan(ATTRIBUTES, 0, ATTRIBUTES.length, target, end);
    end = person.writeOthers(bytes, target, this.#attributes.write(bytes, target, first), first);
    return putSpan(CLOSE, 0, CLOSE.length, target, end);
  }

  /** Looks at each member that was found; false if one of them is refused here. */
  #readMembers(bytes: Buffer): boolean {
    const { found, which } = this.#scanner;
    const event = this.#event;
    this.#person.begin();
    this.#attributes.begin();
    event?.begin();
    this.#timeAt = -1;
    for (let n = 0; n < found; n++) {
      const column = which[n] as number;
      const role = this.#roles[column];
      if (role === ROLES.attribute) {
        if (!this.#attributes.take(bytes, n, column)) return false;
        continue;
      }
      if (role === ROLES.refused) return false;
      this.#attributes.leaveOut(n);
      if (role === ROLES.identifier) this.#person.take(this.#indexes[column] as number, n);
      else if (role === ROLES.timestamp) this.#timeAt = n;
      else if (role === ROLES.eventName) (event as RowEventFields).nameAt = n;
      else if (role === ROLES.eventId) (event as RowEventFields).idAt = n;
    }
    return true;
  }

  #readTime(bytes: Buffer): boolean {
    this.#seconds = Number.NaN;
    if (this.#timeAt < 0) return true;
    const from = this.#scanner.valueFrom[this.#timeAt] as number;
    if (bytes[from] === NULL) return true;
    this.#seconds = this.#time.read(bytes, from, this.#scanner.valueTo[this.#timeAt] as number);
    return !Number.isNaN(this.#seconds);
  }

  #warningsOf({ hasOddCreatedAt }: RowAttributes): RowEntry['warnings'] {
    if (this.attributes === 0) return EMPTY_IDENTIFY;
    return hasOddCreatedAt ? ODD_CREATED_AT : undefined;
  }
}
