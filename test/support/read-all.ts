/** Runs a decoder without streams, and shows elements so that deepEqual compares all of them: origin, reason, bytes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stringify } from '../../lib/json/exact.ts';
import { Block } from '../../lib/record/block.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { Element } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import type { MakeDecoder, Push, Warn } from '../../lib/stream/decode.ts';
import fc from './fast-check.ts';
import { type FlatOrigin, flat } from './flat-origin.ts';

/** What a test sees of an element. */
export interface Shown {
  readonly record: string | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly bytes: string | undefined;
  readonly origin: FlatOrigin | undefined;
}

const NOTHING = { record: undefined, message: undefined, bytes: undefined };

/** Takes rows that come in a block as elements, too. */
export function oneByOne(push: (element: Element) => void): Push {
  return (item) => {
    if (!(item instanceof Block)) return push(item);
    for (let row = 0; row < item.size; row++) push(item.read(row));
  };
}

/** All elements of the input, given in these chunks. */
export async function readAll(make: MakeDecoder, chunks: Iterable<Buffer | string>, warn: Warn = () => {}): Promise<Element[]> {
  const elements: Element[] = [];
  const decoder = make(
    oneByOne((element) => elements.push(element)),
    warn,
  );
  await decoder.open?.();
  for (const chunk of chunks) await decoder.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  await decoder.end();
  return elements;
}

/** The elements, or the message of the error that ended it. */
export async function outcome(make: MakeDecoder, chunks: Iterable<Buffer | string>): Promise<Shown[] | string> {
  try {
    return (await readAll(make, chunks)).map(show);
  } catch (error) {
    return String(error);
  }
}

export function show(element: Element): Shown {
  if (element instanceof Skipped) return { ...NOTHING, reason: element.reason, origin: flat(element.origin) };
  if (!(element instanceof Rejection)) {
    return { record: stringify(element), reason: undefined, message: undefined, bytes: undefined, origin: flat(originOf(element)) };
  }
  const { cause, origin, bytes } = element;
  return { record: undefined, reason: cause.reason, message: cause.message, bytes: bytes?.toString('hex'), origin: flat(origin) };
}

/** Short form: the record's JSON text, or the reason. */
export function brief(elements: Element[]): string[] {
  return elements.map((element) => {
    if (element instanceof Skipped) return element.reason;
    return element instanceof Rejection ? element.cause.reason : stringify(element);
  });
}

/** Cuts the input at these fractions of its length. */
export function cutAt(input: Buffer, fractions: readonly number[]): Buffer[] {
  const at = [...new Set(fractions.map((f) => Math.floor(f * input.length)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => input.subarray(from, at[i] ?? input.length)).filter((chunk) => chunk.length > 0);
}

/** Where to cut. */
export const fractions: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

/** Every way to cut the input in two, and one byte at a time. */
export function everyCut(input: Buffer): Buffer[][] {
  const inTwo = Array.from({ length: input.length - 1 }, (_, i) => [input.subarray(0, i + 1), input.subarray(i + 1)]);
  return [...inTwo, Array.from({ length: input.length }, (_, i) => input.subarray(i, i + 1))];
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The most memory that was held after any 100th call of `step`, or 40 times in all, over what was held before, in bytes. Garbage is none. */
export async function mostMemory(times: number, step: () => void | Promise<void>): Promise<number> {
  const held = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const before = held();
  let most = 0;
  const every = Math.max(100, Math.floor(times / 40));
  for (let i = 1; i <= times; i++) {
    await step();
    if (i % every === 0) most = Math.max(most, held() - before);
  }
  return most;
}
