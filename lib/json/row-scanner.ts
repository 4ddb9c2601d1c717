/**
 * One pass over the bytes of a JSON object: is it valid JSON, and where are the members that have a meaning. Nothing is
 * built. Strict: what it says true to is JSON, UTF-8 apart, that JSON.parse reads to the same value; whatever is rare
 * (escaped names, names twice, numbers that a double may not hold, deep nesting) is left to the parser.
 */

const MAX_DEPTH = 60;
const SLOTS = 1024;
const MAX_NAMES = 700;
/** Of what a string is made: 0 is any byte, 1 the quote, 2 the backslash, 3 a control character. */
const IN_STRING = new Uint8Array(256);
IN_STRING.fill(3, 0, 32);
IN_STRING[34] = 1;
IN_STRING[92] = 2;
/** 1 for digits. */
const DIGIT = new Uint8Array(256);
DIGIT.fill(1, 48, 58);
const HEX = new Uint8Array(256);
for (const char of '0123456789abcdefABCDEF') HEX[char.charCodeAt(0)] = 1;
const ESCAPED = new Uint8Array(256);
for (const char of '"\\/bfnrtu') ESCAPED[char.charCodeAt(0)] = 1;

/** Finds members by name. */
export class RowScanner {
  /** How many of the names were found; they are listed in the order of the text. */
  found = 0;
  /** Which of the names. */
  readonly which: Int32Array;
  /** From the quote of its name. */
  readonly memberFrom: Int32Array;
  readonly valueFrom: Int32Array;
  readonly valueTo: Int32Array;
  /** All members of the object. */
  members = 0;
  /** The most bytes in one of their names, and in one of their texts. */
  longestName = 0;
  longestText = 0;
  /** From the first name to the end of the last value. */
  bodyFrom = 0;
  bodyTo = 0;

  readonly #names: readonly Uint8Array[];
  /** The names of each length, by index. */
  readonly #ofLength: (readonly number[] | undefined)[] = new Array(64).fill(undefined);
  readonly #open = new Uint8Array(MAX_DEPTH + 1);
  readonly #objectSeed = new Int32Array(MAX_DEPTH + 1);
  readonly #slotRow = new Int32Array(SLOTS);
  readonly #slotHash = new Int32Array(SLOTS);
  #row = 0;

  /** Null where a name can't be found that way. */
  static for(names: readonly string[]): RowScanner | undefined {
    const bytes = names.map((name) => new TextEncoder().encode(name));
    if (new Set(names).size !== names.length) return undefined;
    if (bytes.some((name) => name.length > 63 || name.some((byte) => byte < 32 || byte === 34 || byte === 92 || byte > 126)))
      return undefined;
    return new RowScanner(bytes);
  }

  private constructor(names: readonly Uint8Array[]) {
    this.#names = names;
    names.forEach((name, index) => {
      this.#ofLength[name.length] = [...(this.#ofLength[name.length] ?? []), index];
    });
    this.which = new Int32Array(names.length);
    this.memberFrom = new Int32Array(names.length);
    this.valueFrom = new Int32Array(names.length);
    this.valueTo = new Int32Array(names.length);
  }

