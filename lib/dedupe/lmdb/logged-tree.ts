/**
 * Keys and values in LMDB's tree, behind a log. Keys are random: a commit that put 40,000 of them into a tree of millions
 * would copy nearly as many pages of 4 KB, five times the work of a small tree. So a commit only appends its changes to a log
 * of few pages, in the same file, and takes over into the tree the next piece of an older part of the log, in the order
 * of the keys: many changes a page. What is in the log is in memory, too, and comes before the tree; so a change that is
 * in both, as after a kill, does no harm.
 */
import type { RootDatabase } from 'lmdb';
import type { Changes } from '../store.ts';
import { ChangeTable } from './change-table.ts';

type Database = RootDatabase<Buffer, Buffer>;

const BYTES = 8;
/** Entries of the log lie behind all keys: eight bytes 255 and a number. */
const LOG_NUMBER_BYTES = 6;
/** In place of a number: the entry with the number of the first, and that of the next one. */
const BOUNDS = 2 ** 48 - 1;
/** Two entries of the log fill a page. Larger ones would need pages that lie side by side, which a worn file rarely has. */
const LOG_ENTRY_BYTES = 1_920;
const COUNT_BYTES = 2;
/** When so many changes are in the log, their takeover begins: they and as many new ones take 20 MB of memory. */
const TAKEOVER_AT = 250_000;

/** An older part of the log, on its way into the tree. */
interface Takeover {
  readonly changes: ChangeTable;
  readonly keys: BigUint64Array;
  /** How many keys are in the tree. */
  done: number;
  /** The entries of the log that it is in. */
  readonly from: number;
  readonly to: number;
}

/** The tree and its log. */
export class LoggedTree {
  readonly #database: Database;
  readonly #takeoverAt: number;
  readonly #key = Buffer.alloc(BYTES);
  /** The changes in the log, of which the takeover has its own. */
  #recent = new ChangeTable();
  /** Used in turn, as a new one would leave its arrays to the collector. */
  #spare = new ChangeTable();
  #recentFrom = 0;
  #next = 0;
  #takeover: Takeover | undefined;

  /** Reads the log. Throws if an entry is missing or damaged. */
  constructor(database: Database, takeoverAt = TAKEOVER_AT) {
    this.#database = database;
    this.#takeoverAt = takeoverAt;
    // By key: a cursor that meets a damaged page ends the process.
    const bounds = database.getBinary(logKey(BOUNDS));
    if (bounds === undefined) return;
    this.#recentFrom = bounds.readUIntBE(0, LOG_NUMBER_BYTES);
    this.#next = bounds.readUIntBE(LOG_NUMBER_BYTES, LOG_NUMBER_BYTES);
    for (let number = this.#recentFrom; number < this.#next; number++) {
      const entry = database.getBinary(logKey(number));
      if (entry === undefined) throw new RangeError('an entry of the log is missing');
      readLogEntry(entry, this.#recent);
    }
    this.#beginTakeover();
  }

  get(key: bigint): bigint | undefined {
    const slot = this.#recent.find(key);
    if (slot >= 0) return this.#recent.valueAt(slot);
    const older = this.#takeover?.changes;
    const olderSlot = older === undefined ? -1 : older.find(key);
    if (older !== undefined && olderSlot >= 0) return older.valueAt(olderSlot);
    this.#key.writeBigUInt64BE(key);
    return this.#database.getBinaryFast(this.#key)?.readBigUInt64BE();
  }

  /** All changes or none; synced to the disk when it returns. */
  commit(changes: Changes): void {
    const takeover = this.#takeover;
    const end = takeover === undefined ? 0 : this.#endOfStep(takeover, changes.size);
    let next = this.#next;
    this.#database.transactionSync(() => {
      next = this.#append(changes, next);
      if (takeover !== undefined) this.#takeOver(takeover, end);
      const isDone = end === takeover?.keys.length;
      this.#database.putSync(logKey(BOUNDS), boundsOf(isDone || takeover === undefined ? this.#recentFrom : takeover.from, next));
    });
    this.#next = next;
    if (takeover !== undefined) this.#step(takeover, end);
    for (const [key, value] of changes) this.#recent.set(key, value);
    this.#beginTakeover();
  }

  #beginTakeover(): void {
    if (this.#takeover !== undefined || this.#recent.size < this.#takeoverAt) return;
    const changes = this.#recent;
    this.#takeover = { changes, keys: changes.sortedKeys(), done: 0, from: this.#recentFrom, to: this.#next };
    this.#recent = this.#spare;
    this.#recentFrom = this.#next;
  }

  #step(takeover: Takeover, end: number): void {
    takeover.done = end;
    if (end < takeover.keys.length) return;
    this.#takeover = undefined;
    this.#spare = takeover.changes;
    this.#spare.clear();
  }

  /** Such steps that the takeover is done when as many new changes are in the log. */
  #endOfStep({ keys, done }: Takeover, changes: number): number {
    const left = keys.length - done;
    const space = this.#takeoverAt - this.#recent.size;
    return changes >= space ? keys.length : done + Math.ceil((left * changes) / space);
  }

  #takeOver({ changes, keys, done, from, to }: Takeover, end: number): void {
    for (let n = done; n < end; n++) {
      const key = keys[n] as bigint;
      const value = changes.valueAt(changes.find(key));
      if (value === undefined) this.#database.removeSync(bytesOf(key));
      else this.#database.putSync(bytesOf(key), bytesOf(value));
    }
    if (end === keys.length) for (let number = from; number < to; number++) this.#database.removeSync(logKey(number));
  }

  /** Appends the changes to the log; returns the number of the next entry. */
  #append(changes: Changes, number: number): number {
    let entry = new LogEntry();
    const write = (): void => {
      this.#database.putSync(logKey(number++), entry.bytes);
      entry = new LogEntry();
    };
    for (const [key, value] of changes) {
      if (entry.isFull) write();
      entry.add(key, value);
    }
    write();
    return number;
  }
}

