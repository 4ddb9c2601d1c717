/**
 * Rejections -> a place that keeps them and can be read again. `flush()` resolves when all written before it is durable
 * there: only then may a checkpoint pass. Where it fails, the line must stop: CIO_REJECT_STORE.
 */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { Rejection } from '../record/rejection.ts';
import { rejectStoreError } from '../storage/object-store.ts';
import { clearLeftFolders } from '../storage/temporary-folder.ts';
import { sink } from '../stream/sink.ts';
import { Ending } from './ending.ts';
import { formatRejection } from './format.ts';
import { openStore } from './open-store.ts';
import { REJECT_WRITER_OPTIONS, type RejectWriterOptions } from './options.ts';
import { Outbox } from './outbox.ts';

/** An object-mode Writable of {@link Rejection}. */
export type RejectWriter = Writable & {
  /** Resolves when everything written so far is stored durably. */
  flush(): Promise<void>;
  /** Where the rejections go, in words. */
  readonly location: string;
};

// A flush queues behind the rejections written before it.
const FLUSH = Symbol('flush');

/** A Writable that stores rejections. Throws `CIO_OPTIONS`; fails with `CIO_REJECT_STORE` where the place can't keep them. */
export function rejectWriter(options: RejectWriterOptions): RejectWriter {
  const settings = readOptions('rejectWriter', REJECT_WRITER_OPTIONS, options);
  const ending = new Ending(() => writable);
  const onError = (error: Error): void => ending.begin(error);
  const store = openStore(settings, onError);
  const outbox = new Outbox(store, onError);
  const lineOf = (rejection: Rejection): string => formatRejection(rejection, settings.clock.wall());
  const failed = (error: Error): Promise<void> => {
    ending.begin(error);
    return ending.next();
  };
  let clearing: Promise<void> | undefined;
  const writable = sink<Rejection | typeof FLUSH>({
    open: () => {
      clearing = clearLeftFolders();
      return store.open();
    },
    write: (element) => {
      if (element === FLUSH) return ending.error ? ending.next() : outbox.flush().catch(failed);
      if (!(element instanceof Rejection)) throw new CioError('CIO_LINE', 'rejectWriter() takes rejections only: put divert() before it');
      const group = store.groupOf(element.origin);
      if (!ending.error) return outbox.add(group, lineOf(element))?.catch(failed);
      outbox.save(group, lineOf(element));
      return ending.next();
    },
    end: async () => {
      if (ending.error) throw ending.error;
      await outbox.flush();
    },
    close: async () => {
      await clearing;
      await outbox.close();
    },
  });
  return Object.assign(writable, { location: store.location, flush: flushOf(writable, store.location, ending) });
}

function flushOf(writable: Writable, location: string, ending: Ending): () => Promise<void> {
  return async () => {
    try {
      if (writable.writableEnded || writable.destroyed) await finished(writable);
      else await new Promise<void>((resolve, reject) => writable.write(FLUSH, (error) => (error ? reject(error) : resolve())));
      if (ending.error) throw ending.error;
    } catch (error) {
      throw rejectStoreError(location, ending.error ?? writable.errored ?? error);
    }
  };
}