  /** True when `b` from `from` to `to` is such an object. */
  scan(b: Uint8Array, from: number, to: number): boolean {
    if (b[from] !== 123) return false;
    const open = this.#open;
    const seeds = this.#objectSeed;
    const slotRow = this.#slotRow;
    const slotHash = this.#slotHash;
    const ofLength = this.#ofLength;
    const row = ++this.#row | 0;
    let names = 0;
    let found = 0;
    let members = 0;
    let longestName = 0;
    let longestText = 0;
    let special = -1;
    let depth = 1;
    let objects = 1;
    let seed = 0x811c9dc5 | 0;
    open[1] = 1;
    seeds[1] = seed;
    let i = from + 1;
    let c = 0;
    // What comes: a name (or the end, when `first`), or a value (or the end, in a list, when `first`).
    let inObject = true;
    let first = true;
    this.bodyTo = 0;
    for (;;) {
      c = b[i] as number;
      while (c === 32 || c === 9) c = b[++i] as number;
      let closed = false;
      if (first && c === (inObject ? 125 : 93)) {
        closed = true;
      } else {
        if (inObject) {
          if (c !== 34) return false;
          const nameFrom = ++i;
          let h = seed;
          while (IN_STRING[(c = b[i] as number)] === 0) {
            h = Math.imul(h ^ c, 0x01000193);
            i++;
          }
          if (c !== 34) return false;
          const length = i - nameFrom;
          // Any two names of one object that look alike are left to the parser.
          if (++names > MAX_NAMES) return false;
          let slot = (h ^ (h >>> 15)) & (SLOTS - 1);
          while (slotRow[slot] === row) {
            if (slotHash[slot] === h) return false;
            slot = (slot + 1) & (SLOTS - 1);
          }
          slotRow[slot] = row;
          slotHash[slot] = h;
          if (depth === 1) {
            if (members === 0) this.bodyFrom = nameFrom - 1;
            members++;
            if (length > longestName) longestName = length;
            special = -1;
            if (length < 64) {
              const candidates = ofLength[length];
              if (candidates !== undefined) {
                special = this.#find(candidates, b, nameFrom, length);
                if (special >= 0) {
                  this.which[found] = special;
                  this.memberFrom[found] = nameFrom - 1;
                }
              }
            }
          }
          c = b[++i] as number;
          while (c === 32 || c === 9) c = b[++i] as number;
          if (c !== 58) return false;
          c = b[++i] as number;
          while (c === 32 || c === 9) c = b[++i] as number;
        }
        const valueFrom = i;
        if (c === 34) {
          i++;
          for (;;) {
            while (IN_STRING[(c = b[i] as number)] === 0) i++;
            if (c === 34) break;
            if (c !== 92) return false;
            c = b[i + 1] as number;
            if (ESCAPED[c] !== 1) return false;
            if (c === 117) {
              if (
                HEX[b[i + 2] as number] !== 1 ||
                HEX[b[i + 3] as number] !== 1 ||
                HEX[b[i + 4] as number] !== 1 ||
                HEX[b[i + 5] as number] !== 1
              )
                return false;
              i += 6;
            } else i += 2;
          }
          i++;
          if (depth === 1 && i - valueFrom - 2 > longestText) longestText = i - valueFrom - 2;
        } else if (c === 123 || c === 91) {
          if (special >= 0 && depth === 1) return false;
          if (++depth > MAX_DEPTH) return false;
          inObject = c === 123;
          open[depth] = inObject ? 1 : 0;
          if (inObject) {
            seed = Math.imul(++objects, 0x9e3779b1);
            seeds[depth] = seed;
          }
          first = true;
          i++;
          continue;
        } else if (c === 45 || DIGIT[c] === 1) {
          if (c === 45) c = b[++i] as number;
          let digits = 0;
          if (c === 48) {
            digits = 1;
            c = b[++i] as number;
          } else {
            const at = i;
            while (DIGIT[c] === 1) c = b[++i] as number;
            digits = i - at;
            if (digits === 0) return false;
          }
          if (c === 46) {
            const at = ++i;
            c = b[i] as number;
            while (DIGIT[c] === 1) c = b[++i] as number;
            if (i === at) return false;
            digits += i - at;
          }
          // Beyond this it may not be what JSON.parse makes of it.
          if (digits > 300) return false;
          if (c === 101 || c === 69) {
            c = b[++i] as number;
            if (c === 43 || c === 45) c = b[++i] as number;
            const at = i;
            while (DIGIT[c] === 1) c = b[++i] as number;
            if (i === at || i - at > 2 || digits > 100) return false;
          }
        } else if (c === 116) {
          if (b[i + 1] !== 114 || b[i + 2] !== 117 || b[i + 3] !== 101) return false;
          i += 4;
        } else if (c === 102) {
          if (b[i + 1] !== 97 || b[i + 2] !== 108 || b[i + 3] !== 115 || b[i + 4] !== 101) return false;
          i += 5;
        } else if (c === 110) {
          if (b[i + 1] !== 117 || b[i + 2] !== 108 || b[i + 3] !== 108) return false;
          i += 4;
        } else return false;
        if (depth === 1) {
          this.bodyTo = i;
          if (special >= 0) {
            this.valueFrom[found] = valueFrom;
            this.valueTo[found] = i;
            found++;
            special = -1;
          }
        }
        c = b[i] as number;
        while (c === 32 || c === 9) c = b[++i] as number;
      }
      // After a value: a comma goes on, anything else must close.
      for (;;) {
        if (!closed && c === 44) {
          i++;
          first = false;
          break;
        }
        if (c !== (inObject ? 125 : 93)) return false;
        closed = false;
        i++;
        depth--;
        if (depth === 0) {
          while (i < to && (b[i] === 32 || b[i] === 9)) i++;
          this.found = found;
          this.members = members;
          this.longestName = longestName;
          this.longestText = longestText;
          return i === to;
        }
        inObject = open[depth] === 1;
        if (inObject) seed = seeds[depth] as number;
        if (depth === 1) this.bodyTo = i;
        c = b[i] as number;
        while (c === 32 || c === 9) c = b[++i] as number;
      }
    }
  }

  #find(candidates: readonly number[], b: Uint8Array, from: number, length: number): number {
    next: for (let n = 0; n < candidates.length; n++) {
      const index = candidates[n] as number;
      const name = this.#names[index] as Uint8Array;
      for (let k = 0; k < length; k++) if (name[k] !== b[from + k]) continue next;
      return index;
    }
    return -1;
  }
}
