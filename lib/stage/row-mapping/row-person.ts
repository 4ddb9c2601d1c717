/** Who a row is about, by its bytes: `identity` for rows that were not read. */

import { ByteView, copyAll, copySpan } from '../../byte-view.ts';
import type { RowScanner } from '../../json/row-scanner.ts';
import type { IdentityColumns } from '../mapping/identity.ts';
import { IdentifierBytes } from './identifier-bytes.ts';
import { putComma } from './row-text.ts';

const ABSENT = -1;

/** The person of the row that was read last. */
export class RowPerson {
  /** Which of the columns identifies. */
  kind = 0;
  keyHash = 0;
  /** Where its value is. */
  from = 0;
  to = 0;
  /** How many further identifiers become attributes, and which: a bit for each column. */
  others = 0;
  otherBits = 0;
  /** The types of the columns. */
  readonly types: readonly string[];
  readonly #identifying: number;
  readonly #scanner: RowScanner;
  readonly #readers: readonly IdentifierBytes[];
  readonly #labels: readonly ByteView[];
  /** By column: which of the members that were found. */
  readonly #found: Int32Array;

  constructor({ identifying, further }: IdentityColumns, scanner: RowScanner) {
    const columns = [...identifying, ...further];
    this.#identifying = identifying.length;
    this.#scanner = scanner;
    this.types = columns.map(({ type }) => type);
    this.#readers = this.types.map((type) => new IdentifierBytes(type));
    this.#labels = this.types.map((type) => ByteView.of(`"${type}":`));
    this.#found = new Int32Array(columns.length);
  }

  /** The type of its identifier. */
  get type(): string {
    return this.types[this.kind] as string;
  }

  /** Begins with a row. */
  begin(): void {
    for (let k = 0; k < this.#found.length; k++) this.#found[k] = ABSENT;
  }

  /** The column `index` was found. */
  take(index: number, n: number): void {
    this.#found[index] = n;
  }

  /** True if it is certain who the row is about. */
  read(bytes: Buffer): boolean {
    const { valueFrom, valueTo } = this.#scanner;
    this.kind = ABSENT;
    this.others = 0;
    this.otherBits = 0;
    for (let k = 0; k < this.#found.length; k++) {
      const n = this.#found[k] as number;
      if (n === ABSENT) continue;
      const from = valueFrom[n] as number;
      const to = valueTo[n] as number;
      if (isAbsent(bytes, from, to)) continue;
      const reader = this.#readers[k] as IdentifierBytes;
      if (!reader.read(bytes, from, to)) return false;
      if (this.kind !== ABSENT) {
        this.others++;
        this.otherBits |= 1 << k;
      } else if (k < this.#identifying) {
        this.kind = k;
        this.keyHash = reader.hash;
        this.from = from;
        this.to = to;
      } else return false;
    }
    return this.kind !== ABSENT;
  }

  /** Writes the further identifiers as attributes. */
  writeOthers(source: ByteView, target: ByteView, at: number, first: number): number {
    if (this.others === 0) return at;
    const { valueFrom, valueTo } = this.#scanner;
    let end = at;
    for (let k = 0; k < this.#labels.length; k++) {
      if ((this.otherBits & (1 << k)) === 0) continue;
      const n = this.#found[k] as number;
      end = copyAll(this.#labels[k] as ByteView, target, putComma(target, end, first));
      end = copySpan(source, valueFrom[n] as number, valueTo[n] as number, target, end);
    }
    return end;
  }
}

/** True for null and for an empty text. */
export function isAbsent(bytes: Buffer, from: number, to: number): boolean {
  return bytes[from] === 110 || (bytes[from] === 34 && to - from === 2);
}
