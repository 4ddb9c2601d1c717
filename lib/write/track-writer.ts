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

/** The end of a pipeline: a Writable with a live summary. */
export type TrackWriter = Writable & {
  /** Counts so far. */
  readonly summary: Summary;
};

/**
 * A Writable that delivers entries. What the options leave out of the account is read from the environment: `CUSTOMERIO_SITE_ID`,
 * `CUSTOMERIO_API_KEY`, `CUSTOMERIO_REGION`, `CUSTOMERIO_BASE_URL`. Throws `CIO_OPTIONS`; fails with another {@link CioError} if it
 * would be wrong to continue.
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
