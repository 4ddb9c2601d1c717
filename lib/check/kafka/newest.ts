/**
 * The newest messages of topics -> what a run would make of them: rows, tombstones, or rejections, read by what reads them in
 * kafka(). And how many have no key. Memory is bounded, whatever the messages are.
 */
import { GroupedCount } from '../../grouped-count.ts';
import { Block } from '../../record/block.ts';
import { partitionPlace } from '../../record/place.ts';
import { Rejection } from '../../record/rejection.ts';
import type { MessageSettings } from '../../source/kafka/message-options.ts';
import { MessageRows, ValueBuffer } from '../../source/kafka/message-rows.ts';

/** What would be rejected, and why. */
export interface RefusedMessages {
  readonly records: number;
  readonly message: string;
}

/** Kept of them. */
const MAX_KINDS = 20;

/** What was seen of one topic. */
export class NewestMessages {
  messages = 0;
  /** Without a key, or with an empty one. */
  withoutKey = 0;
  tombstones = 0;
  rejected = 0;
  readonly #kinds = new GroupedCount<{ message: string }>(MAX_KINDS);
  readonly #topic: string;
  readonly #settings: MessageSettings;
  readonly #values = new ValueBuffer();

  constructor(topic: string, settings: MessageSettings) {
    this.#topic = topic;
    this.#settings = settings;
  }

  /** Takes messages of one partition. */
  take(
    partition: number,
    messages: Iterable<{ readonly offset: number; readonly key: Buffer | null; readonly value: Buffer | null }>,
  ): void {
    const place = partitionPlace(this.#topic, partition);
    const rows = new MessageRows({ ...this.#settings, place, stage: 'kafka', values: this.#values }, (element) => this.#judge(element));
    for (const { offset, key, value } of messages) {
      this.messages++;
      if (key === null || key.length === 0) this.withoutKey++;
      if (value === null) this.tombstones++;
      rows.take(offset, key, value);
    }
    rows.flush();
  }

  /** What would be rejected most often. */
  get mostRefused(): RefusedMessages | undefined {
    return this.#kinds.all[0];
  }

  #judge(element: unknown): void {
    if (element instanceof Block) for (let row = 0; row < element.size; row++) this.#judge(element.read(row));
    if (!(element instanceof Rejection)) return;
    this.rejected++;
    const { message } = element.cause;
    this.#kinds.add([message], () => ({ message }));
  }
}
