/** Rows that are operations already: the smallest real RowEntry, which copies its row, and the same rows as entries. */

import { type ByteView, copySpan } from '../../lib/byte-view.ts';
import { parse, stringify } from '../../lib/json/exact.ts';
import { Block } from '../../lib/record/block.ts';
import type { DeliveryObserver } from '../../lib/record/delivery-observer.ts';
import { Entry, type Warning } from '../../lib/record/entry.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { SourceInfo } from '../../lib/record/place.ts';
import { readRecord } from '../../lib/record/read.ts';
import type { RowEntry } from '../../lib/record/row-entry.ts';
import { hashOfKey, orderingKeys } from '../../lib/track/ordering-keys.ts';

type Operation = Record<string, unknown>;

/** The operations as rows of one block, between bytes that are none of their business. */
export function blockOf(operations: readonly Operation[], place: SourceInfo = { source: 'f' }): Block {
  const texts = operations.map((operation) => Buffer.from(stringify(operation)));
  const bytes = Buffer.concat([Buffer.from('#'), ...texts.flatMap((text) => [text, Buffer.from('\r\n')])]);
  const block = new Block(bytes, { place, read: (own, row) => readRecord(textOf(own, row), own.origin(row), 'test') }, 1);
  let from = 1;
  for (const [n, { length }] of texts.entries()) {
    block.add(from, from + length, n + 1, from - 1, length + 2);
    from += length + 2;
  }
  return block;
}

/** The row that was read last, as an entry. `slack`: how much larger than it is it says it may be. */
export class OperationRow implements RowEntry {
  block!: Block;
  row!: number;
  readonly isEvent = false;
  keyHash = 0;
  warnings: readonly Warning[] | undefined;
  maxBytes = 0;
  readonly attributes = 0;
  readonly longestName = 0;
  readonly longestText = 0;
  readonly identifierBytes = 0;
  readonly eventNameBytes = 0;
  observer: DeliveryObserver | undefined;
  delivery = 0;
  readonly #slack: number;

  constructor(slack = 0) {
    this.#slack = slack;
  }

  read(block: Block, row: number, warnings?: readonly Warning[], observer?: DeliveryObserver): this {
    this.block = block;
    this.row = row;
    this.keyHash = hashOfKey(orderingKeys(operationOf(block, row))[0] as string);
    this.warnings = warnings;
    this.observer = observer;
    this.maxBytes = block.to(row) - block.from(row) + this.#slack;
    return this;
  }

  write(target: ByteView, at: number): number {
    return copySpan(this.block.view, this.block.from(this.row), this.block.to(this.row), target, at);
  }
}

/** The row as it comes by the object path. */
export function entryOf(block: Block, row: number, warnings?: readonly Warning[], observer?: DeliveryObserver): Entry {
  const record = block.read(row);
  const entry = new Entry(operationOf(block, row), textOf(block, row), record, originOf(record), warnings);
  entry.observer = observer;
  return entry;
}

function operationOf(block: Block, row: number): Operation {
  return parse(textOf(block, row)) as Operation;
}

function textOf(block: Block, row: number): string {
  return block.bytes.toString('utf8', block.from(row), block.to(row));
}
