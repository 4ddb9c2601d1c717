/**
 * Profiles of columns -> the flags that load them: who rows are about, which columns are converted, what else the source must be
 * told. Flags that the user gave stay as they are, and are completed.
 */

import { isRecordField } from '../../stage/mapping/columns.ts';
import { snakeCase } from '../../stage/mapping/snake-case.ts';
import { FIELD_FLAGS } from '../flags/columns.ts';
import type { ColumnFlags } from '../flags/flags.ts';
import { columnFlag } from '../flags/texts/column-flag.ts';
import { columnText, escapedName, timestampText } from './column-text.ts';
import type { ColumnProfile } from './columns/column-profile.ts';
import { eventFields, type Table } from './columns/event-guess.ts';
import { type FieldFlag, type FieldGuess, guessFields, type PreviewKind } from './columns/identity-guess.ts';
import { guessKind, type KindDoubt } from './columns/kind-guess.ts';
import { isCertainNull } from './columns/null-marks.ts';
import type { TextGuess } from './columns/type-guess.ts';

/** Flags that say what columns are, and how cells are read. */
export interface MappingFlags extends Partial<Omit<ColumnFlags, 'object'>> {
  readonly null?: readonly string[] | undefined;
  readonly trim?: boolean | undefined;
}

/** A column, and what is proposed for it. */
export interface ColumnProposal {
  readonly profile: ColumnProfile;
  /** What its texts are, with the proposed `--null`. */
  readonly guess: TextGuess;
  /** The field that it holds, by a flag of the user or by the proposal. */
  readonly field?: FieldFlag | undefined;
  /** True if the user says what it is. */
  readonly isNamed: boolean;
  /** The attribute that it becomes, if it is one. */
  readonly attribute?: string | undefined;
}

/** What is proposed. */
export interface Proposal {
  readonly kind: PreviewKind;
  readonly isKindGuessed: boolean;
  /** Why the kind is not certain. */
  readonly doubt: KindDoubt | undefined;
  /** Those of the user, completed. */
  readonly flags: MappingFlags;
  readonly columns: readonly ColumnProposal[];
  readonly fields: readonly FieldGuess[];
  /** Columns that snake case would make one attribute: it is not proposed then. */
  readonly collisions: readonly string[];
  /** Columns that would have a flag, but there are too many. */
  readonly left: number;
}

/** More `--column` are not for a command line. */
const MOST_FLAGS = 1_000;
const FIELDS = Object.keys(FIELD_FLAGS) as FieldFlag[];

/** Proposes flags for the rows of a table. */
export function propose(table: Table, given: MappingFlags, { kind, isCsv }: { kind?: PreviewKind | undefined; isCsv: boolean }): Proposal {
  const { columns: profiles } = table;
  const nulls = isCsv ? nullsIn(profiles) : [];
  const known = new Set([...nulls, ...(given.null ?? [])]);
  const said = kind ?? ((given.name ?? given.event ?? given.eventId) === undefined ? undefined : 'events');
  const { kind: chosen, doubt } =
    said === undefined ? guessKind(table, given.cioId ?? given.id ?? given.email ?? given.phone) : { kind: said };
  const named = new Map((given.column ?? []).map((text) => [columnFlag(text).column, text]));
  const byFlag = new Map(FIELDS.flatMap((field) => (given[field] === undefined ? [] : [[given[field] as string, field] as const])));
  const taken = takenFields(given, chosen);
  const free = profiles.filter(({ name }) => !named.has(name) && !byFlag.has(name));
  const byName = guessFields(chosen, free, taken);
  const fields = chosen === 'events' ? eventFields(byName, free, table, known) : byName;
  const fieldOf = new Map([...byFlag, ...fields.flatMap(({ field, column }) => (column ? [[column.name, field] as const] : []))]);
  const guesses = profiles.map((profile) => {
    const { name } = profile;
    return { profile, guess: guessWith(profile, known), field: fieldOf.get(name), isNamed: named.has(name) };
  });
  const others = guesses.filter(({ field, isNamed }) => field === undefined && !isNamed);
  const collisions = given.snakeCase || given.dropOthers ? [] : collisionsOf(others, named);
  const snakeCased = given.snakeCase === true || (!given.dropOthers && collisions.length === 0 && others.some(isNotSnake));
  const held = new Set([...taken, ...fields.flatMap(({ field, column }) => (column ? [field] : []))]);
  const attributeOf = (name: string): string => attributeFor(snakeCased ? snakeCase(name) : name, held);
  const wanted = given.dropOthers ? [] : others.flatMap((one) => columnFlagOf(one, attributeOf(one.profile.name), snakeCased));
  const conversions = wanted.slice(0, MOST_FLAGS);
  const flags: MappingFlags = {
    ...given,
    ...fieldFlags(fields, guesses),
    column: [...(given.column ?? []), ...timeColumn(fields, guesses), ...conversions],
    ...(snakeCased && { snakeCase: true }),
    null: [...(given.null ?? []), ...nulls],
    ...((given.trim || (isCsv && isSpaced(profiles))) && { trim: true }),
  };
  const columns = guesses.map((one) => ({ ...one, attribute: one.field === undefined ? attributeOf(one.profile.name) : undefined }));
  return {
    kind: chosen,
    isKindGuessed: said === undefined,
    doubt,
    flags,
    columns,
    fields,
    collisions,
    left: wanted.length - conversions.length,
  };
}

