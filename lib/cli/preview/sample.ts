/**
 * The first rows of an input, as often as they are wanted: the bytes that were read are kept, so that standard input can be read
 * in several ways too. It reads no further than the rows need, nor beyond a number of bytes. A way of reading that fails early
 * has kept little: the next one reads on where it stopped.
 */
import { Readable, type Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Checkpoint } from '../../record/checkpoint.ts';
import { originOf } from '../../record/origin.ts';
import type { Element } from '../../record/record.ts';
import { Rejection } from '../../record/rejection.ts';
import { Skipped } from '../../record/skipped.ts';
import { each } from '../../stream/each.ts';
import type { NeededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/flags.ts';
import type { Bytes, Input } from '../input/inputs.ts';
import { InputReader } from '../input/read-inputs.ts';
import { readInto } from '../input/record-reader.ts';

/** So much of an input is kept. */
const MOST_BYTES = 33_554_432;

/** Where the rows of a sample go. */
export interface Readers {
  readonly stages: readonly Transform[];
  readonly sink: Writable;
  /** Gets what is to be said of the input. */
  readonly note?: (text: string) => void;
}

/** How a reading has ended. */
export interface SampleEnd {
  /** Why no more could be read in this way. */
  readonly failure: unknown;
  /** The input has more rows, or may have them. */
  readonly isCut: boolean;
  /** ... since its bytes were cut before the rows were enough. */
  readonly isLarge: boolean;
}

/** One reading, while it lasts. */
class Part {
  readonly enough = new AbortController();
  isCut = false;
  isLarge = false;
  /** The input itself has failed. */
  isBroken = false;

  stop(isLarge: boolean): void {
    this.isCut = true;
    this.isLarge ||= isLarge;
    this.enough.abort();
  }
}

/** One input, read up to a number of rows. */
export class Sample {
  readonly #input: Input;
  readonly #mostRows: number;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  readonly #closed = new AbortController();
  #source: Bytes | undefined;
  #next: AsyncIterator<Buffer> | undefined;
  #coming: Promise<void> | undefined;
  #isEnded = false;
  #broken: unknown;
  /** The error that ended the input itself, however it was read. */
  failure: unknown;

  constructor(input: Input, mostRows: number) {
    this.#input = input;
    this.#mostRows = mostRows;
  }

  /** What was read of the input. */
  get bytes(): readonly Buffer[] {
    return this.#kept;
  }

  /** Nothing more is read. */
  close(): void {
    this.#closed.abort();
    this.#source?.destroy();
  }

  /** Sends the rows through `stages` into `sink`. Throws the error of a stage; resolves after the rows that came before an end. */
  async read(flags: SendFlags, needed: NeededColumns, { stages, sink, note = () => {} }: Readers): Promise<SampleEnd> {
    const part = new Part();
    const { encoding = this.#input.encoding, format = this.#input.format } = flags;
    const input = { ...this.#input, encoding, format, open: (offset: number) => this.#open(offset, part) };
    const reader = new InputReader([input], flags, needed, note);
    const head = this.#firstRows(part);
    const [, failure] = await Promise.all([
      pipeline([head, ...stages, sink]),
      readInto(head, reader, part.enough.signal).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ]);
    const { isCut, isLarge, isBroken } = part;
    if (isBroken) this.failure ??= failure;
    return { failure: isBroken || isCausedBy(failure, CUT) ? undefined : failure, isCut, isLarge };
  }

  /** Lets so many rows pass, and then stops reading. */
  #firstRows(part: Part): Transform {
    let rows = 0;
    let bytes = 0;
    return each((element: Element, push) => {
      if (element instanceof Checkpoint) return;
      // Only now it is certain that there are more.
      if (rows >= this.#mostRows) return part.stop(false);
      rows++;
      bytes += originBytes(element);
      if (bytes >= MOST_BYTES) part.stop(true);
      push(element);
    });
  }

  /** The input from its beginning. An input that fails leaves a last row unread of which only a part has come. */
  async #open(offset: number, part: Part): Promise<Bytes> {
    this.#source ??= await this.#input.open(offset, this.#closed.signal);
    let at = 0;
    const bytes = new Readable({
      // Without a buffer: what is in one is lost when the stream fails.
      highWaterMark: 0,
      read: () => {
        this.#chunk(at++, part).then(
          (chunk) => void bytes.push(chunk ?? null),
          (error) => void bytes.destroy(error),
        );
      },
    });
    return Object.assign(bytes, { bytesRead: 0 });
  }

  /** Undefined at the end. */
  async #chunk(at: number, part: Part): Promise<Buffer | undefined> {
    if (at === this.#kept.length && this.#keptBytes >= MOST_BYTES) {
      part.stop(true);
      throw CUT;
    }
    if (at === this.#kept.length && !this.#isEnded) {
      this.#coming ??= this.#keepNext().finally(() => {
        this.#coming = undefined;
      });
      await this.#coming;
    }
    part.isBroken = at === this.#kept.length && this.#broken !== undefined;
    if (part.isBroken) throw this.#broken;
    return this.#kept[at];
  }

  async #keepNext(): Promise<void> {
    this.#next ??= (this.#source as Readable)[Symbol.asyncIterator]();
    try {
      const { done, value } = await this.#next.next();
      this.#isEnded = done === true;
      if (done) return;
      this.#kept.push(value);
      this.#keptBytes += value.length;
    } catch (error) {
      this.#isEnded = true;
      this.#broken = error;
    }
  }
}

const CUT = new Error('the sample ends here');

function isCausedBy(error: unknown, cause: unknown): boolean {
  return error === cause || (error instanceof Error && error.cause !== undefined && isCausedBy(error.cause, cause));
}

function originBytes(element: Element): number {
  const origin = element instanceof Rejection || element instanceof Skipped ? element.origin : originOf(element);
  return origin?.bytes ?? 0;
}
