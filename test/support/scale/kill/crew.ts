/** The processes of one consumer group: they join, leave and are killed. One that ends by itself is a failure, unless it found no broker. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import type { Random } from '../../../../bench/rows.ts';
import { within } from '../../within.ts';
import { type Child, startChild } from '../child.ts';
import type { ConsumerOptions } from './consumer.ts';

const CONSUMER = resolve('dist/test/support/scale/kill/consumer.js');
/** Who starts while there is no broker ends with a clear error, and whatever watches over processes starts it again. */
const NO_BROKER = /CioError: Kafka: the (group can't be joined|topics can't be looked up): .*ECONN/;
/** One that leaves settles its rows before it does. */
const LEAVE_MS = 90_000;

/** The crew. */
export class Crew {
  readonly #t: TestContext;
  readonly #options: string;
  readonly #random: Random;
  readonly #members: Set<Child> = new Set();
  joined = 0;
  killed = 0;
  left = 0;

  constructor(t: TestContext, options: ConsumerOptions, random: Random) {
    this.#t = t;
    this.#options = JSON.stringify(options);
    this.#random = random;
  }

  get size(): number {
    return this.#members.size;
  }

  join(): void {
    this.joined++;
    this.#members.add(startChild(this.#t, CONSUMER, [this.#options]));
  }

  async kill(): Promise<void> {
    this.killed++;
    const one = this.#takeAny();
    one.process.kill('SIGKILL');
    await one.ended;
  }

  async leave(): Promise<void> {
    this.left++;
    const one = this.#takeAny();
    // Before it says so it does not know what SIGTERM is to do.
    if (one.stdout === '') await Promise.race([once(one.process.stdout as Readable, 'data'), one.ended]);
    one.process.kill('SIGTERM');
    const { status, signal } = await within(one.ended, () => `a process does not leave: ${one.stderr}`, LEAVE_MS);
    if (!NO_BROKER.test(one.stderr)) assert.deepEqual([status, signal], [0, null], one.stderr);
  }

  async leaveAll(): Promise<void> {
    await Promise.all([...this.#members].map(() => this.leave()));
  }

  /** Fails if one has ended by itself. */
  check(): void {
    for (const one of this.#members) {
      if (one.process.exitCode === null && one.process.signalCode === null) continue;
      assert.match(one.stderr, NO_BROKER, 'a process has ended');
      this.#members.delete(one);
      this.join();
    }
  }

  /** What they have said, for a failure. */
  get said(): string {
    return [...this.#members].map(({ stderr }) => stderr.slice(-2_000)).join('\n---\n');
  }

  #takeAny(): Child {
    const one = [...this.#members][Math.floor(this.#random() * this.#members.size)];
    assert.ok(one, 'there is a process');
    this.#members.delete(one);
    return one;
  }
}
