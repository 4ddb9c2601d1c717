/** What `--map`, `--rename` and `--convert` say, read together: for validate(), for a header, and for who reads along. */
import type { CsvOptions } from '../../source/csv/options.ts';
import type { Shape } from '../../stage/column-rules.ts';
import { identifierColumns } from '../../stage/identity.ts';
import type { Fields } from '../../stage/mapping.ts';
import { shellQuoted } from '../show/shell-quote.ts';
import type { SendFlags } from './flags.ts';
import { mappedFields } from './mapped-fields.ts';
import { type ColumnFlags, shapedColumns } from './shaped-columns.ts';

/** Options of validate(). */
export interface Columns extends Shape {
  readonly fields: Fields;
}

/** A column of the source, and the option that names it. */
export interface NamedColumn {
  /** As it was given, for example `--map person_email=Email`. */
  readonly option: string;
  readonly column: string;
}

/** What the header of a CSV must have. */
export type NeededColumns = NonNullable<CsvOptions['required']>;

/** Reads the flags. Throws `CIO_OPTIONS`. */
export function columnsOf(flags: ColumnFlags): Columns {
  const fields = mappedFields(flags.map, flags.object);
  return { fields, ...shapedColumns(flags, fields) };
}

/** The columns that are named. */
export function namedColumns({ fields, rename, convert }: Columns): NamedColumn[] {
  return [
    ...Object.entries(fields).map(([field, column]) => ({ option: `--map ${shellQuoted(`${field}=${column}`)}`, column })),
    ...Object.entries(rename).map(([attribute, column]) => ({ option: `--rename ${shellQuoted(`${attribute}=${column}`)}`, column })),
    ...Object.entries(convert).map(([column, type]) => ({ option: `--convert ${shellQuoted(`${column}=${type}`)}`, column })),
  ];
}

/**
 * The columns that every row of a table needs: those that are named, one that identifies, and the name of an event. Behind
 * a `--transform` none are known.
 */
export function neededColumns(
  { object, identifier, transform }: Pick<SendFlags, 'object' | 'identifier' | 'transform'>,
  columns: Columns,
): NeededColumns {
  if (object === 'entry' || transform !== undefined) return [];
  const named = namedColumns(columns).map(({ column }) => column);
  const [first = '', ...others] = identifierColumns(identifier, columns.fields).map(({ column }) => column);
  const identifying = others.length === 0 ? first : [first, ...others];
  return [...named, identifying, ...(object === 'person_event' ? [columns.fields.event_name ?? 'event_name'] : [])];
}
