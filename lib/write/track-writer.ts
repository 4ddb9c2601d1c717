/**
 * entries -> the Track API: the stream around the writer. When it has finished, every element that went in is
 * delivered, stored as a rejection, or skipped.
 */
import type { Writable } from 'node:stream';
import { readOptions } from '../options.ts';
import type { Element } from '../record/record.ts';
import { sink } from '../stream/sink.ts';
import { TRACK_WRITER_OPTIONS, type TrackWriterOptions, withAccount } from './options.ts';
import type { Summary } from './summary.ts';
import { Writer } from './writer.ts';

/**
 * The end of a pipeline: a Writable of {@link Element | elements} with a live summary.
 *
 * @category Writer
 */
export type TrackWriter = Writable & {
  /** The counts so far. */
  readonly summary: Summary;
};

/**
 * Delivers entries to the Track API. It batches up to the byte, keeps to the rate, sends updates of one person in order, and
 * retries what may be retried. When it has finished, every row that went in is delivered, stored as rejected, or skipped.
 *
 * If the options name neither `siteId` nor `apiKey`, the account comes from the environment: `CUSTOMERIO_SITE_ID`,
 * `CUSTOMERIO_API_KEY`, `CUSTOMERIO_REGION` and `CUSTOMERIO_BASE_URL`.
 *
 * When it fails, the error is a {@link CioError}: `CIO_AUTH`, `CIO_REGION`, `CIO_NETWORK` or `CIO_API` before the first batch,
 * `CIO_UNDELIVERED` if the API stays away for longer than `giveUpMs`, `CIO_REJECTED` or `CIO_REJECT_STORE` if rejected rows have
 * nowhere to go, `CIO_TOO_MANY_REJECTED`, `CIO_LINE` if the stages are out of order. Running again is then safe.
 *
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { csv, enforceLimits, rejectWriter, trackWriter, validate } from 'customerio-streams';
 *
 * const writer = trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) });
 * await pipeline(
 *   createReadStream('people.csv'),
 *   csv({ source: 'people.csv' }),
 *   validate({ object: 'person_identify', columns: { Email: 'person_email' } }),
 *   enforceLimits(),
 *   writer,
 * );
 * const { read, delivered, rejected, skipped } = writer.summary;
 * console.log(read, delivered, rejected.total, skipped.total); // 3 2 1 0
 * ```
 * @example Save the position, and resume from it
 * ```ts
 * import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { csv, rejectWriter, trackWriter, validate } from 'customerio-streams';
 *
 * const startAt = existsSync('position.json') ? JSON.parse(readFileSync('position.json', 'utf8')) : undefined;
 * await pipeline(
 *   createReadStream('people.csv', { start: startAt?.offset ?? 0 }),
 *   csv({ source: 'people.csv', startAt, checkpointEveryRecords: 10_000 }),
 *   validate({ object: 'person_identify', columns: { Email: 'person_email' } }),
 *   trackWriter({
 *     rejects: rejectWriter({ to: 'rejected/' }),
 *     onCheckpoint: (position) => writeFileSync('position.json', JSON.stringify(position)),
 *   }),
 * );
 * console.log(JSON.parse(readFileSync('position.json', 'utf8')).line); // 5
 * ```
 *
 * @category Writer
 */
export function trackWriter(options?: TrackWriterOptions): TrackWriter {
  return trackWriterFor(withAccount(options));
}

/** {@link trackWriter} for an account that is given: the environment is not asked. */
export function trackWriterFor(options: TrackWriterOptions): TrackWriter {
  const core = new Writer(readOptions('trackWriter', TRACK_WRITER_OPTIONS, options), (error) => writable.destroy(error));
  const writable = sink<Element>({
    open: () => core.open(),
    write: (element) => core.write(element),
    entry: (row) => core.entry(row),
    end: () => core.end(),
    leave: (error) => core.abort(error),
    close: () => core.close(),
  });
  return Object.assign(writable, { summary: core.summary });
}
