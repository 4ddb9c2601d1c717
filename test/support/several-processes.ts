/**
 * Some processes that share a memory and read one partition of a topic in turns: rows are asked about, let through, sent, answered and
 * committed in any interleaving, partitions move, processes stall and crash, and start again from the committed offset. After each step
 * the memory must be right about what a small Customer.io has.
 */
import assert from 'node:assert/strict';
import { type Answers, DeliveryIndex } from '../../lib/dedupe/delivery-index.ts';
import { DOUBT_S } from '../../lib/dedupe/redis/script.ts';
import { SharedMemory } from './shared-memory.ts';
import { subjectOf } from './subject.ts';

/** A row: a person, and what it leaves; nothing for a deletion. */
export interface Row {
  readonly key: bigint;
  readonly value: bigint | undefined;
}

export const STEPS = [
  ...['read', 'let through', 'send', 'answer', 'refuse', 'checkpoint', 'commit', 'release'],
  ...['move', 'crash', 'land late', 'wait', 'restart'],
] as const;

/** What happens next: to which process, and a number that chooses the rest. */
export interface Step {
  readonly what: (typeof STEPS)[number];
  readonly who: number;
  readonly n: number;
}

interface Sent extends Row {
  readonly delivery: number;
  /** When its partition was assigned. */
  readonly epoch: number;
  hasArrived: boolean;
}

interface Process {
  index: DeliveryIndex;
  next: number;
  asked: { readonly rows: readonly Row[]; readonly answers: Answers; readonly epoch: number } | undefined;
  sent: Sent[];
  commits: { readonly run: () => Promise<void>; readonly before: readonly Sent[]; readonly offset: number; readonly epoch: number }[];
}

/** All of it. */
export class SeveralProcesses {
  readonly memory = new SharedMemory();
  skipped = 0;
  readonly #rows: readonly Row[];
  readonly #processes: Process[];
  readonly #customerIo = new Map<bigint, bigint>();
  /** What crashed processes had sent, and has not arrived yet. */
  #ghosts: Row[] = [];
  #owner = 0;
  #epoch = 0;
  #committed = 0;
  #batches = 0;
  #wasRestarted = false;

  constructor(rows: readonly Row[], count: number) {
    this.#rows = rows;
    this.#processes = Array.from({ length: count }, () => this.#started());
  }

  async step({ what, who, n }: Step): Promise<void> {
    const process = this.#processes[who % this.#processes.length] as Process;
    const key = BigInt(n % 2);
    if (what === 'read') await this.#read(process, 1 + (n % 4), n % 7 === 0);
    else if (what === 'let through') this.#letThrough(process, n % 3 === 0);
    else if (what === 'send') this.#send(process, key);
    else if (what === 'answer') this.#end(process, key, true);
    else if (what === 'refuse') this.#end(process, key, false);
    else if (what === 'checkpoint') this.#checkpoint(process);
    else if (what === 'commit') await this.#commit(process, n);
    else if (what === 'release') this.memory.release();
    else if (what === 'move') this.#assign(who % this.#processes.length);
    else if (what === 'crash') this.#crash(process, n);
    else if (what === 'land late') this.#arrive(this.#ghosts.shift());
    else if (what === 'wait') this.#wait();
    else this.#restart();
    await new Promise((resolve) => setImmediate(resolve));
    this.#check();
  }

  #started(): Process {
    return { index: new DeliveryIndex(this.memory), next: this.#committed, asked: undefined, sent: [], commits: [] };
  }

  async #read(process: Process, count: number, losesAnswer: boolean): Promise<void> {
    if (process !== this.#processes[this.#owner] || process.asked !== undefined) return;
    const rows = this.#rows.slice(process.next, process.next + count);
    process.next += rows.length;
    this.memory.losesAnswer = losesAnswer;
    const answers = await process.index.ask(rows.map(({ key, value }) => subjectOf(key, value)));
    process.asked = { rows, answers, epoch: this.#epoch };
  }

  /** A row of a partition that moved away may or may not be let through. */
  #letThrough(process: Process, drops: boolean): void {
    const { asked, index } = process;
    if (asked === undefined) return;
    process.asked = undefined;
    for (const [place, { key, value }] of asked.rows.entries()) {
      const delivery = asked.answers.start(subjectOf(key, value), place);
      if (delivery === undefined) this.#skip({ key, value }, asked.epoch);
      else {
        index.deliveries.waitsIn(delivery, this.#batches++);
        const isDropped = drops && asked.epoch !== this.#epoch;
        if (!isDropped) process.sent.push({ key, value, delivery, epoch: asked.epoch, hasArrived: false });
      }
    }
  }

  #send(process: Process, key: bigint): void {
    const sent = process.sent.find((each) => each.key === key);
    if (sent === undefined || sent.hasArrived) return;
    const decision = process.index.deliveries.ask(sent.delivery);
    assert.notEqual(decision, 'wait', 'it is alone in its batch');
    if (decision === 'send') {
      sent.hasArrived = true;
      return this.#arrive(sent);
    }
    process.sent.splice(process.sent.indexOf(sent), 1);
    this.#skip(sent, sent.epoch, process);
  }

