/**
 * Skips what needs no delivery: an event whose id was delivered before, a person whose attributes are those delivered
 * last. It compares with what the API took, never with what is only on its way, so that a refusal or a kill can't lose
 * a row. In doubt a row is sent. Put it right before trackWriter(), whose checkpoints commit what was delivered.
 */
import type { Transform } from 'node:stream';
import { z } from 'zod';
import { clockOption, count, FLAG, type Given, readOptions } from '../options.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { Entry } from '../record/entry.ts';
import { type Element, isRecord, notAnEntry } from '../record/record.ts';
import { Skipped } from '../record/skipped.ts';
import { each } from '../stream/each.ts';
import { DeliveryIndex, type Pending } from './delivery-index.ts';
import { ForgetBarrier } from './forget-barrier.ts';
import { memoryStore } from './memory-store.ts';
import type { Store } from './store.ts';
import { type Hash, peopleOf, type Subject, subjectsOf } from './subject.ts';

/** What dedupe() takes. */
export const DEDUPE_SHAPE = {
  /**
   * What remembers: memoryStore() (default) for one run, lmdbStore({ path }) between runs. One line at a time uses it. It
   * stays open: who made it closes it.
   */
  store: z.custom<Store>(isStore, 'must be memoryStore(), lmdbStore() or another store').optional(),
  /**
   * Of consecutive identifies of one person that wait in the same batch only the last is sent, where that sets every
   * attribute that the others set. Default false.
   */
  collapse: z.boolean().default(false).register(FLAG, {
    flag: '--collapse',
    doc: '--dedupe: of identifies of one person that wait together send the last, where it sets all that the others set',
  }),
  /**
   * What was delivered is committed after so many entries, and at the end. Default 100,000. A process that is killed loses
   * what was not committed, and sends it again: few large commits cost far less.
   */
  commitEveryEntries: count(1).default(100_000),
  /** The same after so many milliseconds. Default 1,000. */
  commitEveryMs: count(1).default(1_000),
  /** Skips the same, but leaves the store as it is. Default false. */
  dryRun: z.boolean().default(false),
};

/** Options of {@link dedupe}. */
export interface DedupeOptions extends Given<typeof DEDUPE_SHAPE> {}

/** The closed schema. */
export const DEDUPE_OPTIONS = z.strictObject({ ...DEDUPE_SHAPE, clock: clockOption });

type Settings = z.output<typeof DEDUPE_OPTIONS> & { readonly store: Store };
type Push = (element: Element) => void;

/** A stage that skips duplicate events and unchanged people. Throws `CIO_OPTIONS`; fails with `CIO_STATE` of the store. */
export function dedupe(options?: DedupeOptions): Transform {
  const given = readOptions('dedupe', DEDUPE_OPTIONS, options);
  const core = new Dedupe({ ...given, store: given.store ?? memoryStore() }, (error) => stage.destroy(error));
  const stage = each((element, push) => core.take(element, push), {
    open: () => core.open(),
    end: (push) => core.end(push),
    close: () => core.close(),
  });
  return stage;
}

/** The core of {@link dedupe}. */
export class Dedupe {
  readonly #settings: Settings;
  readonly #ledger: DeliveryIndex;
  readonly #holdback: ForgetBarrier;
  #hash: Hash = () => 0n;
  #committedAt: number;

  constructor(settings: Settings, fail: (error: Error) => void) {
    this.#settings = settings;
    this.#committedAt = settings.clock.now();
    this.#ledger = new DeliveryIndex(settings.store);
    this.#holdback = new ForgetBarrier(settings.store, settings.clock, fail);
  }

  async open(): Promise<void> {
    const { default: xxhash } = await import('xxhash-wasm');
    const { h64 } = await xxhash();
    this.#hash = (text) => h64(text);
    await this.#settings.store.open();
  }

  take(element: Element, push: Push): void | Promise<void> {
    if (element instanceof Entry) return this.#entry(element, push);
    if (isRecord(element)) throw notAnEntry('dedupe', element);
    if (element instanceof Checkpoint && this.#isDue) this.#commitWith(element);
    return this.#holdback.pass(element, push);
  }

  async end(push: Push): Promise<void> {
    await this.#checkpoint(push);
    await this.#holdback.empty();
  }

  close(): void {
    this.#holdback.close();
  }

  #entry(entry: Entry, push: Push): void | Promise<void> {
    const { operation } = entry;
    const [subject, second] = subjectsOf(operation, this.#hash);
    if (this.#settings.collapse && operation.action !== 'identify') this.#bar(entry);
    if (subject === undefined) return this.#holdback.pass(entry, push);
    const claimed = this.#claim(subject, entry);
    if (second !== undefined || claimed instanceof Promise) return this.#slowly(claimed, second, entry, push);
    return this.#finish(claimed, entry, push);
  }

  /** A merge, or a store that takes its time. */
  async #slowly(
    claimed: Pending | undefined | Promise<Pending | undefined>,
    second: Subject | undefined,
    entry: Entry,
    push: Push,
  ): Promise<void> {
    const first = await claimed;
    const other = second && (await this.#claim(second, entry));
    if (other?.forget && !this.#settings.dryRun) this.#holdback.forget(other.claim.key);
    await this.#finish(first, entry, push);
  }

  #claim(subject: Subject, { operation }: Entry): Pending | undefined | Promise<Pending | undefined> {
    const comparable = this.#settings.collapse && operation.action === 'identify' && subject.value !== undefined;
    return this.#ledger.claim(subject, comparable ? operation : undefined);
  }

  #finish(claimed: Pending | undefined, entry: Entry, push: Push): void | Promise<void> {
    if (claimed === undefined) {
      const reason = entry.operation.action === 'identify' ? 'unchanged' : 'duplicate';
      return this.#holdback.pass(new Skipped(reason, entry.record, entry.origin), push);
    }
    const { claim, forget } = claimed;
    if (forget && !this.#settings.dryRun) this.#holdback.forget(claim.key);
    entry.watcher = claim;
    const passed = this.#holdback.pass(entry, push);
    return this.#isDue ? this.#checkpoint(push) : passed;
  }

  /** What is done to a person between two identifies forbids to leave out the first. */
  #bar({ operation }: Entry): void {
    for (const name of peopleOf(operation)) this.#ledger.latest(this.#hash(name))?.bar();
  }

  get #isDue(): boolean {
    const { commitEveryEntries, commitEveryMs, clock } = this.#settings;
    const { uncommitted } = this.#ledger;
    return uncommitted >= commitEveryEntries || (uncommitted > 0 && clock.now() - this.#committedAt >= commitEveryMs);
  }

  #commitWith(checkpoint: Checkpoint): void {
    this.#committedAt = this.#settings.clock.now();
    if (this.#settings.dryRun) return this.#ledger.drop();
    const commit = this.#ledger.close();
    if (commit) checkpoint.commits.push(commit);
  }

  async #checkpoint(push: Push): Promise<void> {
    if (this.#ledger.uncommitted === 0) return;
    const checkpoint = new Checkpoint(undefined);
    this.#commitWith(checkpoint);
    await this.#holdback.pass(checkpoint, push);
  }
}

function isStore(value: unknown): boolean {
  return ['open', 'get', 'commit', 'close'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}