/** The number of new values, key and value of each, then the keys that are forgotten. */
class LogEntry {
  readonly #bytes = Buffer.allocUnsafe(LOG_ENTRY_BYTES);
  #values = 0;
  #end = COUNT_BYTES;
  readonly #forgotten: bigint[] = [];

  get isFull(): boolean {
    return this.#end + BYTES * this.#forgotten.length > LOG_ENTRY_BYTES - 2 * BYTES;
  }

  add(key: bigint, value: bigint | undefined): void {
    if (value === undefined) {
      this.#forgotten.push(key);
      return;
    }
    this.#end = this.#bytes.writeBigUInt64BE(value, this.#bytes.writeBigUInt64BE(key, this.#end));
    this.#values++;
  }

  get bytes(): Buffer {
    this.#bytes.writeUInt16BE(this.#values);
    let end = this.#end;
    for (const key of this.#forgotten) end = this.#bytes.writeBigUInt64BE(key, end);
    return this.#bytes.subarray(0, end);
  }
}

/** Throws a RangeError for bytes that are not an entry. */
function readLogEntry(bytes: Buffer, into: ChangeTable): void {
  let at = COUNT_BYTES;
  for (let left = bytes.readUInt16BE(); left > 0; left--, at += 2 * BYTES) {
    into.set(bytes.readBigUInt64BE(at), bytes.readBigUInt64BE(at + BYTES));
  }
  for (; at < bytes.length; at += BYTES) into.set(bytes.readBigUInt64BE(at), undefined);
}

function boundsOf(first: number, next: number): Buffer {
  const bytes = Buffer.alloc(2 * LOG_NUMBER_BYTES);
  bytes.writeUIntBE(first, 0, LOG_NUMBER_BYTES);
  bytes.writeUIntBE(next, LOG_NUMBER_BYTES, LOG_NUMBER_BYTES);
  return bytes;
}

function bytesOf(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(BYTES);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function logKey(number: number): Buffer {
  const key = Buffer.alloc(BYTES + LOG_NUMBER_BYTES, 0xff);
  key.writeUIntBE(number, BYTES, LOG_NUMBER_BYTES);
  return key;
}
