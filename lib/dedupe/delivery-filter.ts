/**
 * The core of dedupe(): for each entry and each row it finds out whether the API has exactly this already, lets through what it
 * does not have, and commits at checkpoints what was delivered. Rows that have to wait for the store come again as elements.
 */
import type { z } from 'zod';
import { Checkpoint } from '../record/checkpoint.ts';
import { Entry } from '../record/entry.ts';
import { type Element, isRecord, notAnEntry } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { Skipped } from '../record/skipped.ts';
import type { Receiver } from '../stream/receiver.ts';
import { LookAhead } from './ahead/look-ahead.ts';
import { type Answers, DeliveryIndex, type Started } from './delivery-index.ts';
import { ForgetBarrier } from './forget-barrier.ts';
import type { DEDUPE_OPTIONS } from './options.ts';
import type { Store } from './store.ts';
import { type Subject, Subjects } from './subject.ts';

type Settings = z.output<typeof DEDUPE_OPTIONS> & { readonly store: Store };
type Push = (element: Element) => void;

/** Skips what needs no delivery. */
export class DeliveryFilter {
  readonly #settings: Settings;
  readonly #index: DeliveryIndex;
  readonly #barrier: ForgetBarrier;
  readonly #subjects = new Subjects();
  readonly #fail: (error: Error) => void;
  #ahead: LookAhead | undefined;
  #committedAt: number;
  /** The block of the row that came last. */
  #block: RowEntry['block'] | undefined;

  constructor(settings: Settings, fail: (error: Error) => void) {
    this.#settings = settings;
    this.#committedAt = settings.clock.now();
    this.#fail = fail;
    this.#index = new DeliveryIndex(settings.store, settings.dryRun);
    this.#barrier = new ForgetBarrier(settings.store, settings.clock, fail);
  }

  async open(): Promise<void> {
    await this.#index.open();
  }

  /** True if rows have to come as elements, because the store is asked about many at once. */
  get asksAhead(): boolean {
    return this.#index.asksAhead;
  }

  take(element: Element, push: Push): void | Promise<void> {
    if (this.#index.asksAhead) return this.#takeAhead(element, push);
    return element instanceof Entry ? this.#entry(element, push) : this.#other(element, push);
  }

  #other(element: Element, push: Push): void | Promise<void> {
    if (isRecord(element)) throw notAnEntry('dedupe', element);
    if (element instanceof Checkpoint && this.#isDue) this.#commitWith(element);
    return this.#barrier.pass(element, push);
  }

  /** Passes on a row, or says false, and nothing has happened: then it has to come as an element. */
  row(entry: RowEntry, next: Receiver, push: Push): boolean {
    if (this.#barrier.isClosed) return false;
    const subject = this.#subjects.ofRow(entry);
    const offered = subject && this.#index.offer(subject);
    if (subject === undefined || offered === undefined || offered === 'later') return false;
    if (offered === 'known') {
      push(new Skipped(subject.reason, undefined, entry.block.origin(entry.row)));
      return true;
    }
    const { deliveries } = this.#index;
    // The store has to forget first, which takes its time.
    if (deliveries.mustForget(deliveries.next) && !this.#settings.dryRun) return false;
    const { row } = this.#subjects;
    row.observer = deliveries;
    row.delivery = deliveries.next;
    if (!next.entry(row)) return false;
    this.#index.add();
    if (this.#isDueAfter(row.block)) void this.#checkpoint(push);
    return true;
  }

  async end(push: Push): Promise<void> {
    await this.#ahead?.drain();
    await this.#checkpoint(push);
    await this.#barrier.drain();
  }

  close(): void {
    this.#barrier.close();
  }

  #takeAhead(element: Element, push: Push): void | Promise<void> {
    this.#ahead ??= new LookAhead({
      ask: (subjects) => this.#index.ask(subjects),
      turn: (next, subjects, answers, place) => this.#answered(next, subjects, answers, place, push),
      fail: this.#fail,
    });
    return this.#ahead.add(element, element instanceof Entry ? this.#subjects.of(element) : []);
  }

  /** The same as for a store that answers at once. */
  #answered(element: Element, [subject, second]: readonly Subject[], answers: Answers, place: number, push: Push): void | Promise<void> {
    if (!(element instanceof Entry)) return this.#other(element, push);
    if (subject === undefined) return this.#barrier.pass(element, push);
    const started = answers.start(subject, place);
    if (second !== undefined) this.#forget(answers.start(second, place + 1));
    return this.#finish(started, element, push);
  }

  #entry(entry: Entry, push: Push): void | Promise<void> {
    const [subject, second] = this.#subjects.of(entry);
    if (subject === undefined) return this.#barrier.pass(entry, push);
    const started = this.#index.start(subject);
    if (second !== undefined || started instanceof Promise) return this.#slowly(started, second, entry, push);
    return this.#finish(started, entry, push);
  }

  /** A merge, which has two subjects, or a store that answers later. */
  async #slowly(started: Started | Promise<Started>, second: Subject | undefined, entry: Entry, push: Push): Promise<void> {
    const first = await started;
    if (second !== undefined) this.#forget(await this.#index.start(second));
    await this.#finish(first, entry, push);
  }

  #finish(delivery: Started, entry: Entry, push: Push): void | Promise<void> {
    if (delivery === undefined) {
      const reason = entry.operation.action === 'identify' ? 'unchanged' : 'duplicate';
      return this.#barrier.pass(new Skipped(reason, entry.record, entry.origin), push);
    }
    this.#forget(delivery);
    entry.observer = this.#index.deliveries;
    entry.delivery = delivery;
    const passed = this.#barrier.pass(entry, push);
    return this.#isDue ? this.#checkpoint(push) : passed;
  }

  #forget(delivery: Started): void {
    const { deliveries } = this.#index;
    if (delivery === undefined || !deliveries.mustForget(delivery) || this.#settings.dryRun) return;
    this.#barrier.forget(deliveries.key(delivery));
  }

  get #isDue(): boolean {
    const { commitEveryMs, clock } = this.#settings;
    return this.#isFull || (this.#index.uncommitted > 0 && clock.now() - this.#committedAt >= commitEveryMs);
  }

  get #isFull(): boolean {
    return this.#index.uncommitted >= this.#settings.commitEveryEntries;
  }

  /** The same after a row: the clock is asked once a block, because its rows come at once. */
  #isDueAfter(block: RowEntry['block']): boolean {
    if (block === this.#block) return this.#isFull;
    this.#block = block;
    return this.#isDue;
  }

  #commitWith(checkpoint: Checkpoint): void {
    this.#committedAt = this.#settings.clock.now();
    if (this.#settings.dryRun) return this.#index.drop();
    const commit = this.#index.takeCommit();
    if (commit) checkpoint.commits.push(commit);
  }

  async #checkpoint(push: Push): Promise<void> {
    if (this.#index.uncommitted === 0) return;
    const checkpoint = new Checkpoint(undefined);
    this.#commitWith(checkpoint);
    await this.#barrier.pass(checkpoint, push);
  }
}
