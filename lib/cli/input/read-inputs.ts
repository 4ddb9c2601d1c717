/**
 * The inputs, one after the other, into the head of the pipeline. When reading is to stop, or an input fails, everything that
 * was read arrives, and a record of which only a part was read stays unread. The error of an input is thrown after that.
 */
import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { CioError } from '../../errors.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import { isRecord, type SourceRecord } from '../../record/record.ts';
import { bytesUntil } from '../../stream/bytes-until.ts';
import type { Source } from '../../stream/decode.ts';
import type { NeededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/flags.ts';
import { type Bytes, type Input, inputUnreadable } from './inputs.ts';
import { openInput, startOffset } from './places/open-input.ts';
import type { CurrentInput, InputRead, RecordReader } from './record-reader.ts';
import { sourceOf } from './source-of.ts';
import { wrappedNote } from './wrapped-rows.ts';

/** Reads inputs and knows how far it has come. */
export class InputReader implements RecordReader {
  readonly #inputs: readonly Input[];
  readonly #flags: SendFlags;
  readonly #columns: NeededColumns;
  readonly #note: (text: string) => void;
  #bytesBefore = 0;
  #current: Bytes | undefined;
  #opened = 0;
  #rows = (): number => 0;
  readonly #empty: string[] = [];
  readonly #inputsRead: InputRead[] = [];

  /** `columns` are those that a header must have; `note` gets what is to be said of an input. Throws `CIO_OPTIONS`. */
  constructor(inputs: readonly Input[], flags: SendFlags, columns: NeededColumns, note: (text: string) => void) {
    // A mistake in the options is an error before anything is read, whichever input it is for.
    for (const input of inputs) sourceOf(input, flags, columns, note);
    this.#inputs = inputs;
    this.#flags = flags;
    this.#columns = columns;
    this.#note = note;
  }

  get bytesRead(): number {
    return this.#bytesBefore + (this.#current?.bytesRead ?? 0);
  }

  /** Of what is left to read. */
  get bytesTotal(): number | undefined {
    return this.#inputs.reduce<number | undefined>(
      (sum, input) => (sum === undefined || input.size === undefined ? undefined : sum + input.size - startOffset(input)),
      0,
    );
  }

  get current(): CurrentInput | undefined {
    const input = this.#inputs[this.#opened - 1];
    return input && { name: input.label, index: this.#opened, count: this.#inputs.length };
  }

  /** Inputs that were read from their beginning to their end, and held no record. */
  get empty(): readonly string[] {
    return this.#empty;
  }

  get inputsRead(): readonly InputRead[] {
    return this.#inputsRead;
  }

  async read(head: Writable, stop: AbortSignal): Promise<void> {
    for (const input of this.#inputs) {
      if (stop.aborted) return;
      this.#opened++;
      try {
        await this.#one(input, head, stop);
      } catch (error) {
        throw inputUnreadable(input.label, error);
      } finally {
        const { label, source } = input;
        this.#inputsRead.push({ input: label, source, rows: this.#rows(), bytes: this.#current?.bytesRead ?? 0 });
        this.#bytesBefore = this.bytesRead;
        this.#current = undefined;
        this.#rows = () => 0;
      }
    }
  }

  async #one(input: Input, head: Writable, stop: AbortSignal): Promise<void> {
    const { bytes, pieces } = await openInput(input, stop, this.#note);
    this.#current = bytes;
    const source = sourceOf(input, this.#flags, this.#columns, this.#note);
    this.#rows = source.rows;
    let failure: unknown;
    const onFailure = (error: unknown): void => {
      failure = error;
    };
    let isEmpty = input.from === undefined;
    source.onFirst((first) => {
      isEmpty &&= first instanceof Checkpoint;
      this.#look(first, input.label);
    });
    await passInto(head, bytesUntil({ input: bytes, pieces, source, stop, onFailure }), source);
    if (failure !== undefined) throw failure;
    const flaw = source.flaw();
    if (flaw !== undefined) throw new CioError('CIO_SOURCE', flaw);
    if (isEmpty && !stop.aborted) this.#empty.push(input.label);
  }

  /** Looks at the first record of an input, which is none behind a checkpoint or a rejection. */
  #look(first: unknown, label: string): void {
    if (this.#flags.transform !== undefined || !isRecord(first)) return;
    const note = wrappedNote(first as SourceRecord, label);
    if (note !== undefined) this.#note(note);
  }
}

/** Like `pipeline(bytes, source, head, { end: false })`, which would leave a listener on `head` for every input. */
async function passInto(head: Writable, bytes: Readable, source: Source): Promise<void> {
  const onClose = (): void => void source.destroy();
  head.once('close', onClose);
  source.pipe(head, { end: false });
  try {
    await Promise.all([pipeline(bytes, source), finished(source)]);
  } finally {
    head.off('close', onClose);
  }
}
