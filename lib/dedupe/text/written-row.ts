/**
 * A row whose entry has been written: dedupe reads the text, and the next stream copies it. So an entry is not written twice, and
 * a fresh event id is the same in both.
 */
import { type ByteView, copySpan } from '../../byte-view.ts';
import type { Block } from '../../record/block.ts';
import type { Warning } from '../../record/entry.ts';
import type { RowEntry } from '../../record/row-entry.ts';
import { TextBuffer } from '../../text-buffer.ts';

/** The row that was written last. */
export class WrittenRow implements RowEntry {
  /** The text of its entry. */
  readonly text = new TextBuffer();
  observer: RowEntry['observer'] = undefined;
  delivery = 0;
  #entry!: RowEntry;

  take(entry: RowEntry): void {
    this.#entry = entry;
    this.observer = undefined;
    this.text.reserve(entry.maxBytes);
    this.text.end = entry.write(this.text.view, 0);
  }

  get block(): Block {
    return this.#entry.block;
  }
  get row(): number {
    return this.#entry.row;
  }
  get isEvent(): boolean {
    return this.#entry.isEvent;
  }
  get keyHash(): number {
    return this.#entry.keyHash;
  }
  get warnings(): readonly Warning[] | undefined {
    return this.#entry.warnings;
  }
  get maxBytes(): number {
    return this.text.end;
  }
  get attributes(): number {
    return this.#entry.attributes;
  }
  get longestName(): number {
    return this.#entry.longestName;
  }
  get longestText(): number {
    return this.#entry.longestText;
  }
  get identifierBytes(): number {
    return this.#entry.identifierBytes;
  }
  get eventNameBytes(): number {
    return this.#entry.eventNameBytes;
  }

  write(target: ByteView, at: number): number {
    return copySpan(this.text.view, 0, this.text.end, target, at);
  }
}
