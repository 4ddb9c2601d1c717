/** Keys and values on their way to Redis and back, as bytes: thousands of arguments of one command would cost more than all the rest. */
import { bigintOf, halvesOf } from '../halves.ts';
import type { Halves } from '../store.ts';
import { ROW_BYTES, RUN_ID_BYTES } from './script.ts';

/** Where the parts of a row begin. */
const [VALUE, HAS_VALUE, NUMBER] = [8, 16, 17] as const;
const READ_BYTES = 9;

/** Rows of one slot. */
export interface SlotRows {
  readonly slot: number;
  readonly list: Buffer;
  /** Which of all rows they are. */
  readonly indexes: readonly number[];
}

/** One row after the other. */
export class Rows {
  readonly #list: Buffer;
  #end = 0;

  constructor(count: number) {
    this.#list = Buffer.allocUnsafe(ROW_BYTES * count);
  }

  add({ keyFirst, keySecond, hasValue, valueFirst, valueSecond }: Halves, number = 0): void {
    const list = this.#list;
    const at = this.#end;
    list.writeInt32LE(keyFirst, at);
    list.writeInt32LE(keySecond, at + 4);
    list.writeInt32LE(valueFirst, at + VALUE);
    list.writeInt32LE(valueSecond, at + VALUE + 4);
    list[at + HAS_VALUE] = hasValue ? 1 : 0;
    list.writeUInt32BE(number >>> 0, at + NUMBER);
    this.#end = at + ROW_BYTES;
  }

  /** The rows by slot: the upper bits of a bucket's number choose it. */
  bySlot(slots: number): SlotRows[] {
    const list = this.#list.subarray(0, this.#end);
    const count = this.#end / ROW_BYTES;
    if (slots === 1) return [{ slot: 0, list, indexes: Array.from({ length: count }, (_, index) => index) }];
    const groups = new Map<number, number[]>();
    for (let index = 0; index < count; index++) {
      const slot = Math.floor(((list[ROW_BYTES * index] as number) * slots) / 256);
      const group = groups.get(slot);
      if (group === undefined) groups.set(slot, [index]);
      else group.push(index);
    }
    const rowAt = (index: number): Buffer => list.subarray(ROW_BYTES * index, ROW_BYTES * (index + 1));
    return Array.from(groups, ([slot, indexes]) => ({ slot, list: Buffer.concat(indexes.map(rowAt)), indexes }));
  }
}

/** A bigint of a key, and one of its value, as halves. */
export function halvesFrom(key: bigint, value?: bigint): Halves {
  const [keyFirst = 0, keySecond = 0] = halvesOf(key);
  const [valueFirst = 0, valueSecond = 0] = halvesOf(value ?? 0n);
  return { keyFirst, keySecond, hasValue: value !== undefined, valueFirst, valueSecond };
}

/** Gives the rows numbers, from one on. */
export function putNumbers(list: Buffer, first: number): void {
  for (let at = NUMBER, next = first; at < list.length; at += ROW_BYTES) list.writeUInt32BE(next++, at);
}

/** The `run_id` in an answer. */
export function runIdOf(answer: Buffer): string {
  return answer.toString('latin1', 0, RUN_ID_BYTES);
}

/** What `claim` answers for a row. */
export function claimedBefore(answer: Buffer, row: number): number {
  return answer.readUInt32BE(RUN_ID_BYTES + 4 * row);
}

/** What `read` answers for a row. */
export function valueRead(answer: Buffer, row: number): bigint | undefined {
  const at = RUN_ID_BYTES + READ_BYTES * row;
  return answer[at] === 0 ? undefined : bigintOf(answer.readInt32LE(at + 1), answer.readInt32LE(at + 5));
}
