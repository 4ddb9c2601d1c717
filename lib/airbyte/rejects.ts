/**
 * Where the rejections of a sync go: each is counted for its STATE and for the log, then stored, where there is object
 * storage. A rejected row never fails a sync.
 */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Rejection } from '../record/rejection.ts';
import { sink } from '../stream/sink.ts';
import type { RejectSink } from '../write/options.ts';
import { sayStream } from './plan.ts';
import { intervalOf } from './streams.ts';

const MAX_KINDS = 200;
// A flush queues behind the rejections written before it.
const FLUSH = Symbol('flush');

/** How many rows of which stream were rejected, and why. */
export class RejectTally {
  readonly #counts = new Map<string, number>();

  add(rejection: Rejection): void {
    const interval = intervalOf(rejection.origin);
    if (interval) interval.rejected++;
    const { reason, field, message, stage } = rejection.cause;
    const where = interval ? `stream ${sayStream(interval.of.plan)}` : 'lines of no stream';
    // The API's own words could repeat what was sent.
    const why = stage === 'trackWriter' ? '' : ` ${message}`;
    const kind = `${where}: ${reason}${field || why ? ',' : ''}${field ? ` ${field}` : ''}${why}`;
    const known = this.#counts.has(kind) || this.#counts.size < MAX_KINDS ? kind : `${where}: ${reason}`;
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + 1);
  }

  /** One sentence for each kind. */
  get lines(): string[] {
    return [...this.#counts].map(([kind, count]) => `${count} rejected, ${kind}`);
  }
}

/** A sink that counts, and hands on to `store`, which ends with it. */
export function countingRejects(tally: RejectTally, store: RejectSink | undefined): RejectSink {
  const writable = sink<Rejection | typeof FLUSH>({
    write: (element) => {
      if (element === FLUSH) return store?.flush();
      tally.add(element);
      if (store && !store.write(element)) return once(store, 'drain').then(() => undefined);
    },
    end: () => end(store),
    close: () => end(store).catch(() => {}),
  });
  store?.once('error', (error) => writable.destroy(error));
  return Object.assign(writable, {
    flush: () => new Promise<void>((resolve, reject) => writable.write(FLUSH, (error) => (error ? reject(error) : resolve()))),
  });
}

async function end(store: RejectSink | undefined): Promise<void> {
  if (store === undefined) return;
  if (!store.writableEnded && !store.destroyed) store.end();
  await finished(store);
}
