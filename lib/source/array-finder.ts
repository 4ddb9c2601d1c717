/** Follows the tokens of a JSON document down a path to its array. Keys are compared, array indexes are no path. */
import type { Token } from 'stream-json/core/parser.js';
import { CioError } from '../errors.ts';
import { functionName, option, say } from '../wording.ts';

/** Finds the array at `path`; with an empty path that is the root. */
export class ArrayFinder {
  readonly #path: readonly string[];
  /** How many names of the path lead to the innermost container on the way. */
  #matched = 0;
  #key = '';
  #keyMatches = false;
  #found = false;

  constructor(path: readonly string[]) {
    this.#path = path;
  }

  /** True when this token opens the array. `open` containers are around it. */
  take(token: Token, open: number): boolean {
    if (open === 0 && this.#matched === 0 && VALUES.has(token.name)) return this.#root(token);
    if (token.name === 'endObject') this.#matched = Math.min(this.#matched, open === 0 ? 0 : open - 1);
    else if (open === this.#matched + 1) return this.#onTheWay(token);
    return false;
  }

  /** Throws if there was no such array in the whole document. */
  check(): void {
    if (!this.#found) throw new CioError('CIO_SOURCE', `json: the document has nothing at the path "${this.#path.join('.')}"`);
  }

  #root(token: Token): boolean {
    if (this.#path.length > 0) return false;
    if (token.name === 'startArray') {
      this.#found = true;
      return true;
    }
    const advice = say`name the path of the array in it (${option('json', 'path', 'data.rows')}), or use ${functionName('ndjson')} for one object per line`;
    throw new CioError('CIO_SOURCE', say`json: the document is no array: ${advice}`);
  }

  #onTheWay(token: Token): boolean {
    if (token.name === 'startKey') this.#key = '';
    else if (token.name === 'stringChunk' && !this.#keyMatches) this.#addKey(token.value);
    else if (token.name === 'endKey') this.#keyMatches = this.#key === this.#path[this.#matched];
    else if (this.#keyMatches && VALUES.has(token.name)) return this.#value(token);
    return false;
  }

  /** No longer than it takes to see that it is another key. */
  #addKey(chunk: string): void {
    if (this.#key.length <= (this.#path[this.#matched] ?? '').length) this.#key += chunk;
  }

  #value(token: Token): boolean {
    this.#keyMatches = false;
    if (this.#matched < this.#path.length - 1) {
      if (token.name === 'startObject') this.#matched++;
      return false;
    }
    if (token.name !== 'startArray') throw new CioError('CIO_SOURCE', `json: what is at the path "${this.#path.join('.')}" is no array`);
    this.#found = true;
    return true;
  }
}

const VALUES = new Set(['startObject', 'startArray', 'startString', 'startNumber', 'trueValue', 'falseValue', 'nullValue']);
