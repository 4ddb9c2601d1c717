/** A sequence of pieces of bytes, read from its front: bytes can be looked at before they are taken, and given back. */

const EMPTY = Buffer.alloc(0);

/** Reads a sequence once. Holds one piece, and as much as `ahead()` was asked for. */
export class ByteCursor {
  readonly #pieces: AsyncIterator<Buffer>;
  #held: Buffer = EMPTY;
  #ended = false;
  #offset = 0;

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** How many bytes were taken. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes, without taking them: at least so many, fewer only at the end of the sequence. */
  async ahead(bytes: number): Promise<Buffer> {
    while (this.#held.length < bytes && !this.#ended) {
      const { done, value } = await this.#pieces.next();
      if (done) this.#ended = true;
      else this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    }
    return this.#held;
  }

  /** Takes bytes that were looked at. */
  take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(taken.length);
    this.#offset += taken.length;
    return taken;
  }

  /** Takes a piece of any size; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const { length } = await this.ahead(1);
    return length === 0 ? undefined : this.take(length);
  }

  /** Gives back the last bytes of the piece that was just taken. */
  back(bytes: Buffer): void {
    this.#held = bytes;
    this.#offset -= bytes.length;
  }

  /** Takes all that is left. */
  async *rest(): AsyncGenerator<Buffer> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece;
  }

  /** Ends the sequence before its end. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
