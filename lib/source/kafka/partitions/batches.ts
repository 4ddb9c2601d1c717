/**
 * Batches of a partition, as the broker keeps them -> the messages that count. A batch comes whole, also if only its last message
 * was asked for; markers of transactions take offsets and are no messages; and of transactions that were aborted the broker only
 * says where they begin.
 */

/** A message as the library reads it. */
export interface KafkaMessage {
  readonly offsetDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A batch as the library reads it. */
export interface MessageBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly length: number;
  readonly attributes: number;
  readonly producerId: bigint;
  readonly records: readonly KafkaMessage[];
}

/** A transaction that was aborted. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** A stretch of messages that count: those of a batch from an index on. */
export interface Stretch {
  readonly firstOffset: number;
  readonly records: readonly KafkaMessage[];
  readonly from: number;
}

/** What an answer holds of one partition. */
export interface Messages {
  readonly stretches: readonly Stretch[];
  /** The offset behind all of it. */
  readonly next: bigint;
  /** Of the batches, as they came. */
  readonly bytes: number;
}

const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;
const HEAD_BYTES = 12;
/** The type of a marker, in its key behind the version. */
const ABORT = 0;

/** The messages from `wanted` on. */
export function messagesOf(
  batches: readonly MessageBatch[] | null | undefined,
  aborted: readonly AbortedTransaction[] | null,
  wanted: bigint,
): Messages {
  const transactions = new AbortedTransactions(aborted ?? []);
  const stretches: Stretch[] = [];
  let next = wanted;
  let bytes = 0;
  for (const batch of batches ?? []) {
    bytes += batch.length + HEAD_BYTES;
    const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    const counts = transactions.counts(batch, end);
    if (end <= next) continue;
    if (counts) {
      const first = Number(next - batch.firstOffset);
      const from = first <= 0 ? 0 : batch.records.findIndex(({ offsetDelta }) => offsetDelta >= first);
      if (from !== -1 && from < batch.records.length)
        stretches.push({ firstOffset: Number(batch.firstOffset), records: batch.records, from });
    }
    next = end;
  }
  return { stretches, next, bytes };
}

/** The same in pieces of at most so many messages: between two of them there may be a checkpoint. */
export function* piecesOf({ stretches, next, bytes }: Messages, most: number): Generator<Messages> {
  let [piece, count]: [Stretch[], number] = [[], 0];
  for (const { firstOffset, records, from: first } of stretches) {
    for (let [from, to] = [first, first]; from < records.length; from = to) {
      to = Math.min(records.length, from + most - count);
      piece.push({ firstOffset, records: records.slice(from, to), from: 0 });
      count += to - from;
      if (count < most) break;
      const { offsetDelta } = records[to - 1] as KafkaMessage;
      yield { stretches: piece, next: BigInt(firstOffset + offsetDelta + 1), bytes: 0 };
      [piece, count] = [[], 0];
    }
  }
  yield { stretches: piece, next, bytes };
}

/**
 * Which batches belong to transactions that were aborted. (The library leaves those out, too, but only if it sees the whole of a
 * transaction in one answer, and only the last one of a producer.)
 */
class AbortedTransactions {
  readonly #coming: AbortedTransaction[];
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** True if the messages of the batch, which ends before `end`, count. To be asked of each batch, in order. */
  counts({ attributes, producerId, records }: MessageBatch, end: bigint): boolean {
    while (this.#coming[0] !== undefined && this.#coming[0].firstOffset < end) {
      const { producerId: id } = this.#coming.shift() as AbortedTransaction;
      this.#open.add(id);
    }
    if ((attributes & IS_CONTROL) !== 0) {
      if (records[0]?.key?.readInt16BE(2) === ABORT) this.#open.delete(producerId);
      return false;
    }
    return (attributes & IS_TRANSACTIONAL) === 0 || !this.#open.has(producerId);
  }
}
