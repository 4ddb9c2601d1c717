/**
 * The first rows of an input, as often as they are wanted: the bytes that were read are kept, so that standard input can be read
 * in several ways too. It reads no further than the rows need, nor beyond a number of bytes.
 */
import { Readable, Transform, type Writable } from 'node:stream';
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

/** One input, read up to a number of rows. */
export class Sample {
  readonly #input: Input;
  readonly #mostRows: number;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #isKept = false;
  /** True if the input has more rows than the sample, or may have them. */
  isCut = false;
  /** True if it was cut by its bytes, before the rows were enough. */
  isLarge = false;

  constructor(input: Input, mostRows: number) {
    this.#input = input;
    this.#mostRows = mostRows;
  }

  /** What was read of the input. */
  get bytes(): readonly Buffer[] {
    return this.#kept;
  }

  /** Sends the rows through `stages` into `sink`. Throws the error of a stage; resolves with that of the input, after what came before. */
  async read(flags: SendFlags, needed: NeededColumns, { stages, sink, note = () => {} }: Readers): Promise<unknown> {
    const enough = new AbortController();
    const { encoding = this.#input.encoding, format = this.#input.format } = flags;
    const input = { ...this.#input, encoding, format, open: (offset: number, signal: AbortSignal) => this.#open(offset, signal, enough) };
    const reader = new InputReader([input], flags, needed, note);
    const head = this.#firstRows(enough);
    const [, failure] = await Promise.all([
      pipeline([head, ...stages, sink]),
      readInto(head, reader, enough.signal).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ]);
    this.#isKept = true;
    return isCutOff(failure) ? undefined : failure;
  }

  /** Lets so many rows pass, and then stops reading. */
  #firstRows(enough: AbortController): Transform {
    let rows = 0;
    let bytes = 0;
    return each((element: Element, push) => {
      if (element instanceof Checkpoint) return;
      if (rows >= this.#mostRows) {
        // Only now it is certain that there are more.
        this.isCut = true;
        enough.abort();
        return;
      }
      rows++;
      bytes += originBytes(element);
      if (bytes >= MOST_BYTES) this.#stop(enough);
      push(element);
    });
  }

  #stop(enough: AbortController): void {
    this.isCut = true;
    this.isLarge = true;
    enough.abort();
  }

  async #open(offset: number, signal: AbortSignal, enough: AbortController): Promise<Bytes> {
    // Without a buffer: what is in one is lost when the stream fails.
    if (this.#isKept) return Object.assign(Readable.from(this.#again(), { objectMode: false, highWaterMark: 0 }), { bytesRead: 0 });
    const bytes = await this.#input.open(offset, signal);
    const keep = new Transform({
      transform: (chunk: Buffer, _encoding, callback) => {
        this.#kept.push(chunk);
        this.#keptBytes += chunk.length;
        callback(null, chunk);
        if (this.#keptBytes >= MOST_BYTES) this.#stop(enough);
      },
    });
    pipeline(bytes, keep).catch(() => {});
    return Object.assign(keep, { bytesRead: 0 });
  }

  /** The kept bytes. An input that fails leaves a last row unread of which only a part has come. */
  async *#again(): AsyncGenerator<Buffer> {
    yield* this.#kept;
    if (this.isCut) throw CUT;
  }
}

const CUT = new Error('the sample ends here');

function isCutOff(error: unknown): boolean {
  return error === CUT || (error instanceof Error && error.cause !== undefined && isCutOff(error.cause));
}

function originBytes(element: Element): number {
  const origin = element instanceof Rejection || element instanceof Skipped ? element.origin : originOf(element);
  return origin?.bytes ?? 0;
}
