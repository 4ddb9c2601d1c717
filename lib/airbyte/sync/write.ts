/**
 * `write`: messages from standard input through the line into Customer.io, and STATEs back out when their rows are
 * settled. Told to stop, it reads no further, settles what was read and releases its STATEs. Rejected rows fail nothing;
 * a stream that its source didn't complete fails the sync, after all that came of it is delivered.
 */
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { dedupe } from '../../dedupe/dedupe.ts';
import { lmdbStore } from '../../dedupe/lmdb-store.ts';
import { CioError } from '../../errors.ts';
import { WARNINGS, type Warning } from '../../record/entry.ts';
import { originOf } from '../../record/origin.ts';
import { type Element, isRecord, type SourceRecord } from '../../record/record.ts';
import { bytesUntil } from '../../stream/bytes-until.ts';
import { decode } from '../../stream/decode.ts';
import { each } from '../../stream/each.ts';
import type { Summary } from '../../write/summary.ts';
import { type TrackWriter, trackWriter } from '../../write/track-writer.ts';
import { type Catalog, sayStream } from '../catalog/catalog.ts';
import { accountOfConfig, type Config } from '../config/config.ts';
import { rejectStore } from '../config/reject-storage.ts';
import type { Protocol } from '../protocol.ts';
import { MessageDecoder } from './message-decoder.ts';
import { type PendingState, StateBudget } from './pending-state.ts';
import { countingRejects, RejectTally } from './rejects.ts';
import { rowToEntry } from './row-to-entry.ts';
import { Shutdown } from './shutdown.ts';
import { intervalOf, type Stream, Streams } from './streams.ts';
import { logTrouble } from './trouble.ts';

/** What a sync works with. */
export interface WriteOptions {
  readonly config: Config;
  readonly plan: Catalog;
  readonly input: Readable;
  readonly protocol: Protocol;
  /** Aborted to read no further. */
  readonly stop: AbortSignal;
  /** Measures how long what was read may take to settle after that. */
  readonly clock: Clock;
}

const MAX_LOGGED_LINES = 10;

/** Runs a sync; gives its counts. Throws a CioError where it failed; all STATEs whose rows were settled are out then too. */
export async function write({ config, plan, input, protocol, stop, clock }: WriteOptions): Promise<Summary> {
  const streams = new Streams(plan.streams);
  const budget = new StateBudget();
  const tally = new RejectTally();
  const onUnreadable = unreadable(config.strict, protocol);
  const settling = new Shutdown(stop, clock);
  const store = rejectStore(config.object_storage_config, plan.syncId, {
    signal: settling.late,
    onNote: (text) => protocol.log('WARN', text),
  });
  settling.watch(store);
  const writer = trackWriter({
    ...accountOfConfig(config),
    concurrency: config.concurrency,
    requestsPerSecond: config.requests_per_second,
    // Rejected rows never fail a sync.
    maxRejected: Number.POSITIVE_INFINITY,
    signal: settling.late,
    rejects: countingRejects(tally, store),
    onCheckpoint: (position) => {
      const held = position as PendingState;
      budget.remove(held);
      return protocol.line(held.released());
    },
  });
  const remembered = config.dedupe_directory ? lmdbStore({ path: config.dedupe_directory }) : undefined;
  const source = decode((push) => new MessageDecoder({ streams, budget, onUnreadable }, push));
  let failure: unknown;
  const onFailure = (cause: unknown): void => {
    failure = new CioError('CIO_SOURCE', "standard input can't be read", cause);
  };
  announce(plan, protocol);
  const endLog = logTrouble(protocol, clock);
  try {
    const stages = [judging(streams, config), ...(remembered ? [dedupe({ store: remembered })] : [])];
    await pipeline([bytesUntil({ input, source, stop, onFailure }), source, ...stages, writer]);
  } catch (error) {
    throw settling.errorOf(error);
  } finally {
    endLog();
    settling.close();
    await remembered?.close();
    report(writer, tally, protocol);
  }
  if (failure !== undefined) throw failure;
  if (!stop.aborted && streams.incomplete.length > 0) {
    throw new CioError('CIO_SOURCE', `the source did not complete ${streams.incomplete.join(', ')}; what came is delivered`);
  }
  return writer.summary;
}

/** Each row goes through the stages of its stream. */
function judging({ all }: Streams, config: Config): Transform {
  const judges = new Map(all.map((stream) => [stream, rowToEntry(stream.plan, config)]));
  const judge = (record: SourceRecord): Element => {
    const judgeRow = judges.get(intervalOf(originOf(record))?.of as Stream);
    if (judgeRow === undefined) throw new CioError('CIO_INTERNAL', 'a row is of no stream');
    return judgeRow(record);
  };
  return each((element, push) => push(isRecord(element) ? judge(element as SourceRecord) : element));
}

/** What is said of lines that are no messages: strict, the first is one too many; otherwise the first few are told. */
function unreadable(strict: boolean, protocol: Protocol): (line: number, why: string) => void {
  let lines = 0;
  return (line, why) => {
    if (strict) throw new CioError('CIO_SOURCE', `line ${line} of the input is no message: ${why}`);
    if (++lines <= MAX_LOGGED_LINES) protocol.log('WARN', `line ${line} of the input is no message, and rejected: ${why}`);
  };
}

function announce({ streams, warnings }: Catalog, protocol: Protocol): void {
  for (const warning of warnings) protocol.log('WARN', warning);
  for (const { mode, object, ...stream } of streams) protocol.log('INFO', `stream ${sayStream(stream)} -> ${object} (${mode})`);
}

function report({ summary }: TrackWriter, tally: RejectTally, protocol: Protocol): void {
  for (const line of tally.lines) protocol.log('WARN', line);
  for (const [name, count] of Object.entries(summary.warnings)) protocol.log('WARN', `${count} ${name}, ${WARNINGS[name as Warning]}`);
  const { read, delivered, rejected, skipped, requests, seconds } = summary;
  const counts = `${read} rows: ${delivered} delivered, ${rejected.total} rejected, ${skipped.total} skipped`;
  protocol.log('INFO', `${counts}; ${requests} requests in ${seconds.toFixed(1)} s`);
}
