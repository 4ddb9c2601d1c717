/**
 * Of events: which column says when each happened, and which may identify it. A column is the time if its name says so, or if no
 * other has times and nothing speaks against it. Else the columns that may be meant are named: nobody can see the difference later.
 */
import type { ColumnProfile } from './column-profile.ts';
import type { FieldGuess } from './identity-guess.ts';

/** The rows of a sample, as their columns are known. */
export interface Table {
  readonly columns: readonly ColumnProfile[];
  /** Rows that could be read. */
  readonly rows: number;
  /** Those that are the same as an earlier one. */
  readonly repeats: number;
}

const EVENT_TIME = /^(?:event_)?(?:timestamp|time|ts)$|^event_(?:at|on|date|datetime)$|^(?:occurred|happened)(?:_at|_on)?$/;
/** Words in names of times that are not those of what happened: of a person, of a plan, or of the table itself. */
const OTHER_TIMES = new Set([
  ...['birth', 'birthday', 'birthdate', 'dob', 'born', 'anniversary', 'joined', 'since', 'signup', 'registered', 'registration', 'hired'],
  ...['customer', 'user', 'person', 'contact', 'member', 'membership', 'subscriber', 'account', 'first', 'last', 'next', 'previous'],
  ...['expires', 'expiry', 'expiration', 'expired', 'until', 'till', 'due', 'deadline', 'end', 'ends', 'start', 'starts', 'valid', 'trial'],
  ...['renewal', 'renews', 'scheduled', 'planned', 'expected', 'eta', 'delivery', 'appointment', 'arrival', 'departure', 'checkin'],
  ...['updated', 'modified', 'changed', 'deleted', 'cancelled', 'loaded', 'synced', 'imported', 'ingested', 'exported', 'inserted'],
]);
const BIRTHDAY = /birth|born|dob/;
const ID_NAME = /(?:^|_)(?:id|uuid|guid|number|no|nr|ref|reference|key|code)$/;
const OF_SOMEONE = /^(?:person|customer|user|contact|client|member|subscriber|lead|crm|account|session|device)_/;
/** So many rows have a time if it is that of the event. */
const LEAST_FILLED = 0.9;

/** The guesses by name, completed by what the contents of columns say. `nulls` are texts that stand for no value. */
export function eventFields(fields: readonly FieldGuess[], free: readonly ColumnProfile[], table: Table, nulls: ReadonlySet<string>) {
  const used = new Set(fields.map(({ field, column }) => (field === 'time' ? undefined : column)));
  const left = free.filter((column) => !used.has(column));
  const ids = left.filter((one) => mayIdentify(one, table));
  return fields.map((guess): FieldGuess => {
    if (guess.field === 'time') return timeField(guess, left, table, nulls);
    if (guess.field === 'eventId') return guess.column === undefined ? { ...guess, others: ids } : guess;
    // What is another in each row is hardly the person's.
    return guess.field === 'id' ? { ...guess, others: guess.others.filter((one) => !ids.includes(one)) } : guess;
  });
}

/** Columns of times that may be those of what happened. */
export function happenings(columns: readonly ColumnProfile[]): ColumnProfile[] {
  return columns.filter((column) => mayBeTime(column) && !isOtherTime(column));
}

/** True if the name says that the column has the times of events. */
export function namesEventTime({ plainName }: ColumnProfile): boolean {
  return EVENT_TIME.test(plainName);
}

function timeField(
  { field, column: named }: FieldGuess,
  left: readonly ColumnProfile[],
  { rows }: Table,
  nulls: ReadonlySet<string>,
): FieldGuess {
  const times = happenings(left);
  const [only, ...more] = times;
  const [sure, ...asSure] = times.filter(namesEventTime);
  if (sure !== undefined && asSure.length === 0 && isReadable(sure, nulls)) return { field, column: sure, others: [] };
  if (only !== undefined && more.length === 0 && only.filled >= rows * LEAST_FILLED && isReadable(only, nulls))
    return { field, column: only, others: [], isOnly: only !== named };
  return { field, others: times.length > 0 ? times : left.filter((one) => mayBeTime(one) && !BIRTHDAY.test(one.plainName)) };
}

/** True if one form reads its cells, but for those in a form that the user learns of: such rows are rejected, whatever the column is. */
function isReadable({ textGuess, marks, kinds }: ColumnProfile, nulls: ReadonlySet<string>): boolean {
  return textGuess.type === 'time' && kinds.size === 1 && [...marks.keys()].every((mark) => nulls.has(mark));
}

/** All its cells are times, in whatever form, or nearly all. */
function mayBeTime({ name, filled, textGuess, near, marks }: ColumnProfile): boolean {
  if (filled === 0) return false;
  if (textGuess.type === 'time' || textGuess.choices?.[0]?.type === 'time') return true;
  return textGuess.type === 'text' && near?.nearest({ name, marks, isNumber: false })?.type === 'time';
}

function isOtherTime({ plainName }: ColumnProfile): boolean {
  return plainName.split('_').some((word) => OTHER_TIMES.has(word));
}

/** True if each row has a value of its own, but for rows that are there twice. */
function mayIdentify({ plainName, filled, distinct, hasMore, notIds, addresses }: ColumnProfile, { rows, repeats }: Table): boolean {
  if (!ID_NAME.test(plainName) || OF_SOMEONE.test(plainName)) return false;
  return rows > 1 && filled === rows && !hasMore && distinct >= rows - repeats && notIds === 0 && addresses === 0;
}
