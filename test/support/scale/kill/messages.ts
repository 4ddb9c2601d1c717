/**
 * What the kill test has in its topic: operations of people, each person in one partition, in an order that can be told from the
 * operations themselves: those of a person are numbered, and the number is one of their attributes (`n`).
 */
import { mulberry32, type Random } from '../../../../bench/rows.ts';
import type { TestMessage } from '../kafka-client.ts';

/** What stands at one offset: an operation of somebody, or a row that must be rejected, known by a mark in it. */
export type Expected = { readonly person: string; readonly n: number } | { readonly mark: string };

/** All of them. */
export interface Messages {
  readonly messages: readonly TestMessage[];
  /** By partition and offset. */
  readonly expected: readonly (readonly Expected[])[];
  /** What each person's operations are, by their number. */
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  readonly bad: number;
}

/** An event that is read again may be skipped as known; the others are sent again, in their order. */
export type Kind = 'identify' | 'event' | 'delete';

/** How much a person's filler takes: a row is about 200 bytes. */
const FILLER = 'y'.repeat(100);
/** Those who have news about the same time: several rows of one person are in flight at once. */
const CROWD = 60;

/** The same seed gives the same messages. */
export function makeMessages(topic: string, partitions: number, count: number, seed: number): Messages {
  const random = mulberry32(seed);
  const messages: TestMessage[] = [];
  const expected: Expected[][] = Array.from({ length: partitions }, () => []);
  const kinds = new Map<string, Kind[]>();
  let bad = 0;
  while (messages.length < count) {
    // The crowd moves on: everybody has about 20 rows.
    const who = Math.floor(messages.length / 20 + random() * CROWD);
    const person = `p${who}`;
    const partition = who % partitions;
    const add = (value: string, one: Expected): void => {
      messages.push({ topic, key: person, partition, value });
      expected[partition]?.push(one);
    };
    if (random() < 0.03) {
      const mark = `bad-${bad++}`;
      add(badRow(mark, random), { mark });
      continue;
    }
    const known = kinds.get(person) ?? [];
    kinds.set(person, known);
    const n = known.length;
    const { kind, row } = goodRow(person, who, n, known, random);
    known.push(kind);
    add(row, { person, n });
    // The same once more: dedupe may skip it.
    if (kind === 'identify' && random() < 0.1) add(row, { person, n });
  }
  return { messages, expected, kinds, bad };
}

/** Who gets deleted, once, has no events: one that is read again after it would make a person of its own. */
function goodRow(person: string, who: number, n: number, known: readonly Kind[], random: Random): { kind: Kind; row: string } {
  const common = { type: 'person', identifiers: { id: person } };
  const isLeaving = who % 10 === 0;
  const chance = random();
  if (isLeaving && chance < 0.1 && !known.includes('delete'))
    return { kind: 'delete', row: JSON.stringify({ ...common, action: 'delete' }) };
  if (isLeaving || chance < 0.6) {
    const attributes = { n, [`part${n % 3}`]: n, filler: FILLER };
    return { kind: 'identify', row: JSON.stringify({ ...common, action: 'identify', attributes }) };
  }
  const own = chance < 0.7 ? { id: `order ${n} of ${person}` } : {};
  return { kind: 'event', row: JSON.stringify({ ...common, action: 'event', name: 'bought', ...own, attributes: { n } }) };
}

/** Three that the pipeline rejects, and one that only the API refuses. */
function badRow(mark: string, random: Random): string {
  const event = { type: 'person', action: 'event', name: mark, identifiers: { id: mark }, attributes: {} };
  const rows = [
    `{"type":"person","${mark}`,
    JSON.stringify({ ...event, identifiers: { id: null } }),
    JSON.stringify({ ...event, attributes: { long: 'x'.repeat(1_001) }, action: 'identify' }),
    JSON.stringify({ ...event, action: 'identify', attributes: { _update: 'no boolean' } }),
  ];
  return rows[Math.floor(random() * rows.length)] ?? '';
}
