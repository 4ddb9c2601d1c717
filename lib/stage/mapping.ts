/**
 * A source record -> one operation, by the column names of the facts sheets (those of Airbyte's connector): the
 * identifier, event_name, event_id and timestamp columns go to their places, every other column becomes an attribute
 * under its own name. A pure function; whether the operation may be sent is judged afterwards.
 */
import { ExactNumber } from '../record/json.ts';
import { ORIGIN } from '../record/origin.ts';
import type { SourceRecord } from '../record/record.ts';
import { isBag, type Problem, problemOf } from '../track/operation.ts';
import type { ReadTime } from '../track/timestamp.ts';

/** What identifies a person; `auto` takes the first present of cio_id, id, email, phone. */
export type Identifier = 'email' | 'id' | 'cio_id' | 'phone' | 'auto';

/** What rows are: people, events, or v2 operations already. */
export type ObjectKind = 'person_identify' | 'person_event' | 'entry';

/** Record fields that have a meaning; each can be another column by `fields`. */
export const RECORD_FIELDS = ['person_email', 'person_id', 'person_cio_id', 'person_phone', 'event_name', 'event_id', 'timestamp'] as const;

/** Which column of the source holds which record field. */
export type Fields = Partial<Record<(typeof RECORD_FIELDS)[number], string>>;

type Body = Record<string, unknown>;

/** What a mapping gives: an operation and the column of its identifier, or the column at fault. */
export type Mapped = { readonly operation: Body; readonly idColumn?: string; readonly problem?: undefined } | { readonly problem: Problem };

const AUTO = ['cio_id', 'id', 'email', 'phone'] as const;

/** The record fields that identify a person. */
export const IDENTIFIER_FIELDS: readonly string[] = AUTO.map((type) => `person_${type}`);

/** The function that maps rows of one kind. */
export function mappingOf(
  object: ObjectKind,
  identifier: Identifier,
  fields: Fields,
  readTime: ReadTime,
): (record: SourceRecord) => Mapped {
  if (object === 'entry') return (record) => mapEntry(record, readTime);
  const find = identifierFinder(identifier, fields);
  return object === 'person_identify' ? identifyMapping(find, fields.timestamp, readTime) : eventMapping(find, fields, readTime);
}

/** The columns that are no attributes, each with the record field that it is, or may be. */
export function usedColumns(object: ObjectKind, identifier: Identifier, fields: Fields): Map<string, string> {
  const used: (keyof Fields)[] = RECORD_FIELDS.filter((field) => fields[field] !== undefined);
  if (identifier !== 'auto') used.push(`person_${identifier}`);
  if (object === 'person_event') used.push('event_name', 'event_id', 'timestamp');
  return new Map(used.map((field) => [fields[field] ?? field, field]));
}

/** The type of the identifier and the column that holds it; undefined when none is present. */
type Finder = (record: SourceRecord) => { readonly type: string; readonly column: string } | Problem;

/** The columns of which one identifies a row, in the order in which they are looked at. */
export function identifierColumns(identifier: Identifier, fields: Fields): { readonly type: string; readonly column: string }[] {
  return (identifier === 'auto' ? AUTO : [identifier]).map((type) => ({ type, column: fields[`person_${type}`] ?? `person_${type}` }));
}

function identifierFinder(identifier: Identifier, fields: Fields): Finder {
  const columns = identifierColumns(identifier, fields);
  const [only] = columns;
  if (columns.length === 1 && only) return () => only;
  const names = columns.map(({ column }) => column).join(', ');
  return (record) =>
    columns.find(({ column }) => record[column] !== undefined && record[column] !== null && record[column] !== '') ?? {
      field: names,
      message: `has no identifier: none of ${names}`,
    };
}

function identifyMapping(find: Finder, timeColumn: string | undefined, readTime: ReadTime): (record: SourceRecord) => Mapped {
  return (record) => {
    const found = find(record);
    if ('message' in found) return { problem: found };
    // A computed key that no record has stands in for the column that was not asked for.
    const { [found.column]: id, [timeColumn ?? ORIGIN]: time, [ORIGIN]: _origin, ...attributes } = record as Body & { [ORIGIN]?: unknown };
    const operation: Body = { type: 'person', action: 'identify', identifiers: { [found.type]: id } };
    if (timeColumn !== undefined) setTime(operation, 'timestamp', time, readTime);
    operation.attributes = attributes;
    return checkColumns(operation, found, id, timeColumn ?? 'timestamp');
  };
}

function eventMapping(find: Finder, fields: Fields, readTime: ReadTime): (record: SourceRecord) => Mapped {
  const { event_name: nameColumn = 'event_name', event_id: idColumn = 'event_id', timestamp: timeColumn = 'timestamp' } = fields;
  return (record) => {
    const found = find(record);
    if ('message' in found) return { problem: found };
    const {
      [found.column]: id,
      [nameColumn]: name,
      [idColumn]: eventId,
      [timeColumn]: time,
      [ORIGIN]: _origin,
      ...attributes
    } = record as Body & { [ORIGIN]?: unknown };
    if (typeof name !== 'string' || name.trim() === '') return { problem: { field: nameColumn, message: sayWrong(name, 'text') } };
    const operation: Body = { type: 'person', action: 'event', identifiers: { [found.type]: id }, name: name.trim() };
    if (eventId !== undefined && eventId !== null) {
      if (!isTextOrNumber(eventId)) return { problem: { field: idColumn, message: 'must be text' } };
      operation.id = String(eventId);
    }
    setTime(operation, 'timestamp', time, readTime);
    operation.attributes = attributes;
    return checkColumns(operation, found, id, timeColumn);
  };
}

/** Says what is wrong with the identifier or the time in the words of the source; the rest is right by construction. */
function checkColumns(operation: Body, found: { type: string; column: string }, id: unknown, timeColumn: string): Mapped {
  if (!isIdentifier(found.type, id)) {
    return { problem: { field: found.column, message: sayWrong(id, found.type === 'id' ? 'text or a number' : 'text') } };
  }
  if (typeof operation.timestamp === 'string') return { problem: { field: timeColumn, message: operation.timestamp } };
  return { operation };
}

/** The same rule as in `track/operation`, without the price of a schema per row; a property test holds the two together. */
function isIdentifier(type: string, id: unknown): boolean {
  if (typeof id === 'string') return id.trim() !== '';
  return type === 'id' && isTextOrNumber(id);
}

/** Rows that are operations already: only their times are read, then the API's rules are asked. */
function mapEntry(record: SourceRecord, readTime: ReadTime): Mapped {
  const { [ORIGIN]: _origin, ...operation } = record as Body & { [ORIGIN]?: unknown };
  setTime(operation, 'timestamp', operation.timestamp, readTime);
  if (typeof operation.timestamp === 'string') return { problem: { field: 'timestamp', message: operation.timestamp } };
  if (isBag(operation.device)) {
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

/** What an id may be. */
export function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value) || typeof value === 'bigint' || value instanceof ExactNumber;
}

/** What is wrong with a value that should have been `wanted`. */
export function sayWrong(value: unknown, wanted: string): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  return typeof value === 'string' && value.trim() === '' ? 'is empty' : `must be ${wanted}`;
}
