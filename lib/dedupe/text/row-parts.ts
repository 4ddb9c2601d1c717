/** The hashes of an identify that is a row: key and value are made of its parts where they are, and nothing is written. */
import type { ByteView } from '../../byte-view.ts';
import type { PartReader, RowEntry } from '../../record/row-entry.ts';
import type { ContentHash } from './content-hash.ts';
import type { NameHash } from './name-hash.ts';

/** Adds the parts of one row to the hashes. */
export class RowParts implements PartReader {
  /** False if something about the row is not certain. */
  isCertain = true;
  readonly #name: NameHash;
  readonly #content: ContentHash;

  constructor(name: NameHash, content: ContentHash) {
    this.#name = name;
    this.#content = content;
  }

  /** False if it has to be written to be read. */
  read(entry: RowEntry): boolean {
    this.isCertain = true;
    return entry.readParts?.(this) ?? false;
  }

  identifier(type: string, view: ByteView, from: number, to: number): void {
    if (!this.#name.readPerson(type, view, from, to)) this.isCertain = false;
  }

  timestamp(view: ByteView, from: number, to: number): void {
    this.#content.addTime(view, from, to);
  }

  attributes(view: ByteView, from: number, to: number): void {
    if (!this.#content.addMembers(view, view.bytes, from, to)) this.isCertain = false;
  }
}