  #end(process: Process, key: bigint, isDelivered: boolean): void {
    const sent = process.sent.find((each) => each.key === key);
    if (sent === undefined || sent.hasArrived !== isDelivered) return;
    process.sent.splice(process.sent.indexOf(sent), 1);
    if (isDelivered) process.index.deliveries.delivered(sent.delivery);
    else process.index.deliveries.rejected(sent.delivery);
  }

  #checkpoint(process: Process): void {
    const { index, sent, next } = process;
    const run = process.asked === undefined ? index.takeCommit() : undefined;
    if (run !== undefined) process.commits.push({ run, before: [...sent], offset: next, epoch: this.#epoch });
  }

  async #commit(process: Process, n: number): Promise<void> {
    const [first] = process.commits;
    if (first === undefined || first.before.some((sent) => process.sent.includes(sent))) return;
    process.commits.shift();
    this.memory.losesAnswer = n % 7 === 0;
    this.memory.delay = (['none', 'before', 'after'] as const)[n % 3] ?? 'none';
    const done = first.run().then(() => {
      const isOurs = process === this.#processes[this.#owner] && first.epoch === this.#epoch;
      if (isOurs) this.#committed = Math.max(this.#committed, first.offset);
    });
    if (n % 3 === 0) await done;
  }

  #assign(who: number): void {
    this.#owner = who;
    this.#epoch++;
    (this.#processes[who] as Process).next = this.#committed;
  }

  #crash(process: Process, n: number): void {
    const who = this.#processes.indexOf(process);
    this.#ghosts.push(...process.sent.filter(({ hasArrived }) => !hasArrived).slice(0, n % 4));
    this.#processes[who] = this.#started();
    if (who === this.#owner) this.#assign(who);
  }

  #restart(): void {
    this.memory.restart();
    this.#wasRestarted = true;
  }

  /** The one assumption: what nobody knows of who has taken over, or after a restart, arrives within this time, or never. */
  #wait(): void {
    const isKnown = (epoch: number): boolean => epoch === this.#epoch && !this.#wasRestarted;
    for (const process of this.#processes) {
      if (process.asked !== undefined && !isKnown(process.asked.epoch)) process.asked = undefined;
      for (const sent of process.sent) {
        if (isKnown(sent.epoch) || sent.hasArrived) continue;
        sent.hasArrived = true;
        this.#arrive(sent);
      }
    }
    for (const ghost of this.#ghosts.splice(0)) this.#arrive(ghost);
    this.#wasRestarted = false;
    this.memory.now += DOUBT_S;
  }

  #arrive(row: Row | undefined): void {
    if (row?.value !== undefined) this.#customerIo.set(row.key, row.value);
    else if (row !== undefined) this.#customerIo.delete(row.key);
  }

  /** What a process leaves out that does not have the partition any more is read again by another. */
  #skip({ key, value }: Row, epoch: number, by?: Process): void {
    if (epoch !== this.#epoch) return;
    this.skipped++;
    this.#has(key, value, 'skipped', by);
  }

  #check(): void {
    for (const { key } of this.#rows) {
      const value = this.memory.get(key);
      if (value !== undefined) this.#has(key, value, 'in the memory');
    }
  }

  /** `by`: who has only later rows. */
  #has(key: bigint, value: bigint | undefined, what: string, by?: Process): void {
    assert.equal(this.#customerIo.get(key), value, `${what}: Customer.io has something else`);
    const others = this.#processes.filter((process) => process !== by);
    const open = [...this.#ghosts, ...others.flatMap(({ sent }) => sent.filter(({ hasArrived }) => !hasArrived))];
    assert.ok(!open.some((each) => each.key === key && each.value !== value), `${what}: something else may still arrive`);
  }
}
