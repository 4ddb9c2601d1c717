/**
 * The same as `mapping`, on the bytes of a row: the text of the record becomes the text of the entry, without ever being an
 * object. Only rows that are ordinary in every respect are mapped; every other row is read, and mapped as a record. A
 * property test holds the two together.
 */

import { ByteView, copyAll, copySpan } from '../../byte-view.ts';
import type { Clock } from '../../clock.ts';
import { PADDING } from '../../json/token-ends.ts';
import type { Block } from '../../record/block.ts';
import type { PartReader, RowEntry } from '../../record/row-entry.ts';
import { TextBuffer } from '../../text-buffer.ts';
import { type ColumnPlan, type ColumnSettings, planOf } from '../mapping/columns.ts';
import { RowEventId, type RowIds } from '../row-event-id.ts';
import type { RowAttributes } from './row-attributes.ts';
import { RowMembers } from './row-members.ts';
import { putInteger } from './row-text.ts';
import { SnakeColumns } from './snake-columns.ts';

/** Bytes of an entry beside what it has of the row: the head, an event id, a time. */
const FRAME_BYTES = 256;
const TIMESTAMP = ByteView.of(',"timestamp":');
const ATTRIBUTES = ByteView.of(',"attributes":{');
const CLOSING_BRACE = 125;
const EMPTY_IDENTIFY: RowEntry['warnings'] = Object.freeze(['empty_identify'] as const);
const ODD_CREATED_AT: RowEntry['warnings'] = Object.freeze(['odd_created_at'] as const);

/** The mapping of rows by their bytes; undefined if these columns need records. `ids` writes the ids of events. */
export function rowMappingOf(settings: ColumnSettings, clock: Clock, ids: RowIds = new RowEventId(clock)): RowMapping | undefined {
  if (settings.object === 'entry') return undefined;
  const now = clock.wall();
  const members = RowMembers.of(settings, planOf(settings), now, ids);
  return members && new RowMapping(settings, members, (plan) => RowMembers.of(settings, plan, now, ids));
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
  delivery = 0;
  #members: RowMembers;
  readonly #membersOf: (plan: ColumnPlan) => RowMembers | undefined;
  readonly #copiesOthers: boolean;
  readonly #heads: readonly ByteView[];
  readonly #frameBytes: number;
  readonly #learned: SnakeColumns | undefined;
  /** For parts of the entry that are not in the row as they are. */
  readonly #scratch = new TextBuffer();

  constructor(settings: ColumnSettings, members: RowMembers, membersOf: (plan: ColumnPlan) => RowMembers | undefined) {
    const { object, others, event } = settings;
    this.isEvent = object === 'person_event';
    this.#members = members;
    this.#membersOf = membersOf;
    this.#copiesOthers = others !== 'drop';
    const action = this.isEvent ? 'event' : 'identify';
    this.#heads = members.person.types.map((type) => ByteView.of(`{"type":"person","action":"${action}","identifiers":{"${type}":`));
    this.#frameBytes = FRAME_BYTES + Buffer.byteLength(JSON.stringify(event ?? ''));
    this.#learned = others === 'snake_case' ? new SnakeColumns(planOf(settings)) : undefined;
  }

  /** True if the row is ordinary: then this is its entry. The row must be valid UTF-8. */
  read(block: Block, row: number): boolean {
    const { bytes } = block;
    const from = block.from(row);
    const to = block.to(row);
    if (!this.#members.read(bytes, from, to)) {
      if (this.#members.hasUnknown) this.#learn(bytes, from, to);
      return false;
    }
    const { scanner, person, attributes, event } = this.#members;
    this.block = block;
    this.row = row;
    this.keyHash = person.keyHash;
    this.attributes = (this.#copiesOthers ? scanner.members - attributes.cut : attributes.taken) + person.others;
    this.longestName = Math.max(scanner.longestName, attributes.longestLabel);
    this.longestText = scanner.longestText;
    this.identifierBytes = person.to - person.from;
    this.eventNameBytes = event === undefined ? 0 : event.nameBytes;
    this.maxBytes = this.#frameBytes + to - from + attributes.extra;
    this.warnings = this.isEvent ? undefined : this.#warningsOf(attributes);
    this.observer = undefined;
    return true;
  }

  /** Of the last row of a buffer nothing behind it can be read, and the id of an event is not a part of the row. */
  readParts(reader: PartReader): boolean {
    const { view } = this.block;
    if (this.isEvent || this.block.to(this.row) + PADDING > view.byteLength) return false;
    const { person, attributes, seconds } = this.#members;
    const scratch = this.#scratch;
    scratch.reserve(this.maxBytes);
    reader.identifier(person.type, view, person.from, person.to);
    if (!Number.isNaN(seconds)) reader.timestamp(scratch.view, 0, putInteger(seconds, scratch.view, 0));
    attributes.read(view, scratch.view, reader);
    if (person.others > 0) reader.attributes(scratch.view, 0, person.writeOthers(view, scratch.view, 0, 0));
    return true;
  }

  /** The members are in the order in which those of a record would be. */
  write(target: ByteView, at: number): number {
    const { block, row } = this;
    const { view } = block;
    const { person, attributes, event, seconds } = this.#members;
    let end = copyAll(this.#heads[person.kind] as ByteView, target, at);
    end = copySpan(view, person.from, person.to, target, end);
    target.setUint8(end++, CLOSING_BRACE);
    if (event !== undefined) end = event.writeName(view, target, end);
    if (event?.hasIdColumn) end = event.writeId(block, row, target, end);
    if (!Number.isNaN(seconds)) end = putInteger(seconds, target, copyAll(TIMESTAMP, target, end));
    const first = copyAll(ATTRIBUTES, target, end);
    end = person.writeOthers(view, target, attributes.write(view, target, first), first);
    target.setUint8(end++, CLOSING_BRACE);
    if (event !== undefined && !event.hasIdColumn) end = event.writeId(block, row, target, end);
    target.setUint8(end, CLOSING_BRACE);
    return end + 1;
  }

  /** The next row with the same columns will be ordinary. */
  #learn(bytes: Buffer, from: number, to: number): void {
    const plan = this.#learned?.learn(bytes.toString('utf8', from, to));
    this.#members = (plan && this.#membersOf(plan)) ?? this.#members;
  }

  #warningsOf({ hasOddCreatedAt }: RowAttributes): RowEntry['warnings'] {
    if (this.attributes === 0) return EMPTY_IDENTIFY;
    return hasOddCreatedAt ? ODD_CREATED_AT : undefined;
  }
}
