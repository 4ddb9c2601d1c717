/**
 * Rejections -> a place that keeps them, as NDJSON that can be sent again. `flush()` resolves when all written before
 * it is durable there: only then may a checkpoint pass. Where it fails, the line must stop: CIO_REJECT_STORE.
 */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { CioError } from '../errors.ts';
import { count, readOptions } from '../options.ts';
import { Rejection } from '../record/rejection.ts';
import { sink } from '../stream/sink.ts';
import { formatRejection } from './format.ts';
import { openStore } from './open-store.ts';
import { Outbox } from './outbox.ts';
import { storeError } from './store.ts';

/** Options of {@link rejectWriter}. */
export interface RejectWriterOptions {
  /**
   * A local folder (`rejected/`, or a file URL): NDJSON files appear there when they are complete, at each `flush()`
   * that has something to keep. Or a Writable such as `process.stdout`, which is never ended.
   */
  to: Writable | string | URL;
  /** A file that has grown to this many bytes is completed and the next one begun. Default 64 MiB. */
  rollBytes?: number;
  /** Time and chance, for tests. */
  clock?: Clock;
}

/** An object-mode Writable of {@link Rejection}. */
export type RejectWriter = Writable & {
  /** Resolves when everything written so far is stored durably. */
  flush(): Promise<void>;
  /** Where the rejections go, in words. */
  readonly location: string;
};

const OPTIONS = z.strictObject({
  to: z.custom<RejectWriterOptions['to']>(isPlace, 'must be a folder or a Writable'),
  rollBytes: count(1).default(64 * 1024 * 1024),
  clock: z.custom<Clock>().default(systemClock),
});

// A flush queues behind the rejections written before it.
const FLUSH = Symbol('flush');

/** A Writable that stores rejections. Throws `CIO_OPTIONS`; fails with `CIO_REJECT_STORE` where the place can't keep them. */
export function rejectWriter(options: RejectWriterOptions): RejectWriter {
  const { to, rollBytes, clock } = readOptions('rejectWriter', OPTIONS, options);
  const store = openStore(to, rollBytes, clock);
  const outbox = new Outbox(store, (error) => writable.destroy(error));
  const writable = sink<Rejection | typeof FLUSH>({
    open: () => store.open(),
    write: (element) => {
      if (element === FLUSH) return outbox.flush();
      if (!(element instanceof Rejection)) throw new CioError('CIO_LINE', 'rejectWriter() takes rejections only: put divert() before it');
      return outbox.add(formatRejection(element, clock.wall()));
    },
    end: () => outbox.flush(),
    close: () => outbox.close(),
  });
  return Object.assign(writable, { location: store.location, flush: () => flush(writable, store.location) });
}

async function flush(writable: Writable, location: string): Promise<void> {
  try {
    if (writable.writableEnded || writable.destroyed) return await finished(writable);
    await new Promise<void>((resolve, reject) => writable.write(FLUSH, (error) => (error ? reject(error) : resolve())));
  } catch (error) {
    throw storeError(location, writable.errored ?? error);
  }
}

function isPlace(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return (
    value instanceof URL ||
    (typeof Reflect.get(Object(value), 'write') === 'function' && typeof Reflect.get(Object(value), 'on') === 'function')
  );
}
