/**
 * A source record -> one operation. Columns that hold record fields go to their places, every other column becomes an
 * attribute, as the plan of `columns` says. A pure function, compiled once; a problem names the column of the record.
 */
import { ORIGIN } from '../../record/origin.ts';
import type { SourceRecord } from '../../record/record.ts';
import { identifierFlaw, isTextOrNumber, markFlaw, trimIdentifier } from '../../track/identifier.ts';
import { trimIdentifierAttributes, trimOperation } from '../../track/identifier-places.ts';
import { attributeCheck } from '../../track/known-attributes.ts';
import { isAttributes, type Problem, problemOf } from '../../track/operation.ts';
import { operationTime, type ReadTime } from '../../track/timestamp.ts';
import { columnRules } from './column-rules.ts';
import { type ColumnPlan, type ColumnSettings, planOf } from './columns.ts';
import { timeFormatOf } from './conversion.ts';
import {
  type Identity,
  identityReader,
  leaveOutEmpty,
  type Other,
  type RowProblem,
  setOthers,
  trimmedIdentity,
  wrongValue,
} from './identity.ts';
import { inColumns, type MapColumn, meantColumn } from './meant-column.ts';

/** Stands in for a column that is not read: no record has it. */
const NO_COLUMN: unique symbol = Symbol('no column');

type Body = Record<string, unknown>;
type Row = Body & { [ORIGIN]?: unknown; [NO_COLUMN]?: unknown };

/** What a mapping gives: an operation, or what is wrong with which column. */
export type Mapped =
  | { readonly operation: Body; readonly problem?: undefined }
  | { readonly operation?: undefined; readonly problem: Problem };

/** How rows of one kind become operations. */
export interface Mapping {
  /** True if a column is named for the time. */
  readonly isTimeNamed: boolean;
  map(record: SourceRecord): Mapped;
  /** The column of the record that a path inside the operation comes from. */
  columnOf(path: string, record: object): string;
}

/** The mapping of rows of one kind. `now`: Unix milliseconds. `mapColumn` says how a column is mapped. */
export function mappingOf(settings: ColumnSettings, now: number, mapColumn: MapColumn = inColumns): Mapping {
  if (settings.object !== 'entry') return columnMapping(settings, now, mapColumn);
  const readTime = operationTime(now);
  return { isTimeNamed: false, map: (record) => mapOperation(record, readTime), columnOf: (path) => path };
}

function columnMapping(settings: ColumnSettings, now: number, mapColumn: MapColumn): Mapping {
  const plan = planOf(settings);
  const { shape, columnOf } = columnRules(plan, now);
  const isEvent = settings.object === 'person_event';
  const read = ownColumns(rowReader(settings, plan, now), plan);
  const meant = meantColumn(settings, mapColumn);
  const checkAttributes = attributeCheck(isEvent ? 'person event' : 'person identify');
  const map = (record: SourceRecord): Mapped => {
    const row = read(record as Row);
    if (row.problem) {
      const { field, message, lacked = [], short = message } = row.problem;
      const advice = meant(lacked, record);
      return { problem: { field, message: advice === '' ? message : short + advice } };
    }
    const { operation, others } = row;
    const problem = shape?.(operation) ?? (others && setOthers(operation.attributes as Body, others));
    if (problem) return { problem };
    if (!isEvent) leaveOutEmpty(operation.attributes as Body, operation.identifiers as object);
    const refused = trimIdentifierAttributes(operation) ?? checkAttributes(operation.attributes as Body, '');
    return refused ? { problem: { ...refused, field: columnOf(refused.field, record) } } : { operation };
  };
  return {
    isTimeNamed: plan.isTimeNamed,
    map,
    columnOf: (path, record) => (path.startsWith(BAG) ? columnOf(path.slice(BAG.length), record) : path),
  };
}

const BAG = 'attributes.';

type ReadRow = { operation: Body; others: readonly Other[] | undefined; problem?: undefined } | { problem: RowProblem };

