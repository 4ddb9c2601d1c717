/**
 * A source record -> one operation, by the column names of the facts sheets (those of Airbyte's connector): the
 * identifier, event_name, event_id and timestamp columns go to their places, every other column becomes an attribute
 * under its own name. A pure function; whether the operation may be sent is judged afterwards.
 */
import { ORIGIN } from '../record/origin.ts';
import type { SourceRecord } from '../record/record.ts';
import { identifierFlaw, isTextOrNumber, markFlaw, trimIdentifier } from '../track/identifier.ts';
import { trimOperation } from '../track/identifier-places.ts';
import { isAttributes, type Problem, problemOf } from '../track/operation.ts';
import type { ReadTime } from '../track/timestamp.ts';
import { type Identifier, type Identity, identityColumns, identityReader, type Other, sayWrong, trimmedIdentity } from './identity.ts';

/** What rows are: people, events, or v2 operations already. */
export type ObjectKind = 'person_identify' | 'person_event' | 'entry';

/** Record fields that have a meaning; each can be another column by `fields`. */
export const RECORD_FIELDS = ['person_email', 'person_id', 'person_cio_id', 'person_phone', 'event_name', 'event_id', 'timestamp'] as const;

/** Which column of the source holds which record field. */
export type Fields = Partial<Record<(typeof RECORD_FIELDS)[number], string>>;

type Body = Record<string, unknown>;
type Row = Body & { [ORIGIN]?: unknown };

/** What a mapping gives: an operation and the identifiers beside the one that identifies, or the column at fault. */
export type Mapped =
  | { readonly operation: Body; readonly others?: readonly Other[] | undefined; readonly problem?: undefined }
  | { readonly problem: Problem };

/** The function that maps rows of one kind. */
export function mappingOf(
  object: ObjectKind,
  identifier: Identifier,
  fields: Fields,
  readTime: ReadTime,
): (record: SourceRecord) => Mapped {
  if (object === 'entry') return (record) => mapEntry(record, readTime);
  const columns = identityColumns(identifier, fields).map(({ column }) => column);
  const read = identityReader(identifier, fields);
  return object === 'person_identify'
    ? identifyMapping(columns, read, fields.timestamp, readTime)
    : eventMapping(columns, read, fields, readTime);
}

/** The columns that are no attributes, each with the record field that it is, or may be. */
export function usedColumns(object: ObjectKind, identifier: Identifier, fields: Fields): Map<string, string> {
  const used: string[] = RECORD_FIELDS.filter((field) => fields[field] !== undefined);
  used.push(...identityColumns(identifier, fields).map(({ type }) => `person_${type}`));
  if (object === 'person_event') used.push('event_name', 'event_id', 'timestamp');
  return new Map(used.map((field) => [fields[field as keyof Fields] ?? field, field]));
}

/** Reads who a row is about. */
type Read = ReturnType<typeof identityReader>;

function identifyMapping(
  columns: readonly string[],
  read: Read,
  timeColumn: string | undefined,
  readTime: ReadTime,
): (record: SourceRecord) => Mapped {
  // A computed key that no record has stands in for a column that was not asked for.
  const [a = ORIGIN, b = ORIGIN, c = ORIGIN, d = ORIGIN] = columns;
  return (record) => {
    const { [a]: id, [b]: id2, [c]: id3, [d]: id4, [timeColumn ?? ORIGIN]: time, [ORIGIN]: _, ...attributes } = record as Row;
    const who = read([id, id2, id3, id4]);
    if ('message' in who) return { problem: who };
    const operation: Body = { type: 'person', action: 'identify', identifiers: { [who.type]: who.value } };
    if (timeColumn !== undefined) setTime(operation, 'timestamp', time, readTime);
    operation.attributes = attributes;
    return mapped(operation, who, timeColumn ?? 'timestamp');
  };
}

function eventMapping(columns: readonly string[], read: Read, fields: Fields, readTime: ReadTime): (record: SourceRecord) => Mapped {
  const [a = ORIGIN, b = ORIGIN, c = ORIGIN, d = ORIGIN] = columns;
  const { event_name: nameColumn = 'event_name', event_id: idColumn = 'event_id', timestamp: timeColumn = 'timestamp' } = fields;
  return (record) => {
    const {
      [a]: id,
      [b]: id2,
      [c]: id3,
      [d]: id4,
      [nameColumn]: givenName,
      [idColumn]: givenId,
      [timeColumn]: time,
      [ORIGIN]: _,
      ...attributes
    } = record as Row;
    const who = read([id, id2, id3, id4]);
    if ('message' in who) return { problem: who };
    const name = trimmedIdentity(givenName);
    const wrongName = typeof name === 'string' && name !== '' ? markFlaw(name) : sayWrong(name, 'text');
    if (wrongName !== undefined) return { problem: { field: nameColumn, message: wrongName } };
    const wrongId = givenId === undefined || givenId === null ? undefined : eventIdFlaw(givenId);
    if (wrongId !== undefined) return { problem: { field: idColumn, message: wrongId } };
    const operation: Body = { type: 'person', action: 'event', identifiers: { [who.type]: who.value }, name };
    if (givenId !== undefined && givenId !== null) operation.id = String(givenId);
    setTime(operation, 'timestamp', time, readTime);
    operation.attributes = attributes;
    return mapped(operation, who, timeColumn);
  };
}

/** Events that share a mark for no value would be one event. */
function eventIdFlaw(value: unknown): string | undefined {
  if (!isTextOrNumber(value)) return 'must be text';
  const text = trimIdentifier(String(value));
  // Blank text is none.
  return text === '' ? undefined : identifierFlaw(text);
}

function mapped(operation: Body, { others }: Identity, timeColumn: string): Mapped {
  if (typeof operation.timestamp === 'string') return { problem: { field: timeColumn, message: operation.timestamp } };
  return { operation, others };
}

/** Rows that are operations already: their identifiers are trimmed, their times read, then the API's rules are asked. */
function mapEntry(record: SourceRecord, readTime: ReadTime): Mapped {
  const { [ORIGIN]: _origin, ...operation } = record as Body & { [ORIGIN]?: unknown };
  trimOperation(operation);
  setTime(operation, 'timestamp', operation.timestamp, readTime);
  if (typeof operation.timestamp === 'string') return { problem: { field: 'timestamp', message: operation.timestamp } };
  if (isAttributes(operation.device)) {
    const device: Body = { ...(operation.device as Body) };
    setTime(device, 'last_used', device.last_used, readTime);
    if (typeof device.last_used === 'string') return { problem: { field: 'device.last_used', message: device.last_used } };
    operation.device = device;
  }
  const problem = problemOf(operation);
  return problem ? { problem } : { operation };
}

/** Where the time can't be read, what is wrong with it stands in its place. */
function setTime(bag: Body, name: 'timestamp' | 'last_used', value: unknown, readTime: ReadTime): void {
  if (value !== undefined && value !== null) bag[name] = readTime(value);
  else if (value === null && bag[name] === null) delete bag[name];
}
