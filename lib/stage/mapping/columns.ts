/**
 * The option `columns` of validate(), source column -> what it becomes, read into a plan: which column holds which record
 * field, and what becomes of the other columns. A column that is named like a record field holds it without being named.
 */

import type { ColumnType, Conversion } from './conversion.ts';
import { IDENTIFIER_TYPES, type Identifier, type IdentityColumns } from './identity.ts';
import { snakeCase } from './snake-case.ts';

/**
 * What rows are: people, events, or v2 operations already.
 *
 * @category Stages
 */
export type ObjectKind = 'person_identify' | 'person_event' | 'entry';

/** Record fields: what an operation has beside its attributes. */
export const RECORD_FIELDS = [
  'person_email',
  'person_id',
  'person_cio_id',
  'person_phone',
  'event_name',
  'event_id',
  'timestamp',
] as const satisfies readonly RecordField[];

/**
 * The name of a record field: what an operation has besides its attributes.
 *
 * @category Stages
 */
export type RecordField = 'person_email' | 'person_id' | 'person_cio_id' | 'person_phone' | 'event_name' | 'event_id' | 'timestamp';

/**
 * How the values of a column are written, and what they become.
 *
 * @category Stages
 */
export interface ColumnValues {
  /** What its values become. Of the record fields only `timestamp` has a type: `time`. Default: they stay as they are. */
  readonly type?: ColumnType | undefined;
  /**
   * How numbers or times are written, for example `1.234,56` or `DD/MM/YYYY`. Default: as JSON writes numbers, and ISO 8601 or Unix
   * times.
   */
  readonly format?: string | undefined;
}

/**
 * What a column becomes, in full: an attribute or a record field. With neither, it is what it would be without being named.
 *
 * @category Stages
 */
export type ColumnDetails = ColumnValues &
  (
    | {
        /** Name of the attribute. It may be the name of a record field, too. */
        readonly attribute?: string | undefined;
        /** Not with `attribute`. */
        readonly field?: undefined;
      }
    | {
        /** Not with `field`. */
        readonly attribute?: undefined;
        /** The record field that it holds. */
        readonly field?: RecordField | undefined;
      }
  );

/**
 * What a column becomes: the name of a record field or attribute, more than a name ({@link ColumnDetails}), or nothing (`false`).
 *
 * @category Stages
 */
export type ColumnTarget = string | false | ColumnDetails;

/**
 * Column of the source -> what it becomes. In TypeScript, an object that you keep in a constant needs `satisfies Columns`.
 *
 * @category Stages
 */
export type Columns = Readonly<Record<string, ColumnTarget>>;

/**
 * What becomes of columns that are not named: attributes under their own names, nothing, or attributes in snake case.
 *
 * @category Stages
 */
export type OtherColumns = 'keep' | 'drop' | 'snake_case';

/** The options that say what columns are. */
export interface ColumnSettings {
  readonly object: ObjectKind;
  readonly identifier: Identifier;
  readonly columns: Columns;
  readonly others: OtherColumns;
  readonly event?: string | undefined;
}

/** What becomes of a column that holds no record field: `attribute` is undefined if it is left out. */
export interface ColumnRule {
  readonly attribute: string | undefined;
  readonly conversion?: Conversion | undefined;
}

/** The options, read. */
export interface ColumnPlan {
  readonly identity: IdentityColumns;
  /** The column of each record field that is read. */
  readonly fields: ReadonlyMap<RecordField, string>;
  /** How times in the column of `timestamp` are written, if that is said. */
  readonly timeFormat: string | undefined;
  /** True if a column is named for `timestamp`: then a row without a time is sent with a warning. */
  readonly isTimeNamed: boolean;
  /** The other columns that are named. */
  readonly rules: ReadonlyMap<string, ColumnRule>;
  readonly others: OtherColumns;
}

/** A column that is named, and what is said of it. */
export interface NamedTarget extends ColumnValues {
  readonly attribute?: string | undefined;
  readonly field?: RecordField | undefined;
  readonly column: string;
  readonly isLeftOut: boolean;
}

/** What the option says, column by column. */
export function targetsOf(columns: Columns): NamedTarget[] {
  return Object.entries(columns).map(([column, target]) => {
    if (target === false) return { column, isLeftOut: true };
    if (typeof target !== 'string') return { column, isLeftOut: false, ...target };
    return { column, isLeftOut: false, ...(isRecordField(target) ? { field: target } : { attribute: target }) };
  });
}

/** True for the name of a record field. */
export function isRecordField(name: string): name is RecordField {
  return (RECORD_FIELDS as readonly string[]).includes(name);
}

/** The plan of options that have no problem. */
export function planOf(settings: ColumnSettings): ColumnPlan {
  const { identifier, others } = settings;
  const targets = targetsOf(settings.columns);
  const fields = fieldsOf(settings, targets);
  const asked = identifier === 'auto' ? IDENTIFIER_TYPES : [identifier];
  const columnsOf = (types: readonly Identifier[]): IdentityColumns['further'] =>
    types.map((type) => ({ type, column: fields.get(`person_${type}` as RecordField) ?? '' })).filter(({ column }) => column !== '');
  const rules = targets.filter(({ column }) => ![...fields.values()].includes(column));
  return {
    identity: { identifying: columnsOf(asked), further: columnsOf(IDENTIFIER_TYPES.filter((type) => !asked.includes(type))) },
    fields,
    timeFormat: targets.find(({ column }) => column === fields.get('timestamp'))?.format,
    isTimeNamed: targets.some(({ field }) => field === 'timestamp'),
    rules: new Map(rules.map((target) => [target.column, ruleOf(target, others)])),
    others,
  };
}

/** The columns that are named for a record field, and those that have the name of one that is read. */
function fieldsOf({ object, identifier, event }: ColumnSettings, targets: readonly NamedTarget[]): Map<RecordField, string> {
  const asked = (identifier === 'auto' ? IDENTIFIER_TYPES : [identifier]).map((type) => `person_${type}` as const);
  const ofEvents = event === undefined ? (['event_name', 'event_id', 'timestamp'] as const) : (['event_id', 'timestamp'] as const);
  const byName = object === 'person_event' ? [...asked, ...ofEvents] : asked;
  const named = targets.flatMap(({ field, column }) => (field === undefined ? [] : [[field, column] as const]));
  const fields = new Map<RecordField, string>(named);
  const isTaken = (name: string): boolean => targets.some((target) => target.column === name && saysWhat(target));
  for (const field of byName) if (!fields.has(field) && !isTaken(field)) fields.set(field, field);
  return fields;
}

/** True for what says more than how the values of the column are written. */
function saysWhat({ isLeftOut, field, attribute }: NamedTarget): boolean {
  return isLeftOut || field !== undefined || attribute !== undefined;
}

function ruleOf({ column, isLeftOut, attribute, type, format }: NamedTarget, others: OtherColumns): ColumnRule {
  if (isLeftOut) return { attribute: undefined };
  const own = others === 'snake_case' ? snakeCase(column) : column;
  return { attribute: attribute ?? own, conversion: type === undefined ? undefined : { type, format } };
}
