/**
 * The inputs, one after the other, into the head of the line. When it is told to stop it reads no further, but lets
 * everything that was read arrive; a record of which only a part was read stays unread. When an input fails, what came
 * before still goes its way, and then the error is told.
 */
import { type Duplex, PassThrough, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { sleep, systemClock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import { isRecord, type SourceRecord } from '../../record/record.ts';
import { csv } from '../../source/csv.ts';
import { decompress } from '../../source/decompress.ts';
import { json } from '../../source/json.ts';
import { ndjson } from '../../source/ndjson.ts';
import type { SourceOptions } from '../../source/options.ts';
import type { Source } from '../../stream/decode.ts';
import type { NeededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/send-options.ts';
import { asFlags } from '../show/failure.ts';
import { type Bytes, type Input, inputUnreadable } from './inputs.ts';
import { wrappedNote } from './wrapped-rows.ts';

/** How often positions are kept: a kill costs no more than what comes between two. */
const EVERY_RECORDS = 100_000;
const EVERY_MS = 5_000;
const CALM_MS = 10;
const CALM_TIMES = 3;

/** What surrounds a feed. */
export interface InputContext {
  /** Says something of an input. */
  readonly note: (text: string) => void;
  /** Aborted to read no further. */
  readonly stop: AbortSignal;
}

/** Reads inputs and knows how far it has come. */
export class InputReader {
  readonly #inputs: readonly Input[];
  readonly #flags: SendFlags;
  readonly #columns: NeededColumns;
  readonly #stop: AbortSignal;
  readonly #note: (text: string) => void;
  #bytesBefore = 0;
  #current: Bytes | undefined;
  readonly #empty: string[] = [];

  /** `columns` are those that a header must have. Throws `CIO_OPTIONS`. */
  constructor(inputs: readonly Input[], flags: SendFlags, columns: NeededColumns, { note, stop }: InputContext) {
    // A mistake in the options is told before anything is read, whichever input it is for.
    for (const input of inputs) sourceOf(input, flags, columns);
    this.#inputs = inputs;
    this.#flags = flags;
    this.#columns = columns;
    this.#stop = stop;
    this.#note = note;
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.#bytesBefore + (this.#current?.bytesRead ?? 0);
  }

  /** Bytes of all inputs that are to be read, where they are known. */
  get bytesTotal(): number | undefined {
    return this.#inputs.reduce<number | undefined>(
      (sum, input) => (sum === undefined || input.size === undefined ? undefined : sum + input.size - offsetOf(input)),
      0,
    );
  }

  /** Inputs that were read from their beginning to their end, and held no record. */
  get empty(): readonly string[] {
    return this.#empty;
  }

  /** Feeds `head` and ends it. Throws a CioError of the first input that failed. */
  async into(head: Writable): Promise<void> {
    try {
      for (const input of this.#inputs) {
        if (this.#stop.aborted || head.destroyed) break;
        await this.#one(input, head);
      }
    } finally {
      head.end();
    }
  }

  async #one(input: Input, head: Writable): Promise<void> {
    const cut = new AbortController();
    const { signal } = cut;
    const onClose = (): void => cut.abort();
    head.once('close', onClose);
    const offset = offsetOf(input);
    // In the middle of a text there are no marks of compression, only bytes that look like them.
    const [decompressed, source] = [offset > 0 ? new PassThrough() : decompress(), sourceOf(input, this.#flags, this.#columns)];
    try {
      this.#current = await input.open(offset, AbortSignal.any([this.#stop, cut.signal]));
      this.#obey(this.#current, decompressed, source, cut);
      source.on('warning', (text: string) => this.#note(`warning: ${input.label}: ${asFlags(text)}`));
      source.pipe(head, { end: false });
      let isEmpty = input.from === undefined;
      source.once('data', (first) => {
        isEmpty &&= first instanceof Checkpoint;
        this.#look(first, input.label);
      });
      decompressed.pipe(source);
      const bytes = Promise.all([pipeline(this.#current, decompressed, { signal }), finished(decompressed, { signal })]);
      // The source ends when it has taken the last byte, long before the line has taken the last record.
      await Promise.all([afterRows(bytes, source, signal), finished(source, { signal })]);
      const flaw = source.flaw();
      if (flaw !== undefined) throw new CioError('CIO_SOURCE', flaw);
      if (isEmpty) this.#empty.push(input.label);
    } catch (error) {
      // The line is gone and has its own error, or all that was read has arrived.
      if (!cut.signal.aborted) throw inputUnreadable(input.label, error);
    } finally {
      head.off('close', onClose);
      // Whoever waits for calm would wait for ever now.
      cut.abort();
      this.#bytesBefore += this.#current?.bytesRead ?? 0;
      for (const stream of [this.#current, decompressed, source]) stream?.destroy();
      this.#current = undefined;
    }
  }

  /** Looks at the first record of an input, which is none behind a checkpoint or a rejection. */
  #look(first: unknown, label: string): void {
    if (this.#flags.transform !== undefined || !isRecord(first)) return;
    const note = wrappedNote(first as SourceRecord, label);
    if (note !== undefined) this.#note(note);
  }

  /** Waits for the word to stop, then for calm, and cuts. A cut ends the waiting. */
  #obey(bytes: Bytes, decompressed: Duplex, source: Source, cut: AbortController): void {
    const onStop = (): void => {
      bytes.unpipe(decompressed);
      bytes.pause();
      leave(source, [decompressed, source], cut.signal).then(
        () => cut.abort(),
        (error) => source.destroy(error),
      );
    };
    if (this.#stop.aborted) onStop();
    else this.#stop.addEventListener('abort', onStop, { once: true, signal: cut.signal });
  }
}

/** The bytes of an input, up to the end or a fault. What came before a fault goes its way first. */
async function afterRows(bytes: Promise<unknown>, source: Source, signal: AbortSignal): Promise<void> {
  try {
    await bytes;
  } catch (fault) {
    await leave(source, [source], signal);
    throw fault;
  }
}

/** Waits for calm, so that the source holds a part of a record at most, and takes leave of it there. */
async function leave(source: Source, streams: readonly Duplex[], signal: AbortSignal): Promise<void> {
  await calm(streams, signal);
  if (signal.aborted) return;
  source.mark();
  await calm(streams, signal);
}

/** Resolves when nothing moves in `streams` any more: what they still hold is only a part of a record. */
async function calm(streams: readonly Duplex[], signal: AbortSignal): Promise<void> {
  for (let times = 0; times < CALM_TIMES && !signal.aborted; ) {
    await sleep(systemClock, CALM_MS);
    times = streams.every((stream) => stream.readableLength + stream.writableLength === 0) ? times + 1 : 0;
  }
}

/** Where the file is opened: one that can't be read from its middle is skipped by its source. */
function offsetOf({ from }: Input): number {
  return from === undefined || from.skip !== undefined ? 0 : from.startAt.offset;
}

function sourceOf({ format, encoding, delimiter: named, source, version, from }: Input, flags: SendFlags, required: NeededColumns): Source {
  const { jsonPath, delimiter, quote, header: columns, keepEmptyCells, null: nulls, trim, maxRecordBytes, stream, namespace } = flags;
  const place = { source, version, stream, namespace, ...from, ...checkpoints(flags), encoding, maxRecordBytes };
  if (format === 'ndjson') return ndjson(place);
  if (format === 'json') return json({ ...place, path: jsonPath });
  const between = delimiter?.replaceAll(String.raw`\t`, '\t') ?? named;
  const cells = { emptyCells: keepEmptyCells ? 'keep' : 'absent', null: nulls, trim } as const;
  return csv({ ...place, delimiter: between, quote, columns, required, ...cells });
}

function checkpoints({ resume, checkpointEvery = EVERY_RECORDS, checkpointEveryMs = EVERY_MS }: SendFlags): SourceOptions {
  return resume === undefined ? {} : { checkpointEveryRecords: checkpointEvery, checkpointEveryMs };
}