/** Reads the record fields of a row; what is left are its attributes, by their columns. */
function rowReader(settings: ColumnSettings, plan: ColumnPlan, now: number): (row: Row) => ReadRow {
  const { identity, fields, timeFormat } = plan;
  const who = identityReader(identity);
  const readTime = operationTime(now, timeFormatOf(timeFormat));
  const [a = NO_COLUMN, b = NO_COLUMN, c = NO_COLUMN, d = NO_COLUMN] = [...identity.identifying, ...identity.further].map(
    ({ column }) => column,
  );
  const timeColumn = fields.get('timestamp') ?? NO_COLUMN;
  const finish = (operation: Body, time: unknown, attributes: Body, { others }: Identity): ReadRow => {
    if (timeColumn !== NO_COLUMN) setTime(operation, 'timestamp', time, readTime);
    if (typeof operation.timestamp === 'string') return { problem: { field: String(timeColumn), message: operation.timestamp } };
    operation.attributes = attributes;
    return { operation, others };
  };
  if (settings.object === 'person_identify') {
    return (row) => {
      const { [a]: id, [b]: id2, [c]: id3, [d]: id4, [timeColumn]: time, [ORIGIN]: _, ...attributes } = row;
      const person = who([id, id2, id3, id4]);
      if ('message' in person) return { problem: person };
      return finish({ type: 'person', action: 'identify', identifiers: { [person.type]: person.value } }, time, attributes, person);
    };
  }
  const [nameColumn = NO_COLUMN, idColumn = NO_COLUMN] = [fields.get('event_name'), fields.get('event_id')];
  const constant = settings.event === undefined ? undefined : trimIdentifier(settings.event);
  return (row) => {
    // biome-ignore format: one line a kind of field
    const {
      [a]: id, [b]: id2, [c]: id3, [d]: id4, [nameColumn]: givenName, [idColumn]: eventId, [timeColumn]: time,
      [ORIGIN]: _, ...attributes
    } = row;
    const person = who([id, id2, id3, id4]);
    if ('message' in person) return { problem: person };
    const name = constant ?? trimmedIdentity(givenName);
    const problem = nameProblem(name, String(nameColumn)) ?? eventIdProblem(eventId, String(idColumn));
    if (problem) return { problem };
    const operation: Body = { type: 'person', action: 'event', identifiers: { [person.type]: person.value }, name };
    if (eventId !== undefined && eventId !== null) operation.id = String(eventId);
    return finish(operation, time, attributes, person);
  };
}

/** A column such as `constructor`: where a row does not have it, what every object inherits is no value of it. */
function ownColumns(read: (row: Row) => ReadRow, { fields }: ColumnPlan): (row: Row) => ReadRow {
  if (![...fields.values()].some((column) => column in Object.prototype)) return read;
  return (row) => read(Object.assign(Object.create(null), row));
}

function nameProblem(name: unknown, field: string): RowProblem | undefined {
  const message = typeof name === 'string' && name !== '' ? markFlaw(name) : wrongValue(name, 'text');
  const lacked = name === undefined ? ([{ field: 'event_name', column: field }] as const) : undefined;
  return message === undefined ? undefined : { field, message, lacked };
}

/** Events that share a mark for no value would be one event. */
function eventIdProblem(value: unknown, field: string): Problem | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isTextOrNumber(value)) return { field, message: 'must be text' };
  const text = trimIdentifier(String(value));
  // Blank text is none.
  const message = text === '' ? undefined : identifierFlaw(text);
  return message === undefined ? undefined : { field, message };
}

/** Rows that are operations already: their identifiers are trimmed, their times read, then the API's rules are asked. */
function mapOperation(record: SourceRecord, readTime: ReadTime): Mapped {
  const { [ORIGIN]: _origin, ...operation } = record as Row;
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
  if (problem) return { problem };
  const refused = trimIdentifierAttributes(operation);
  return refused ? { problem: { ...refused, field: BAG + refused.field } } : { operation };
}

/** If the time can't be read, what is wrong with it stands in its place. */
function setTime(bag: Body, name: 'timestamp' | 'last_used', value: unknown, readTime: ReadTime): void {
  if (value !== undefined && value !== null) bag[name] = readTime(value);
  else if (value === null && bag[name] === null) delete bag[name];
}
