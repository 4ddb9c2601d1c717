/**
 * What the scripts of redisStore() do, over a Map and a clock of the test. test/integration/redis/store.test.ts holds it to the scripts
 * themselves; here it shows, without a server, what several pipelines do to each other.
 */
import { bigintOf } from '../../lib/dedupe/halves.ts';
import { DOUBT_S, FIRST_NUMBER } from '../../lib/dedupe/redis/script.ts';
import { type Changes, type ClaimedChanges, type Claims, type Halves, NOT_MINE, SAME, type SharedStore } from '../../lib/dedupe/store.ts';

type Kept =
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'claim'; readonly owner: number; readonly number: number; readonly unsure: number }
  | { readonly kind: 'doubt'; readonly until: number };

/** One memory of all processes. */
export class SharedMemory implements SharedStore {
  /** In seconds. */
  now = 1;
  /** How many questions were asked. */
  questions = 0;
  /** The next command is done, but its answer is lost: it is done again. */
  losesAnswer = false;
  /** The next settlement is on its way: its part before it is done, and the one behind, each end when `release` is called. */
  delay: 'none' | 'before' | 'after' = 'none';
  readonly #delayed: (() => void)[] = [];
  #kept = new Map<bigint, Kept>();
  #unsure = 0;
  #owners = 0;

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  get(key: bigint): bigint | undefined {
    const kept = this.#kept.get(key);
    return kept?.kind === 'value' ? kept.value : undefined;
  }

  async getMany(keys: readonly bigint[]): Promise<(bigint | undefined)[]> {
    this.questions++;
    return keys.map((key) => this.get(key));
  }

  async commit(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      const kept = this.#kept.get(key);
      const unsure = Math.max(this.#unsure, kept?.kind === 'doubt' ? kept.until : kept?.kind === 'claim' ? this.now + DOUBT_S : 0);
      if (unsure <= this.now && value !== undefined) this.#kept.set(key, { kind: 'value', value });
      else this.#doubt(key, unsure);
    }
  }

  claims(): Claims {
    const owner = ++this.#owners;
    let used = FIRST_NUMBER;
    const claim = (wanted: readonly Halves[]) => {
      const numbers = Uint32Array.from(wanted, () => used++);
      return { numbers, before: Uint32Array.from(wanted, (each, n) => this.#claim(each, owner, numbers[n] as number)) };
    };
    return {
      claim: async (wanted) => {
        this.questions++;
        if (this.#loses()) claim(wanted);
        return claim(wanted);
      },
      settle: async (changes) => {
        const { delay } = this;
        const twice = this.#loses();
        this.delay = 'none';
        if (delay === 'before') await this.#released();
        for (let n = twice ? 2 : 1; n > 0; n--) this.#settle(changes, owner);
        if (delay === 'after') await this.#released();
      },
    };
  }

  /** The settlement that was delayed first goes on. */
  release(): void {
    this.#delayed.shift()?.();
  }

  /** Everything is lost, and that is noticed. */
  restart(): void {
    this.#kept.clear();
    this.#unsure = this.now + DOUBT_S;
  }

  #claim({ keyFirst, keySecond, hasValue, valueFirst, valueSecond }: Halves, owner: number, number: number): number {
    const key = bigintOf(keyFirst, keySecond);
    const kept = this.#kept.get(key);
    if (kept?.kind === 'value' && hasValue && kept.value === bigintOf(valueFirst, valueSecond)) return SAME;
    const isMine = kept?.kind === 'claim' && kept.owner === owner;
    let unsure = this.#unsure;
    if (kept?.kind === 'doubt') unsure = Math.max(unsure, kept.until);
    if (kept?.kind === 'claim') unsure = isMine ? Math.max(unsure, kept.unsure) : this.now + DOUBT_S;
    this.#kept.set(key, { kind: 'claim', owner, number, unsure: unsure > this.now ? unsure : 0 });
    return isMine && kept.unsure === 0 && unsure <= this.now ? kept.number : NOT_MINE;
  }

  #settle({ size, halves, claims }: ClaimedChanges, owner: number): void {
    for (let n = 0; n < size; n++) {
      const [keyFirst = 0, keySecond = 0, valueFirst = 0, valueSecond = 0] = halves.subarray(4 * n, 4 * n + 4);
      const [key, value] = [bigintOf(keyFirst, keySecond), bigintOf(valueFirst, valueSecond)];
      const kept = this.#kept.get(key);
      if (kept?.kind === 'value' && kept.value !== value) this.#kept.delete(key);
      if (kept?.kind !== 'claim' || kept.owner !== owner || kept.number !== (claims[n] as number) >>> 0) continue;
      if (kept.unsure === 0) this.#kept.set(key, { kind: 'value', value });
      else this.#doubt(key, kept.unsure);
    }
  }

  #released(): Promise<void> {
    return new Promise((resolve) => this.#delayed.push(resolve));
  }

  #doubt(key: bigint, until: number): void {
    if (until > this.now) this.#kept.set(key, { kind: 'doubt', until });
    else this.#kept.delete(key);
  }

  #loses(): boolean {
    const loses = this.losesAnswer;
    this.losesAnswer = false;
    return loses;
  }
}
