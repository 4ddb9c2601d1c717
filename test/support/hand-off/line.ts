/**
 * Streams of ours from a source to trackWriter() and a sandbox, not joined yet: that is what each test does in its own way.
 * And what came out: every operation that was applied, and every rejection, in their order.
 */
import assert from 'node:assert/strict';
import { PassThrough, type Readable, type Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import {
  csv,
  dedupe,
  divert,
  enforceLimits,
  map,
  ndjson,
  type Rejection,
  type SandboxOptions,
  type TrackWriter,
  type TrackWriterOptions,
  trackWriter,
  validate,
} from '../../../lib/index.ts';
import type { Source } from '../../../lib/stream/decode.ts';
import { rejectKeeper } from '../deliver-rows.ts';
import { closed } from '../reject/folder.ts';
import { start } from '../sandbox.ts';
import { within } from '../within.ts';
import { bad, type Format, good, type Input, piecesOf, reading, textOf } from './rows.ts';

/** Which streams there are. */
export const SHAPES = ['ndjson', 'csv', 'deduped', 'every stage'] as const;
/** Of these the two that differ most, for what is tried in every place. */
export const SHORT = ['ndjson', 'every stage'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Outcome {
  /** The numbers of the rows that were applied. */
  readonly applied: readonly number[];
  /** The numbers of those that were rejected. */
  readonly rejected: readonly number[];
  /** Each operation, and each rejection with its reason. */
  readonly details: { readonly applied: readonly object[]; readonly rejected: readonly object[] };
}

export interface Line {
  readonly format: Format;
  readonly source: Source;
  readonly stages: Transform[];
  readonly writer: TrackWriter;
  /** Source, stages and writer. */
  readonly streams: readonly [Source, ...Transform[], TrackWriter];
  outcome(): Outcome;
}

/** What may differ. */
export interface LineOptions {
  readonly writer?: Partial<TrackWriterOptions> & { clock?: unknown };
  readonly sandbox?: SandboxOptions;
  readonly source?: object;
  /** Hears the number of each row that map() gets; only with every stage. */
  readonly onRow?: (n: number) => unknown;
}

/** The streams. One lane, so that what is applied is in the order of the rows. */
export async function makeLine(t: TestContext, shape: Shape, options: LineOptions = {}): Promise<Line> {
  const applied: string[] = [];
  const { onApply, ...more } = options.sandbox ?? {};
  const {
    url: baseUrl,
    siteId,
    apiKey,
  } = await start(t, {
    ...more,
    onApply: (one) => {
      applied.push(one.text);
      onApply?.(one);
    },
  });
  const [rejects, diverted] = [rejectKeeper(), rejectKeeper()];
  const given = { rejects, concurrency: 1, requestsPerSecond: 1_000_000, ...options.writer };
  const writer = trackWriter({ baseUrl, siteId, apiKey, ...given } as TrackWriterOptions);
  const format = shape === 'csv' ? 'csv' : 'ndjson';
  const source = (shape === 'csv' ? csv : ndjson)({ source: 'test', version: '1', ...options.source });
  const stages = stagesOf(shape, diverted, options.onRow);
  const streams = [source, ...stages, writer] as const;
  t.after(async () => {
    for (const stream of streams) stream.on('error', () => {}).destroy();
    await within(Promise.all(streams.map(closed)), () => 'a stream does not close');
  });
  const outcome = (): Outcome => outcomeOf(applied, [...diverted.kept, ...rejects.kept], format);
  return { format, source, stages, writer, streams, outcome };
}

function stagesOf(shape: Shape, diverted: ReturnType<typeof rejectKeeper>, onRow: (n: number) => unknown = () => {}): Transform[] {
  const stages = [validate({ object: 'person_event' }), enforceLimits()];
  if (shape === 'deduped') return [...stages, dedupe()];
  if (shape !== 'every stage') return stages;
  const mapped = map(async (row) => {
    await onRow(Number(row.n));
    return row;
  });
  return [mapped, ...stages, divert(diverted), dedupe()];
}

function outcomeOf(applied: readonly string[], rejections: readonly Rejection[], format: Format): Outcome {
  const number = ({ origin }: Rejection): number => Number(origin?.line) - (format === 'csv' ? 1 : 0);
  const rejected = rejections.map(({ cause, record, origin }) => ({ cause, record, raw: origin?.raw, offset: origin?.offset }));
  const operations = applied.map((text) => JSON.parse(text));
  return {
    applied: operations.map(({ attributes }) => Number(attributes.n)),
    rejected: rejections.map(number),
    details: { applied: operations, rejected },
  };
}

/** What pipeline() takes. */
export type Streams = [Input, ...Transform[], Writable];

/** A source of `rows` rows in pieces of `size` bytes, and the streams of the line. */
export function whole({ format, streams }: Line, rows: number, size = 1_000): Streams {
  return [reading(piecesOf(textOf(format, rows), size)), ...streams] as unknown as Streams;
}

/** Joins each stream with the next one by `pipe()`. */
export function pipeAll(streams: readonly (Readable | Writable)[]): void {
  streams.reduce((from, to) => (from as Readable).pipe(to as Writable));
}

/** What comes out if somebody else's stream is between each two of ours, so that each element goes through node's buffers. */
async function reference(t: TestContext, shape: Shape, rows: number): Promise<Outcome> {
  const known = references.get(`${shape} ${rows}`);
  if (known) return known;
  const line = await makeLine(t, shape);
  const spaced = whole(line, rows)
    .flatMap((stream) => [new PassThrough({ objectMode: true }), stream])
    .slice(1);
  // The pieces of bytes are no elements, but they pass as well.
  await within(pipeline(spaced as unknown as Streams), () => 'the reference hangs');
  references.set(`${shape} ${rows}`, line.outcome());
  return line.outcome();
}

const references = new Map<string, Outcome>();

/** All came out that comes out through node's buffers, the same, once, and in the same order. */
export async function assertAll(t: TestContext, shape: Shape, line: Line, rows: number): Promise<void> {
  const { summary } = line.writer;
  const outcome = line.outcome();
  assert.deepEqual(outcome.applied, good(rows));
  assert.deepEqual(outcome.rejected, bad(rows));
  assert.deepEqual(outcome, await reference(t, shape, rows));
  assert.equal(summary.delivered, outcome.applied.length);
  assert.equal(summary.delivered + summary.rejected.total + summary.skipped.total, summary.read);
}
