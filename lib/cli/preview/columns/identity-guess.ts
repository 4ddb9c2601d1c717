/**
 * Which columns say who a row is about, and of events what happened and when. A column is proposed if both its name and its
 * contents say so, and no other has the same claim; the others that come near are named.
 */
import type { ColumnProfile } from './column-profile.ts';

/** What a column can be beside an attribute, as the flags call it. */
export type FieldFlag = 'id' | 'email' | 'phone' | 'cioId' | 'name' | 'time' | 'eventId';

/** What was found for a field. */
export interface FieldGuess {
  readonly field: FieldFlag;
  readonly column?: ColumnProfile;
  /** Columns that may be meant too, or instead. */
  readonly others: readonly ColumnProfile[];
  /** Its name does not say it, but no other column can be meant. */
  readonly isOnly?: boolean;
}

/** What rows are, for this purpose. */
export type PreviewKind = 'people' | 'events';

const OF_PEOPLE = ['person', 'customer', 'user', 'contact', 'client', 'member', 'subscriber', 'lead', 'crm'];
const prefixed = (name: string): string[] => OF_PEOPLE.map((word) => `${word}_${name}`);

/** Names, the surest first. Names of one list within another are as sure as each other. */
const EMAILS = [
  ['person_email'],
  ['email', 'email_address', 'mail', 'emailaddress', 'email_adresse', 'adresse_email'],
  ['primary_email'],
  prefixed('email'),
  prefixed('email_address'),
];
const IDS = [['person_id'], [...prefixed('id'), 'external_id', 'customer_number'], ['id', '_id'], ['uuid', 'guid', 'uid', 'record_id']];
const NAMES: Readonly<Record<PreviewKind, Readonly<Record<FieldFlag, readonly (readonly string[])[]>>>> = {
  people: {
    cioId: [['cio_id', 'person_cio_id', 'customerio_id', 'customer_io_id']],
    id: IDS,
    email: EMAILS,
    phone: [['person_phone'], ['phone', 'phone_number', 'mobile', 'mobile_phone', 'telephone', 'cell_phone']],
    ...{ name: [], time: [], eventId: [] },
  },
  events: {
    cioId: [['cio_id', 'person_cio_id', 'customerio_id', 'customer_io_id']],
    // In a table of events `id` is that of the event.
    id: IDS.slice(0, 2),
    email: EMAILS,
    phone: [],
    name: [['event_name'], ['event'], ['event_type'], ['activity_type', 'activity', 'action']],
    time: [
      ['timestamp', 'event_time', 'event_timestamp', 'occurred_at', 'event_date'],
      ['time', 'at', 'ts', 'event_ts', 'datetime', 'date_time', 'created_at', 'happened_at', 'sent_at'],
      ['date', 'day'],
    ],
    eventId: [['event_id'], ['message_id', 'insert_id'], ['id', '_id', 'uuid', 'guid']],
  },
};

/** Words in the name of a column that is near to a field, for who has to choose. */
const NEAR: Readonly<Partial<Record<FieldFlag, RegExp>>> = { email: /mail/, id: /(^|_)(id|uuid|guid)$/, phone: /phone|mobile/ };
/** An export may have people several times, but not most of them. */
const LEAST_SPREAD = 0.5;

/** Guesses the fields that are not `taken` by flags, of columns that are not either. */
export function guessFields(kind: PreviewKind, columns: readonly ColumnProfile[], taken: ReadonlySet<FieldFlag>): FieldGuess[] {
  const fields = (Object.keys(NAMES[kind]) as FieldFlag[]).filter((field) => !taken.has(field));
  const used = new Set<ColumnProfile>();
  return fields.map((field) => {
    const free = columns.filter((column) => !used.has(column) && column.filled > 0);
    const fitting = free.filter((column) => fits(field, column, kind));
    const groups = NAMES[kind][field].map((names) => fitting.filter(({ plainName }) => names.includes(plainName)));
    const best = groups.find((group) => group.length > 0) ?? [];
    const column = best.length === 1 ? best[0] : undefined;
    if (column) used.add(column);
    const near = free.filter((one) => one !== column && isNear(field, one, groups.flat()));
    return { field, ...(column && { column }), others: near };
  });
}

/** The columns whose name says that they hold phone numbers, and whose contents do not contradict. */
export function namesPhone(columns: readonly ColumnProfile[]): ColumnProfile[] {
  const names = NAMES.people.phone.flat();
  const isPhone = ({ phones, oddPhones, filled }: ColumnProfile): boolean => phones + oddPhones > filled / 2;
  return columns.filter((column) => names.includes(column.plainName) && isPhone(column));
}

/** True if the name of the column says that it holds the id of an event, and not of anything else. */
export function namesEventId({ plainName, filled }: ColumnProfile): boolean {
  return filled > 0 && NAMES.events.eventId.slice(0, 2).flat().includes(plainName);
}

function isNear(field: FieldFlag, column: ColumnProfile, fitting: readonly ColumnProfile[]): boolean {
  if (fitting.includes(column)) return true;
  if (field === 'email' && column.addresses > 0) return true;
  return NEAR[field]?.test(column.plainName) ?? false;
}

/** True if what is in the column can be what its name says. */
function fits(field: FieldFlag, column: ColumnProfile, kind: PreviewKind): boolean {
  const { filled, addresses, phones, notIds, kinds, textGuess, marked } = column;
  if (marked > filled / 2) return false;
  switch (field) {
    case 'email':
      return addresses >= filled / 2;
    case 'phone':
      return phones === filled;
    case 'time':
      return textGuess.type === 'time' && textGuess.rest === undefined;
    case 'name':
      return kinds.get('text') === filled && textGuess.type === 'text';
    case 'eventId':
      return notIds === 0 && isSpread(column, 1);
    default:
      return notIds <= filled / 10 && addresses < filled / 2 && (kind === 'events' || isSpread(column, LEAST_SPREAD));
  }
}

/** True if nearly each row has a value of its own. */
function isSpread({ distinct, filled, hasMore }: ColumnProfile, least: number): boolean {
  return hasMore || distinct >= filled * least;
}
