/**
 * What the sandbox has taken, beside what stands in the topic. Three questions: whether a message is settled, whether a person's
 * operations came in their order, and whether the group has committed what is not settled.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Expected, Messages } from './messages.ts';

/** Of an operation, as the sandbox heard it. */
interface Operation {
  readonly identifiers?: { readonly id?: unknown };
  readonly attributes?: { readonly n?: unknown };
  readonly action?: unknown;
}

interface Person {
  readonly taken: Set<number>;
  last: number;
}

/** The ledger of one run. */
export class Ledger {
  readonly #messages: Messages;
  readonly #rejects: string;
  readonly #people: Map<string, Person> = new Map();
  readonly #marks: Set<string> = new Set();
  readonly #seenFiles: Set<string> = new Set();
  /** Of each partition the first offset that is not settled, as far as somebody asked. */
  readonly #settled: number[];
  /** What went wrong, in words. */
  readonly faults: string[] = [];
  /** Operations that were taken. */
  taken = 0;
  /** Those that came again. */
  repeats = 0;

  /** `rejects` is the folder of all processes. */
  constructor(messages: Messages, rejects: string) {
    this.#messages = messages;
    this.#rejects = rejects;
    this.#settled = messages.expected.map(() => 0);
  }

  /** Hears each operation that the sandbox applies. */
  apply({ identifiers, attributes, action }: Operation): void {
    const id = String(identifiers?.id);
    const kinds = this.#messages.kinds.get(id);
    if (kinds === undefined) return;
    const person = this.#people.get(id) ?? { taken: new Set(), last: -1 };
    this.#people.set(id, person);
    const n = action === 'delete' ? kinds.indexOf('delete') : Number(attributes?.n);
    // What is read again after a kill begins further back; from there it is the same order, but for events that are known already.
    for (let between = person.last + 1; between < n; between++)
      if (kinds[between] !== 'event' || !person.taken.has(between))
        this.faults.push(`${id}: operation ${n} (${kinds[n]}) came after ${person.last}, before ${between} (${kinds[between]})`);
    if (!person.taken.has(n)) this.taken++;
    // The same right behind itself stands so in the topic.
    else if (n !== person.last) this.repeats++;
    person.taken.add(n);
    person.last = n;
  }

  /** Compares what a group has committed (next offsets, by TOPIC/PARTITION) with what is settled. */
  compare(committed: ReadonlyMap<string, bigint>): void {
    for (const [name, offset] of committed) {
      const partition = Number(name.slice(name.lastIndexOf('/') + 1));
      const settled = this.settledTo(partition);
      if (Number(offset) > settled)
        this.faults.push(`${name}: ${offset} is committed, but ${settled} is not settled: ${JSON.stringify(this.#at(partition, settled))}`);
    }
  }

  /** The first offset of a partition that is not settled. */
  settledTo(partition: number): number {
    let offset = this.#settled[partition] ?? 0;
    for (let one = this.#at(partition, offset); one !== undefined && this.#isSettled(one); one = this.#at(partition, offset)) offset++;
    this.#settled[partition] = offset;
    return offset;
  }

  get isComplete(): boolean {
    return this.#messages.expected.every((all, partition) => this.settledTo(partition) === all.length);
  }

  #at(partition: number, offset: number): Expected | undefined {
    return this.#messages.expected[partition]?.[offset];
  }

  #isSettled(one: Expected): boolean {
    if ('person' in one) return this.#people.get(one.person)?.taken.has(one.n) ?? false;
    // Of rejected rows only the folder knows.
    if (!this.#marks.has(one.mark)) this.#readRejects();
    return this.#marks.has(one.mark);
  }

  /** Only what is complete: the rows of a `.partial` of a killed process come again. */
  #readRejects(): void {
    for (const name of readdirSync(this.#rejects, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ndjson') || this.#seenFiles.has(name)) continue;
      this.#seenFiles.add(name);
      for (const [mark] of readFileSync(join(this.#rejects, name), 'utf8').matchAll(/bad-\d+/g)) this.#marks.add(mark);
    }
  }
}
