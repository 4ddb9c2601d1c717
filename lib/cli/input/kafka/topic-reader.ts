/**
 * Topics of Kafka as what a run reads. When reading is to stop the source fetches no more, waits until what it gave is settled
 * and committed, and leaves its group; what is then still in flight is read again by another process, so it is not waited for.
 */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Cancel, systemClock } from '../../../clock.ts';
import { lagOf } from '../../../source/kafka/status.ts';
import type { KafkaSource } from '../../../source/kafka.ts';
import type { Text } from '../../../wording.ts';
import { inFlags } from '../../flags/names.ts';
import type { RecordReader, TopicsRead } from '../record-reader.ts';
import { partitionsText } from './partition-text.ts';

/** For the end of a pipeline in which everything is settled. */
const END_MS = 2_000;
/** How often it is looked which partitions are read. */
const LOOK_MS = 200;

/** Reads the topics of a source. */
export class TopicReader implements RecordReader {
  readonly bytesTotal = undefined;
  readonly #source: KafkaSource;
  readonly #note: (text: string) => void;
  readonly #cut = new AbortController();
  /** Partitions in words, as they were said last. */
  #said: string | undefined;
  #cancelLook: Cancel = () => {};
  #cancelCut: Cancel = () => {};

  /** `note` gets the warnings of the source, and which partitions it reads. */
  constructor(source: KafkaSource, note: (text: string) => void) {
    this.#source = source;
    this.#note = note;
    source.on('warning', (_text: string, wording: Text) => note(`warning: ${inFlags(wording)}`));
  }

  get bytesRead(): number {
    return this.#source.status.bytes;
  }

  get topics(): TopicsRead {
    const { partitions, state } = this.#source.status;
    const lag = partitions.map(lagOf).reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0n);
    return { partitions: partitions.length, lag: lag === undefined ? undefined : Number(lag), state: STATES[state] };
  }

  /** Aborted when the source has left its group and the pipeline is still not through. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  async read(head: Writable, stop: AbortSignal): Promise<void> {
    const source = this.#source;
    const onStop = (): void => source.stop();
    const onClose = (): void => void source.destroy();
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    head.once('close', onClose);
    source.pipe(head, { end: false });
    this.#look();
    try {
      await finished(source);
    } finally {
      this.#cancelLook();
      stop.removeEventListener('abort', onStop);
      head.off('close', onClose);
    }
    if (stop.aborted) this.#cancelCut = systemClock.timer(END_MS, () => this.#cut.abort(new Error('not settled in time')));
  }

  /** The pipeline is through. */
  close(): void {
    this.#cancelCut();
  }

  /** Says which partitions are read, whenever that has changed. */
  #look(): void {
    const { state, partitions } = this.#source.status;
    const text = state === 'running' ? partitionsText(partitions) : this.#said;
    if (text !== undefined && text !== this.#said) this.#note(text);
    this.#said = text;
    this.#cancelLook = systemClock.timer(LOOK_MS, () => this.#look());
  }
}

const STATES: Readonly<Record<KafkaSource['status']['state'], string | undefined>> = {
  joining: 'joining the consumer group',
  running: undefined,
  rebalancing: 'partitions are being reassigned',
  stopping: 'stopping',
  left: undefined,
};
