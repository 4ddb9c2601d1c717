/**
 * The rejections of a sync: each is counted for its STATE and for the log, then stored if there is object storage. A
 * rejected row never fails a sync.
 */
import { finished } from 'node:stream/promises';
import { GroupedCount, type Names } from '../../grouped-count.ts';
import type { Rejection, RejectSink } from '../../record/rejection.ts';
import { drained } from '../../stream/drain.ts';
import { GatheringSink } from '../../stream/gathering-sink.ts';
import { KeptWrites } from '../../stream/kept-writes.ts';
import { sayStream } from '../catalog/catalog.ts';
import { intervalOf } from './streams.ts';

const MAX_KINDS = 200;
/** So many rejections wait while the store is full. */
const MAX_WAITING = 16;

/** How many rows of which stream were rejected, and why. */
export class SyncRejectCounts {
  readonly #kinds = new GroupedCount<{ readonly why: string }>(MAX_KINDS);
  /** What no further kind is made for, by stream and reason. */
  readonly #others = new GroupedCount<{ readonly why: string }>(Number.POSITIVE_INFINITY);

  add(rejection: Rejection): void {
    const interval = intervalOf(rejection.origin);
    if (interval) interval.rejected++;
    const { reason, field, message, stage } = rejection.cause;
    const where = interval ? `stream ${sayStream(interval.of.configured)}` : 'lines without a stream';
    // The API's own words could repeat what was sent.
    const words = stage === 'trackWriter' ? undefined : message;
    this.#kinds.add([where, reason, field || undefined, words], sayWhy) ?? this.#others.add([where, reason], sayWhy);
  }

  /** One sentence for each kind. */
  get lines(): string[] {
    return [...this.#kinds.all, ...this.#others.all].map(({ records, why }) => `${records} rejected, ${why}`);
  }
}

function sayWhy([where, reason, ...details]: Names): { why: string } {
  const detail = details.filter((part) => part !== undefined).join(' ');
  return { why: `${where}: ${reason}${detail === '' ? '' : `, ${detail}`}` };
}

/** A sink that counts, and passes on to `store`, which ends with it. */
export function countingRejects(counts: SyncRejectCounts, store: RejectSink | undefined): GatheringSink<Rejection> {
  const writes = store && new KeptWrites(store);
  const writable = new GatheringSink<Rejection>(
    {
      write: async (rejections) => {
        for (const rejection of rejections) {
          counts.add(rejection);
          if (store && !writes?.write(rejection)) await drained(store);
        }
      },
      flush: async () => writes?.flush(),
      end: () => end(store),
      close: () => end(store).catch(() => {}),
    },
    { elements: MAX_WAITING },
  );
  store?.once('error', (error) => writable.fail(error));
  return writable;
}

async function end(store: RejectSink | undefined): Promise<void> {
  if (store === undefined) return;
  if (!store.writableEnded && !store.destroyed) store.end();
  await finished(store, { readable: false });
}
