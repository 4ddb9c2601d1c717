/**
 * The text of a row -> a record of its stream: without Airbyte's own columns, and with the event id that stream and row
 * give. So it is read the same whether its message was parsed or known by its bytes. And what a line that is none becomes.
 */
import { Block, type RowReader } from '../../record/block.ts';
import { Origin, withOrigin } from '../../record/origin.ts';
import { readRecord, unreadable } from '../../record/read.ts';
import type { SourceRecord } from '../../record/record.ts';
import { type Reason, Rejection } from '../../record/rejection.ts';
import { AIRBYTE_COLUMN, eventIdOf } from '../rows/event-identity.ts';
import type { Interval } from './streams.ts';

const STAGE = 'airbyte';
const NOWHERE = { source: STAGE };

/** Reads a row of the interval. */
export function readRow(raw: string, line: number, interval: Interval): SourceRecord | Rejection {
  const { configured } = interval.of;
  const element = readRecord(raw, new Origin({ line, raw }, interval), STAGE);
  if (element instanceof Rejection) return element;
  if (raw.includes(AIRBYTE_COLUMN)) dropAirbyteColumns(element);
  const eventId = configured.object === 'person_event' ? eventIdOf(configured, element, raw) : undefined;
  if (eventId !== undefined) withOrigin(element, new Origin({ line, raw, eventId }, interval));
  return element;
}

/** Rows that nobody has parsed, collected in blocks: each holds rows of one buffer and one interval. */
export class RowBlocks {
  readonly #push: (block: Block) => void;
  #block: Block | undefined;
  #rowsOfLast = 1;

  constructor(push: (block: Block) => void) {
    this.#push = push;
  }

  /** Adds a row; it is pushed with others, by `flush()` at the latest. */
  add(bytes: Buffer, from: number, to: number, line: number, interval: Interval): void {
    if (this.#block?.bytes !== bytes || this.#block.place !== interval) {
      this.flush();
      this.#block = new Block(bytes, new IntervalRows(interval), this.#rowsOfLast);
    }
    interval.read++;
    this.#block.add(from, to, line, Number.NaN, Number.NaN);
  }

  /** Pushes what was collected. */
  flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#rowsOfLast = block.size;
    this.#block = undefined;
    this.#push(block);
  }
}

class IntervalRows implements RowReader {
  readonly place: Interval;

  constructor(interval: Interval) {
    this.place = interval;
  }

  read(block: Block, row: number): SourceRecord | Rejection {
    return readRow(block.text(row), block.line(row), this.place);
  }
}

/** The Rejection of a line that is not a message: it belongs to no stream. */
export function rejectedLine(reason: Reason, why: string, line: number, raw: string | undefined, bytes: Buffer | undefined): Rejection {
  return unreadable(reason, why, new Origin({ line, raw }, NOWHERE), STAGE, bytes);
}

function dropAirbyteColumns(record: SourceRecord): void {
  for (const name of Object.keys(record)) if (name.startsWith('_airbyte_')) delete record[name];
}
