/** People through validate() and trackWriter() to an API that answers by a script. */
import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import type { Rejection, RejectSink } from '../../lib/record/rejection.ts';
import { validate } from '../../lib/stage/validate.ts';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { fast } from './fake-clock.ts';
import { type Answer, type Received, serve } from './scripted-server.ts';

export const SECRET = 'very-secret-key';

/** A reject sink that keeps what it gets. */
export function rejectKeeper(): RejectSink & { kept: Rejection[]; flush(): Promise<void> } {
  const kept: Rejection[] = [];
  const sink = new Writable({
    objectMode: true,
    write: (rejection, _encoding, callback) => {
      kept.push(rejection);
      callback();
    },
  });
  return Object.assign(sink, { kept, flush: async () => {} });
}

export const people = (count: number): object[] => Array.from({ length: count }, (_, n) => ({ person_id: n, n }));

/** Rows through validate into a writer before a scripted API, on a clock that makes half a minute of backoff short. */
export async function deliverRows(
  t: TestContext,
  rows: Iterable<object>,
  script: (request: Received, n: number) => Answer,
  options: Partial<TrackWriterOptions> = {},
) {
  const server = await serve(t, script);
  const rejects = rejectKeeper();
  const writer = trackWriter({
    siteId: 'site',
    apiKey: SECRET,
    baseUrl: server.url,
    rejects,
    concurrency: 1,
    ...fast(200),
    ...options,
  } as TrackWriterOptions);
  let error: unknown;
  try {
    await pipeline(Readable.from(rows), validate({ object: 'person_identify', identifier: 'id' }), writer);
  } catch (caught) {
    error = caught;
  }
  const { summary } = writer;
  const rejected = rejects.kept.map(({ record }) => (record as { n: number } | undefined)?.n);
  return {
    ...server,
    error,
    summary,
    rejects: rejects.kept,
    rejected,
    sent: server.received.map(({ items }) => items.map((item) => (item.attributes as { n: number }).n)),
  };
}

export function assertCode(error: unknown, code: string): asserts error is CioError {
  assert.ok(error instanceof CioError, String(error));
  assert.equal(error.code, code, error.message);
  assert.ok(error.todo.length > 10);
}
