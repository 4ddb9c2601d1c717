/** What the flags say of columns, read together: for validate(), for a header, and for what watches the rows. */
import { CioError } from '../../errors.ts';
import type { CsvOptions } from '../../source/csv/options.ts';
import { columnsProblem, targetProblem } from '../../stage/mapping/column-problems.ts';
import { type ColumnSettings, type ColumnTarget, planOf, type RecordField } from '../../stage/mapping/columns.ts';
import { COLUMN_TYPES } from '../../stage/mapping/conversion.ts';
import { dashed } from './flag.ts';
import type { ColumnFlags } from './flags.ts';
import { shellQuoted } from './shell-quote.ts';
import { columnFlag, TYPE_WORDS } from './texts/column-flag.ts';

/** The flags that name the column of a record field. */
export const FIELD_FLAGS = {
  id: 'person_id',
  email: 'person_email',
  cioId: 'person_cio_id',
  phone: 'person_phone',
  name: 'event_name',
  time: 'timestamp',
  eventId: 'event_id',
} as const satisfies Partial<Record<keyof ColumnFlags, RecordField>>;

/** A name with a type behind it, as `--column` has them. A column that is really called so can be named by `--column`. */
const TYPED = new RegExp(`^(.+?):((?:${[...COLUMN_TYPES, ...Object.keys(TYPE_WORDS)].join('|')})(?::.*)?)$`, 'is');

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

/** Reads the flags. Throws `CIO_OPTIONS`. */
export function columnsOf(flags: ColumnFlags): ColumnsOfFlags {
  const named: NamedColumn[] = [];
  const columns = new Map<string, ColumnTarget>();
  for (const { option, column, target } of flagged(flags)) {
    const before = named.find((one) => one.column === column);
    const problem = before ? `the column is already given by ${before.option}` : targetProblem(target);
    if (problem !== undefined) throw wrong(option, problem);
    named.push({ option, column });
    columns.set(column, target);
  }
  const { object, identifier = 'auto', snakeCase, dropOthers, event } = flags;
  if (snakeCase && dropOthers) throw wrong('--drop-others', 'leaves nothing for --snake-case');
  const others = snakeCase ? 'snake_case' : dropOthers ? 'drop' : 'keep';
  const settings: ColumnSettings = { object, identifier, columns: Object.fromEntries(columns), others, event };
  const problem = columnsProblem(settings);
  if (problem === undefined) return { settings, named };
  if (object === 'entry')
    throw wrong(named[0]?.option ?? otherFlag(flags), 'has no effect on operations: their rows already have their final form');
  const [option, column] = problem.path;
  throw wrong(option === 'event' ? '--event' : (named.find((one) => one.column === column)?.option ?? '--column'), problem.message);
}

/** How a message says that a column holds a record field. */
export function flagFor(column: string, field: string): string {
  const name = Object.entries(FIELD_FLAGS).find(([, one]) => one === field)?.[0] ?? '';
  return `name it with ${dashed(name)} ${shellQuoted(column)}`;
}

/** The one that no column is named by. */
function otherFlag({ event, snakeCase, dropOthers }: ColumnFlags): string {
  if (event !== undefined) return '--event';
  return snakeCase ? '--snake-case' : dropOthers ? '--drop-others' : '--identifier';
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

function flagged(flags: ColumnFlags): (NamedColumn & { target: ColumnTarget })[] {
  const ofFields = Object.entries(FIELD_FLAGS).flatMap(([name, field]) => {
    const column = flags[name as keyof typeof FIELD_FLAGS];
    if (column === undefined) return [];
    const option = `${dashed(name)} ${shellQuoted(column)}`;
    const [, source, type] = TYPED.exec(column) ?? [];
    const instead = `${source}=${field}${field === 'timestamp' ? `:${type}` : ''}`;
    if (source !== undefined) throw wrong(option, `takes a column name without a type; use --column ${shellQuoted(instead)}`);
    return [{ option, column, target: field }];
  });
  const named = (flags.column ?? []).map((text) => ({ option: `--column ${shellQuoted(text)}`, ...columnFlag(text) }));
  return [...ofFields, ...named];
}

function wrong(option: string, message: string): CioError {
  return new CioError('CIO_OPTIONS', `${option}: ${message}`);
}
