/**
 * The event id of a row that has no event_id. Airbyte sends rows again after a failure, and at every cursor border, and
 * neither line nor time of emission is the same then; what is the same is the row. So if the row itself distinguishes
 * one event from the next (it has its primary key, or a `timestamp`), the id comes from stream and row. Then two rows that
 * are equal to the last character are one event. Without either, two equal rows may well be two events: each gets a
 * fresh id, both are counted, and so is a row that is sent again.
 */

import { ByteView, copyAll, copySpan } from '../../byte-view.ts';
import { systemClock } from '../../clock.ts';
import { loadHash } from '../../hash.ts';
import { stringify } from '../../json/exact.ts';
import type { Block } from '../../record/block.ts';
import type { SourceRecord } from '../../record/record.ts';
import { type RowEvent, RowEventId, type RowIds } from '../../stage/row-event-id.ts';
import { TextBuffer } from '../../text-buffer.ts';
import { ulidFrom, writeUlidFrom } from '../../track/event-id.ts';
import { trimIdentifier } from '../../track/identifier.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { isPresent, valueAt } from './latest-row.ts';

/** Loads what ids need, once. */
export function prepareEventIds(): Promise<void> {
  return loadHash();
}

/** The id for the row, or undefined: validate() then does what it does everywhere. `text` is the row's own. */
export function eventIdOf({ name, namespace, primaryKey }: CatalogStream, record: SourceRecord, text: string): string | undefined {
  const own = record.event_id;
  // Blank text is none, as everywhere.
  if (isPresent(typeof own === 'string' ? trimIdentifier(own) : own)) return undefined;
  const hasKey = primaryKey.length > 0 && primaryKey.every((path) => isPresent(valueAt(record, path)));
  if (!hasKey && !isPresent(record.timestamp)) return undefined;
  // Airbyte's own columns say when and by which sync the row was read.
  const row = text.includes(AIRBYTE_COLUMN) ? stringify(record) : text;
  return ulidFrom(headOf(name, namespace) + row);
}

/** The same ids for rows that nobody has parsed. They have no columns of Airbyte's own. */
export class RowIdentity implements RowIds {
  readonly #usual: RowEventId;
  readonly #hasKey: boolean;
  readonly #text = new TextBuffer();
  readonly #headBytes: number;

  constructor({ name, namespace, primaryKey }: CatalogStream) {
    this.#usual = new RowEventId(systemClock);
    this.#hasKey = primaryKey.length > 0;
    const head = ByteView.of(headOf(name, namespace));
    this.#headBytes = head.byteLength;
    this.#text.reserve(this.#headBytes);
    copyAll(head, this.#text.view, 0);
  }

  /** Without its own id and without a time, what counts is whether all columns of the key are there. */
  isCertain({ ownFrom, ownTo, hasTime }: RowEvent): boolean {
    return ownTo > ownFrom || hasTime || !this.#hasKey;
  }

  write(target: ByteView, at: number, block: Block, row: number, event: RowEvent): number {
    if (event.ownTo > event.ownFrom || !event.hasTime) return this.#usual.write(target, at, block, row, event);
    const [from, to] = [block.from(row), block.to(row)];
    const text = this.#text;
    text.reserve(this.#headBytes + to - from, this.#headBytes);
    return writeUlidFrom(text.upTo(copySpan(block.view, from, to, text.view, this.#headBytes)), target, at);
  }
}

/** What stands before the row in the text that its id comes from. */
function headOf(name: string, namespace: string | undefined): string {
  return `airbyte\n${namespace ?? ''}\n${name}\n`;
}

/** How a column of Airbyte's own begins in a JSON text. */
export const AIRBYTE_COLUMN = '"_airbyte_';
