/** One text for hashing, of values in their one form and of bytes as they are. Nothing reads it back. */
import { HashBuffer } from '../../hash.ts';
import { ValueText } from './value-text.ts';

/** Writes one after the other into its own buffer. */
export class CanonicalText {
  readonly #value: ValueText;
  readonly #text = new HashBuffer();
  #end = 0;
  #hasWatched = false;

  /** `watched`: names to look for among the members of an object that is added; plain ASCII. */
  constructor(watched: readonly string[]) {
    this.#value = new ValueText(watched);
  }

  /** What was written. Good until `clear()`. */
  get bytes(): Buffer {
    return this.#text.upTo(this.#end);
  }

  /** True if an object had a member of one of the names looked for. */
  get hasWatched(): boolean {
    return this.#hasWatched;
  }

  clear(): void {
    this.#end = 0;
    this.#hasWatched = false;
  }

  /** Adds bytes as they are. */
  add(bytes: Buffer, from: number, to: number): void {
    this.#text.reserve(this.#end + to - from, this.#end);
    const { bytes: text } = this.#text;
    let end = this.#end;
    for (let i = from; i < to; i++) text[end++] = bytes[i] as number;
    this.#end = end;
  }

  /** Adds the value that begins at `from`; returns its end, or -1 if there is no value or one that is nested too deeply. */
  addValue(bytes: Buffer, from: number, to: number): number {
    const end = this.#value.write(bytes, from, to);
    if (end === -1) return -1;
    if (this.#value.hasWatched) this.#hasWatched = true;
    this.#end = this.#value.copyTo(this.#text, this.#end);
    return end;
  }
}
