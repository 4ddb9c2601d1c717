/** What the flags say of columns, read together: for validate(), for a header, and for what watches the rows. */
import { CioError } from '../../errors.ts';
import type { CsvOptions } from '../../source/csv/options.ts';
import { columnsProblem, targetProblem } from '../../stage/mapping/column-problems.ts';
import { type ColumnSettings, type ColumnTarget, type ObjectKind, planOf, type RecordField } from '../../stage/mapping/columns.ts';
import type { Identifier } from '../../stage/mapping/identity.ts';
import { shellQuoted } from '../show/shell-quote.ts';
import { columnFlag } from './column-flag.ts';

/** The flags that name the column of a record field. */
type FieldFlag = 'id' | 'email' | 'cioId' | 'phone' | 'name' | 'time' | 'eventId';

const FIELD_FLAGS: Readonly<Record<FieldFlag, RecordField>> = {
  id: 'person_id',
  email: 'person_email',
  cioId: 'person_cio_id',
  phone: 'person_phone',
  name: 'event_name',
  time: 'timestamp',
  eventId: 'event_id',
};

/** The flags that say what columns are. */
export interface ColumnFlags extends Partial<Record<FieldFlag, string>> {
  readonly object: ObjectKind;
  readonly identifier: Identifier;
  readonly column: readonly string[];
  readonly event?: string;
  readonly snakeCase?: boolean;
  readonly dropOthers?: boolean;
}

/** A column of the source, and the flag that names it. */
export interface NamedColumn {
  /** As it was given, for example `--email 'E-Mail Address'`. */
  readonly option: string;
  readonly column: string;
}

/** What the header of a CSV must have. */
export type NeededColumns = NonNullable<CsvOptions['required']>;

/** What the flags say. */
export interface ColumnsOfFlags {
  /** For validate(). */
  readonly settings: ColumnSettings;
  readonly named: readonly NamedColumn[];
}

interface FlaggedColumn extends NamedColumn {
  readonly target: ColumnTarget;
}

/** Reads the flags. Throws `CIO_OPTIONS`. */
export function columnsOf(flags: ColumnFlags): ColumnsOfFlags {
  const named: FlaggedColumn[] = [];
  for (const one of flagged(flags)) {
    const before = named.find(({ column }) => column === one.column);
    if (before) throw wrong(one.option, `the column is given before, by ${before.option}`);
    const problem = targetProblem(one.target);
    if (problem !== undefined) throw wrong(one.option, problem);
    named.push(one);
  }
  const { object, identifier, snakeCase, dropOthers, event } = flags;
  if (snakeCase && dropOthers) throw wrong('--drop-others', 'leaves nothing for --snake-case');
  const others = snakeCase ? 'snake_case' : dropOthers ? 'drop' : 'keep';
  const columns = Object.fromEntries(named.map(({ column, target }) => [column, target]));
  const settings: ColumnSettings = { object, identifier, columns, others, event };
  const { path: [option, column] = [], message } = columnsProblem(settings) ?? {};
  if (message === undefined) return { settings, named: named.map(({ option: given, column: name }) => ({ option: given, column: name })) };
  if (option === 'event') throw wrong('--event', message);
  throw wrong(named.find((one) => one.column === column)?.option ?? '--column', message);
}

/**
 * The columns that every row of a table needs: those that are named, one that identifies, and the name of an event. Behind
 * a `--transform` none are known.
 */
export function neededColumns({ settings, named }: ColumnsOfFlags, transform: string | undefined): NeededColumns {
  if (settings.object === 'entry' || transform !== undefined) return [];
  const { identity, fields } = planOf(settings);
  const [first = '', ...others] = identity.identifying.map(({ column }) => column);
  const name = fields.get('event_name');
  const needed = [...named.map(({ column }) => column), others.length === 0 ? first : [first, ...others]];
  return name === undefined ? needed : [...needed, name];
}

function flagged(flags: ColumnFlags): FlaggedColumn[] {
  const ofFields = Object.entries(FIELD_FLAGS).flatMap(([name, field]) => {
    const column = flags[name as FieldFlag];
    return column === undefined ? [] : [{ option: `${flagOf(name)} ${shellQuoted(column)}`, column, target: field }];
  });
  const named = flags.column.map((text) => ({ option: `--column ${shellQuoted(text)}`, ...columnFlag(text) }));
  return [...ofFields, ...named];
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wrong(option: string, message: string): CioError {
  return new CioError('CIO_OPTIONS', `${option}: ${message}`);
}
