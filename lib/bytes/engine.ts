/**
 * A decompressor of node:zlib, driven piece by piece: the output of a piece is read to its end before the next one goes in.
 * So no more is inflated than is read, nothing is lost if a later piece is broken, and it is known how many bytes of a
 * piece lie behind the end of the compressed data.
 */
import type { Duplex } from 'node:stream';

/** Why compressed data can't be read. */
export class Unreadable extends Error {}

/** The input ends inside compressed data. */
export const cutOff = (): Unreadable => new Unreadable('the compressed data is cut off');

/** The bytes are not those that the compressor wrote. */
export const corrupt = (cause: unknown): Unreadable => new Unreadable('the compressed data is corrupt', { cause });

/** A decompressor as node:zlib makes it. `bytesWritten` counts the bytes that it has consumed. */
export type Decompressor = Duplex & { readonly bytesWritten: number };

/** Drives one decompressor. */
export class Engine {
  readonly #stream: Decompressor;
  #given = 0;
  #fault: Error | undefined;
  #wake: () => void = () => {};

  constructor(stream: Decompressor) {
    this.#stream = stream;
    stream.on('readable', () => this.#wake());
    stream.on('error', (error) => {
      this.#fault = error;
      this.#wake();
    });
  }

  /** The output of the piece. Throws {@link Unreadable}. */
  async *pass(piece: Buffer): AsyncGenerator<Buffer> {
    let taken = false;
    this.#given += piece.length;
    this.#stream.write(piece, (error) => {
      taken = !error;
      this.#wake();
    });
    for (;;) {
      const out: Buffer | null = this.#stream.read();
      if (out !== null) yield out;
      else if (this.#fault !== undefined) throw corrupt(this.#fault);
      else if (taken) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** How many bytes of the last piece lie behind the end of the data. */
  get left(): number {
    return this.#given - this.#stream.bytesWritten;
  }

  close(): void {
    this.#stream.destroy();
  }
}
