/**
 * What the rows are: people or events. Sent as the other, they would change people whom they are only about, so a table that
 * may be either is left to the user.
 */
import type { ColumnProfile } from './column-profile.ts';
import { happenings, namesEventTime, type Table } from './event-guess.ts';
import { guessFields, type PreviewKind } from './identity-guess.ts';

/** The guess. */
export interface KindGuess {
  readonly kind: PreviewKind;
  /** Why it is not certain: what speaks for events. */
  readonly doubt?: KindDoubt | undefined;
}

/** What speaks for events, though not enough. */
export interface KindDoubt {
  readonly rows: number;
  /** The column that may have names of events. */
  readonly name?: ColumnProfile | undefined;
  /** The column that may say when. */
  readonly time?: ColumnProfile | undefined;
  /** Rows about a person of an earlier row, if there are many. */
  readonly repeated?: number | undefined;
}

const EVENT_NAMES = ['event_name', 'event', 'event_type'];
/** Names that nearly every row has for itself are none. */
const FEW_NAMES = 20;
/** An export of people has so many of them twice at most. */
const MOST_REPEATED = 0.25;

/** Guesses it. `who` is the column that identifies people, if that is said. */
export function guessKind(table: Table, who: string | undefined): KindGuess {
  const { columns, rows } = table;
  const fields = new Map(guessFields('events', columns, new Set()).map((guess) => [guess.field, guess]));
  const certain = fields.get('name')?.column;
  const name = certain ?? fields.get('name')?.others[0];
  const times = happenings(columns);
  const [time] = times;
  if (name !== undefined && EVENT_NAMES.includes(name.plainName)) {
    const isFew = name === certain && !name.hasMore && name.distinct <= Math.max(FEW_NAMES, name.filled / 2);
    const isSure = isFew && (time !== undefined || name.plainName === 'event_name');
    return isSure ? { kind: 'events' } : { kind: 'events', doubt: { rows, name, time } };
  }
  if (name !== undefined && time !== undefined) return { kind: 'events', doubt: { rows, name, time } };
  const eventTime = times.find((one) => namesEventTime(one) && /event|occurred|happened/.test(one.plainName));
  if (eventTime !== undefined) return { kind: 'events', doubt: { rows, time: eventTime } };
  const [id] = (['cioId', 'id', 'email'] as const).flatMap((field) => fields.get(field)?.column ?? []);
  const person = columns.find((column) => column.name === who) ?? id;
  const repeated = person === undefined || person.hasMore ? 0 : person.filled - person.distinct;
  return time !== undefined && repeated > 1 && repeated >= rows * MOST_REPEATED
    ? { kind: 'people', doubt: { rows, time, repeated } }
    : { kind: 'people' };
}
