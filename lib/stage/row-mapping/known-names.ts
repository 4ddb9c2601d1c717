/**
 * The names of events that were checked before, by their bytes: there are few, and they are repeated. Each name is checked
 * as a text by the rules for all names, once as long as no other takes its slot.
 */
import { markFlaw, trimIdentifier } from '../../track/identifier.ts';
import { FNV_PRIME } from '../../track/ordering-keys.ts';

const SLOTS = 256;
const MAX_BYTES = 200;
const BACKSLASH = 92;

/** Names that are sent as they are. */
export class KnownNames {
  readonly #names: (Buffer | undefined)[] = new Array(SLOTS).fill(undefined);

  /** True if the JSON text from `from` to `to`, without its quotes, is a name as it is; false also for what is rare. */
  has(bytes: Buffer, from: number, to: number): boolean {
    if (to - from > MAX_BYTES) return false;
    let hash = 0;
    for (let i = from; i < to; i++) {
      if (bytes[i] === BACKSLASH) return false;
      hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
    }
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#names[slot];
    if (known !== undefined && isSame(known, bytes, from, to)) return true;
    if (!isName(bytes.toString('utf8', from, to))) return false;
    this.#names[slot] = Buffer.from(bytes.subarray(from, to));
    return true;
  }
}

function isName(text: string): boolean {
  return text !== '' && trimIdentifier(text) === text && markFlaw(text) === undefined;
}

function isSame(name: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}
