/**
 * A hash of two halves of 32 bits, over words of four bytes: one half is a lane of xxHash32, the other MurmurHash3. Two texts must
 * have the same hash in both, which have nothing in common. It is made where the bytes are: for the short texts of a row a call of
 * WebAssembly, a copy and a bigint would cost more than the hash. Like xxHash, it is no protection against somebody who looks for
 * two texts of one hash.
 */
import { lowest, stopsIn } from '../../json/token-ends.ts';

const WORD = 4;
const BYTE_BITS = 8;
const QUOTE = 34;
/** What {@link PairHash.addString} says of a string that is not there, and of one that is not written in the shortest way. */
export const [NO_STRING, OTHER_SPELLING] = [-1, -2] as const;

/** The hash of what was added. */
export class PairHash {
  first = 0;
  second = 0;

  /** Begins with a state, such as the hash of something else. */
  begin(first: number, second: number): void {
    this.first = first;
    this.second = second;
  }

  add(word: number): void {
    this.first = nextFirst(this.first, word);
    this.second = nextSecond(this.second, word);
  }

  /** Adds bytes, the last word filled with zeros. Up to three bytes behind them are read. */
  addBytes(view: DataView, from: number, to: number): void {
    let { first, second } = this;
    for (let at = from; at < to; at += WORD) {
      const word = wordAt(view, at, to);
      first = nextFirst(first, word);
      second = nextSecond(second, word);
    }
    this.first = first;
    this.second = second;
  }

  /**
   * Adds the JSON string whose quote is at `from`, without that quote but with the one at its end; returns its end. If it has an
   * escape it has to be added in another way; then, and if there is none, the state is as before.
   */
  addString(view: DataView, from: number, to: number): number {
    let { first, second } = this;
    for (let at = from + 1; at < to; at += WORD) {
      const word = view.getInt32(at, true);
      const stops = stopsIn(word);
      if (stops === 0) {
        first = nextFirst(first, word);
        second = nextSecond(second, word);
        continue;
      }
      const length = lowest(stops) + 1;
      const end = at + length;
      if (view.getUint8(end - 1) !== QUOTE) return OTHER_SPELLING;
      const last = lowBytes(word, length);
      this.first = nextFirst(first, last);
      this.second = nextSecond(second, last);
      return end;
    }
    return NO_STRING;
  }

  /** Mixes the state so that each bit of it depends on all that was added. */
  end(): void {
    let { first, second } = this;
    first = Math.imul(first ^ (first >>> 15), 0x85ebca77);
    first = Math.imul(first ^ (first >>> 13), 0xc2b2ae3d);
    this.first = first ^ (first >>> 16);
    second = Math.imul(second ^ (second >>> 16), 0x85ebca6b);
    second = Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
    this.second = second ^ (second >>> 16);
  }
}

/** A step of xxHash32. */
export function nextFirst(state: number, word: number): number {
  const sum = (state + Math.imul(word, 0x85ebca77)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), 0x9e3779b1);
}

/** A step of MurmurHash3. */
export function nextSecond(state: number, word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  const mixed = state ^ Math.imul((product << 15) | (product >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The word at `at`, with zeros in place of what is not before `to`. */
export function wordAt(view: DataView, at: number, to: number): number {
  const word = view.getInt32(at, true);
  return to - at >= WORD ? word : lowBytes(word, to - at);
}

/** The first `count` bytes of a word, of which there are one to four. */
function lowBytes(word: number, count: number): number {
  const bits = BYTE_BITS * (WORD - count);
  return (word << bits) >>> bits;
}