/** True if cells have white space around them. If names have it, too, two would be the same without it. */
function isSpaced(profiles: readonly ColumnProfile[]): boolean {
  return profiles.some(({ spaced }) => spaced > 0) && !profiles.some(({ isNameSpaced }) => isNameSpaced);
}

/** Marks that stand for no value: the certain ones, and others if what else is in their columns is more than words. */
function nullsIn(profiles: readonly ColumnProfile[]): string[] {
  const marks = new Set(profiles.flatMap((profile) => [...profile.marks.keys()]));
  const isTyped = ({ filled, addresses, textGuess }: ColumnProfile): boolean =>
    filled > 0 && (textGuess.type !== 'text' || addresses >= filled / 2);
  return [...marks].filter((mark) => isCertainNull(mark) || profiles.every((profile) => !profile.marks.has(mark) || isTyped(profile)));
}

/** A column with marks that stay is text. */
function guessWith(profile: ColumnProfile, nulls: ReadonlySet<string>): TextGuess {
  return [...profile.marks.keys()].every((mark) => nulls.has(mark)) ? profile.textGuess : { type: 'text' };
}

function takenFields(given: MappingFlags, kind: PreviewKind): Set<FieldFlag> {
  const taken = new Set(FIELDS.filter((field) => given[field] !== undefined));
  const byColumn = (given.column ?? []).flatMap((text) => Object(columnFlag(text).target).field ?? columnFlag(text).target);
  for (const field of FIELDS) if (byColumn.includes(FIELD_FLAGS[field])) taken.add(field);
  if (given.event !== undefined && kind === 'events') taken.add('name');
  return taken;
}

function isNotSnake({ profile }: { profile: ColumnProfile }): boolean {
  return snakeCase(profile.name) !== profile.name;
}

function collisionsOf(others: readonly { profile: ColumnProfile }[], named: ReadonlyMap<string, string>): string[] {
  const owners = new Map<string, string>();
  const collisions: string[] = [];
  const targets = [...named.values()].flatMap((text) => Object(columnFlag(text).target).attribute ?? []);
  for (const { profile } of others) {
    const name = snakeCase(profile.name);
    if (owners.has(name) || targets.includes(name)) collisions.push(...[owners.get(name) ?? [], profile.name].flat());
    owners.set(name, profile.name);
  }
  return [...new Set(collisions)];
}

/** As an attribute, another id or email would give the person another identifier. */
function attributeFor(name: string, held: ReadonlySet<FieldFlag>): string {
  return (['id', 'email', 'phone'] as const).some((field) => field === name && held.has(field)) ? `other_${name}` : name;
}

/** What `--column` has to say of a column, if anything. */
function columnFlagOf({ profile, guess: { conversion } }: Guessed, target: string, snakeCased: boolean): string[] {
  const { name, kinds, filled } = profile;
  // A number of JSON is one; only milliseconds become seconds.
  const isNeeded = kinds.get('text') === filled || (conversion?.type === 'time' && kinds.get('number') === filled);
  if (conversion !== undefined && isNeeded) return [columnText(name, target, conversion)];
  // In snake case it must not be taken for a record field.
  if (isRecordField(target) && target !== name) return [`${escapedName(name)}=${escapedName(target)}:attribute`];
  return target === (snakeCased ? snakeCase(name) : name) ? [] : [`${escapedName(name)}=${escapedName(target)}`];
}

type Guessed = Omit<ColumnProposal, 'attribute'>;

/** The flags of the fields; a time with a format is a `--column`. */
function fieldFlags(fields: readonly FieldGuess[], guesses: readonly Guessed[]): Partial<Record<FieldFlag, string>> {
  const plain = fields.filter(({ field, column }) => column && !(field === 'time' && formatOf(column, guesses) !== undefined));
  return Object.fromEntries(plain.map(({ field, column }) => [field, column?.name]));
}

function timeColumn(fields: readonly FieldGuess[], guesses: readonly Guessed[]): string[] {
  const { column } = fields.find(({ field }) => field === 'time') ?? {};
  const format = column && formatOf(column, guesses);
  return column && format !== undefined ? [timestampText(column.name, format)] : [];
}

function formatOf(column: ColumnProfile, guesses: readonly Guessed[]): string | undefined {
  return guesses.find(({ profile }) => profile === column)?.guess.conversion?.format;
}
