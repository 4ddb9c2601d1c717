/** What is printed while a run runs: how far it is, and notes: that the rate is not shared any more, and, once, that nearly all its records are rejected for one reason. */
import type { Cancel, Clock } from '../../../clock.ts';
import type { Summary } from '../../../write/summary.ts';
import type { RecordReader } from '../../input/record-reader.ts';
import type { Display } from '../display.ts';
import { hintOf } from '../summary-text.ts';
import { ApiState } from './api-state.ts';
import { SharedRateNotes } from './shared-rate-notes.ts';
import { Throughput } from './throughput.ts';

/** Before so many records are read, nothing is said of their rejections. */
const HINT_AFTER = 1_000;

/** What is watched. */
export interface Watched {
  readonly reader: Pick<RecordReader, 'bytesRead' | 'bytesTotal' | 'current' | 'topics' | 'replayed'>;
  readonly writer: { readonly summary: Summary };
  /** Requests that may leave in a second; undefined if nothing is sent. */
  readonly requestsPerSecond?: number | undefined;
}

/** Prints until the returned function is called. */
export function showProgress(
  { reader, writer: { summary }, requestsPerSecond: requestsPerSecondLimit }: Watched,
  display: Display,
  clock: Clock,
): () => void {
  const throughput = new Throughput(clock.now());
  const state = new ApiState(clock);
  const notes = new SharedRateNotes(display.note, requestsPerSecondLimit);
  let cancel: Cancel;
  // Of records that were rejected before no hint is needed.
  let isHinted = reader.replayed !== undefined;
  const hint = (): void => {
    if (isHinted || summary.read < HINT_AFTER) return;
    const text = hintOf(summary, reader.topics !== undefined);
    if (text === undefined) return;
    isHinted = true;
    display.note(`${text} (so far; Ctrl-C stops)`);
  };
  const again = (): void => {
    cancel = clock.timer(display.everyMs, () => {
      const { read, delivered, rejected, skipped, requests } = summary;
      const { bytesRead, bytesTotal, current: input, topics } = reader;
      const counts = { read, delivered, rejected: rejected.total, skipped: skipped.total, requests, bytesRead, bytesTotal, input, topics };
      display.progress({ ...throughput.take(counts, clock.now()), state: state.words ?? topics?.state, requestsPerSecondLimit });
      hint();
      again();
    });
  };
  again();
  return () => {
    cancel();
    state.close();
    notes.close();
    display.clear();
  };
}
