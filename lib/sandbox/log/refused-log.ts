/**
 * The newest items that were refused, with the request they came in. Their text is copied: it is cut from the text of the
 * whole batch, which would live as long as the smallest part of it.
 */

import { Newest } from '../newest.ts';
import type { Refusal } from '../workspace/refusal.ts';

/** One refused item. */
export interface LoggedRefusal {
  /** Unix milliseconds. */
  readonly at: number;
  /** The id of its request. */
  readonly request: number;
  readonly refusal: Omit<Refusal, 'text'>;
  readonly text: Buffer;
}

const MOST = 10_000;
const MAX_BYTES = 20_000_000;

/** The log. */
export class RefusedLog {
  readonly #kept: Newest<LoggedRefusal> = new Newest(MOST);
  #bytes = 0;

  get length(): number {
    return this.#kept.length;
  }

  add(at: number, request: number, { text, ...refusal }: Refusal): void {
    const bytes = Buffer.from(text);
    this.#bytes += bytes.length;
    this.#bytes -= this.#kept.add({ at, request, refusal, text: bytes })?.text.length ?? 0;
    while (this.#bytes > MAX_BYTES) this.#bytes -= this.#kept.shift()?.text.length ?? 0;
  }

  /** In the order in which they came. */
  get all(): readonly LoggedRefusal[] {
    return this.#kept.all;
  }

  backwards(): Iterable<LoggedRefusal> {
    return this.#kept.backwards();
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
