/**
 * `write`: messages from standard input into Customer.io, and STATEs back out when their rows are delivered or rejected. If it is
 * to stop, it reads no further, finishes what was read and releases its STATEs. A stream that its source did not complete fails
 * the sync, after all rows that came of it are delivered.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { bytesUntil } from '../../stream/bytes-until.ts';
import { decode } from '../../stream/decode.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import type { Protocol } from '../protocol.ts';
import { Destination } from './destination.ts';
import { MessageDecoder } from './message-decoder.ts';
import { type PendingState, StateBudget } from './pending-state.ts';
import { Streams } from './streams.ts';
import { SyncLog } from './sync-log.ts';

/** What a sync works with. */
export interface WriteOptions {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly input: Readable;
  readonly protocol: Protocol;
  /** Aborted to read no further. */
  readonly stop: AbortSignal;
  /** Measures how long the delivery of what was read may take after that. */
  readonly clock: Clock;
}

/** Runs a sync; gives its counts. Throws a CioError if it fails; all STATEs whose rows are delivered or rejected are out then too. */
export async function write({ config, catalog, input, protocol, stop, clock }: WriteOptions): Promise<Destination['summary']> {
  const streams = new Streams(catalog.streams);
  const budget = new StateBudget();
  const log = new SyncLog(protocol, clock);
  const onNote = (text: string): void => protocol.log('WARN', text);
  const onCheckpoint = (position: unknown): void | Promise<void> => {
    const state = position as PendingState;
    budget.remove(state);
    return protocol.line(state.released());
  };
  const destination = new Destination({ config, syncId: catalog.syncId, stop, clock, onNote, onCheckpoint });
  const onUnreadable = (line: number, why: string): void => {
    if (config.strict) throw new CioError('CIO_SOURCE', `line ${line} of the input is not a message: ${why}`);
    log.unreadable(line, why);
  };
  const source = decode((push) => new MessageDecoder({ streams, budget, onUnreadable }, push));
  let failure: CioError | undefined;
  const onFailure = (cause: unknown): void => {
    failure = new CioError('CIO_SOURCE', "standard input can't be read", cause);
  };
  log.begin(catalog);
  try {
    await destination.take([bytesUntil({ input, source, stop, onFailure }), source, streams.entries(config)]);
  } finally {
    log.end(destination.summary, destination.rejections);
  }
  if (failure !== undefined) throw failure;
  if (!stop.aborted && streams.incomplete.length > 0) {
    throw new CioError(
      'CIO_SOURCE',
      `the source did not complete ${streams.incomplete.join(', ')}; everything it sent was delivered or rejected`,
    );
  }
  return destination.summary;
}
