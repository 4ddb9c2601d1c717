/** The files that each tool is given. Every row has its number, so that what becomes of it can be counted. */
import type { Expected } from './tally.ts';

/** A file, and what is to arrive of it. */
export interface Input {
  readonly kind: 'people' | 'events';
  readonly identifier: 'email' | 'id';
  readonly rows: number;
  readonly lineOf: (row: number) => string;
  readonly expected: Expected;
}

const FIRST_SECOND = 1_760_000_000;
const BAD_EACH = 100;
// As Twitter, Discord and Instagram make them: beyond what a double can hold.
const FIRST_ID = 1_790_000_000_000_000_001n;
const IMPOSSIBLE_EACH = 50;

const emailOf = (row: number): string => `person.${row}@example.com`;
const timeOf = (row: number): string => new Date((FIRST_SECOND + row) * 1e3).toISOString().replace('.000', '');

function event(row: number, more: object = {}): object {
  return { row, email: emailOf(row), name: 'purchase', at: timeOf(row), total: row / 4, city: 'München', ...more };
}

/** Good events, of so many bytes more than usual. */
export function events(rows: number, bytes = 0): Input {
  const note = 'x'.repeat(bytes);
  return {
    kind: 'events',
    identifier: 'email',
    rows,
    lineOf: (row) => JSON.stringify(event(row, bytes === 0 ? {} : { note })),
    expected: (row) => ({ who: emailOf(row), time: FIRST_SECOND + row }),
  };
}

/** What can be wrong with one: each hundredth row has one of these. */
const BAD: readonly ((row: number) => string)[] = [
  (row) => JSON.stringify(event(row)).slice(0, -20),
  (row) => JSON.stringify(event(row, { email: undefined })),
  (row) => JSON.stringify(event(row, { email: null })),
  (row) => JSON.stringify(event(row, { name: 'n'.repeat(120) })),
  (row) => JSON.stringify(event(row, { note: 'x'.repeat(40_000) })),
];

/** Events of which one in a hundred is bad. */
export function badEvents(rows: number): Input {
  const good = events(rows);
  const badOf = (row: number): ((row: number) => string) | undefined =>
    row % BAD_EACH === 50 ? BAD[Math.floor(row / BAD_EACH) % BAD.length] : undefined;
  return {
    ...good,
    lineOf: (row) => (badOf(row) ?? good.lineOf)(row),
    expected: (row) => (badOf(row) === undefined ? good.expected(row) : undefined),
  };
}

/** Events, one of which is larger than any request may be. */
export function hugeEvent(rows: number): Input {
  const good = events(rows);
  const huge = Math.floor(rows / 2);
  return {
    ...good,
    lineOf: (row) => (row === huge ? JSON.stringify(event(row, { note: 'x'.repeat(600_000) })) : good.lineOf(row)),
    expected: (row) => (row === huge ? undefined : good.expected(row)),
  };
}

/** Events of people whose ids have 19 digits, as their order numbers have; one in 50 happened on February 30th. */
export function exactEvents(rows: number): Input {
  const isImpossible = (row: number): boolean => row % IMPOSSIBLE_EACH === 25;
  const idOf = (row: number): string => String(FIRST_ID + BigInt(row));
  return {
    kind: 'events',
    identifier: 'id',
    rows,
    lineOf: (row) => {
      const at = isImpossible(row) ? '2025-02-30T10:00:00Z' : timeOf(row);
      return `{"row":${row},"id":${idOf(row)},"name":"purchase","at":"${at}","order":${idOf(rows + row)}}`;
    },
    expected: (row) => (isImpossible(row) ? undefined : { who: idOf(row), time: FIRST_SECOND + row, order: idOf(rows + row) }),
  };
}

/** Updates of a few people, in turns, of about 2 KB. */
export function updates(rows: number, people: number): Input {
  const bio = 'x'.repeat(900);
  const whoOf = (row: number): string => emailOf(row % people);
  return {
    kind: 'people',
    identifier: 'email',
    rows,
    lineOf: (row) => JSON.stringify({ row, email: whoOf(row), plan: row % 2 === 0 ? 'free' : 'pro', bio, notes: bio }),
    expected: (row) => ({ who: whoOf(row) }),
  };
}
