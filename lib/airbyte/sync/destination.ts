/**
 * Where the entries of a sync go: through dedupe, if it is configured, to the Track API; rejected rows to the object storage.
 * A rejected row never fails a sync.
 */
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { dedupe } from '../../dedupe/dedupe.ts';
import { lmdbStore } from '../../dedupe/lmdb-store.ts';
import type { Summary } from '../../write/summary.ts';
import { type TrackWriter, trackWriterFor } from '../../write/track-writer.ts';
import { accountOfConfig, type Config } from '../config/config.ts';
import { rejectStore } from '../config/reject-storage.ts';
import { countingRejects, SyncRejectCounts } from './rejects.ts';
import { Shutdown } from './shutdown.ts';

/** What a {@link Destination} works with. */
export interface DestinationOptions {
  readonly config: Config;
  readonly syncId: string | undefined;
  /** When it aborts, what was read is given a few seconds to be delivered. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly onNote: (text: string) => void;
  /** Gets the positions that the writer releases. */
  readonly onCheckpoint: (position: unknown) => void | Promise<void>;
}

/** Takes the entries of one sync. */
export class Destination {
  readonly #shutdown: Shutdown;
  readonly #dedupeStore: ReturnType<typeof lmdbStore> | undefined;
  readonly #counts = new SyncRejectCounts();
  readonly #writer: TrackWriter;

  constructor({ config, syncId, stop, clock, onNote, onCheckpoint }: DestinationOptions) {
    this.#shutdown = new Shutdown(stop, clock);
    const signal = this.#shutdown.late;
    const store = rejectStore(config.object_storage_config, syncId, { signal, onNote });
    this.#shutdown.watch(store);
    this.#dedupeStore = config.dedupe_directory ? lmdbStore({ path: config.dedupe_directory }) : undefined;
    this.#writer = trackWriterFor({
      ...accountOfConfig(config),
      concurrency: config.concurrency,
      requestsPerSecond: config.requests_per_second,
      maxRejected: Number.POSITIVE_INFINITY,
      signal,
      rejects: countingRejects(this.#counts, store),
      onCheckpoint,
    });
  }

  /** Sends what the streams give. Throws a CioError if that fails; all positions before are released then. */
  async take(streams: readonly [Readable, ...Transform[]]): Promise<void> {
    const stages = this.#dedupeStore ? [dedupe({ store: this.#dedupeStore })] : [];
    try {
      await pipeline([...streams, ...stages, this.#writer]);
    } catch (error) {
      throw this.#shutdown.errorOf(error);
    } finally {
      this.#shutdown.close();
      await this.#dedupeStore?.close();
    }
  }

  get summary(): Summary {
    return this.#writer.summary;
  }

  /** One sentence for each kind of rejection. */
  get rejections(): string[] {
    return this.#counts.lines;
  }
}
