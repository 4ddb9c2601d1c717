/**
 * Who a row is about: one of its columns identifies, the others that are there become the attributes that Customer.io
 * knows (`email`, `id`, `phone`), and an empty one is left out, as it would take an identifier away.
 */
import { identifierFlaw, isTextOrNumber, trimIdentifier } from '../../track/identifier.ts';
import type { Problem } from '../../track/operation.ts';

/**
 * What identifies a person. `auto` takes the first present of cio_id, id, email, phone.
 *
 * @category Stages
 */
export type Identifier = 'auto' | 'cio_id' | 'id' | 'email' | 'phone';

/** The types of identifiers, in the order in which they are looked at. */
export const IDENTIFIER_TYPES = ['cio_id', 'id', 'email', 'phone'] as const satisfies readonly Identifier[];

/** A column that holds an identifier, and its type. */
export interface IdentityColumn {
  readonly type: string;
  readonly column: string;
}

/** Where a row says who it is about. */
export interface IdentityColumns {
  /** One of these identifies: the first that is present. */
  readonly identifying: readonly IdentityColumn[];
  /** These only add to what is known of the person. */
  readonly further: readonly IdentityColumn[];
}

/** An identifier beside the one that identifies. */
export interface Other extends IdentityColumn {
  readonly value: unknown;
}

/** Who a row is about; `others` is undefined if there are none. */
export interface Identity extends Other {
  readonly others: readonly Other[] | undefined;
}

/** A record field, and the column in which a row should have it. */
export interface LackedField {
  readonly field: string;
  readonly column: string;
}

/** What is wrong with a row; `lacked`: fields that it has no column for; `short`: said if another column may be meant. */
export interface RowProblem extends Problem {
  readonly lacked?: readonly LackedField[] | undefined;
  readonly short?: string | undefined;
}

/** Reads who a row is about out of the values of its columns: those that may identify, then the further ones. */
export function identityReader({ identifying, further }: IdentityColumns): (values: readonly unknown[]) => Identity | RowProblem {
  const columns = [...identifying, ...further];
  const nothing = noIdentifier(identifying);
  return (values) => {
    let found: Identity | undefined;
    for (let index = 0; index < columns.length; index++) {
      // A further one does not do in place of those that may identify.
      if (found === undefined && index >= identifying.length) break;
      const value = trimmedIdentity(values[index]);
      if (isAbsent(value)) continue;
      const { type, column } = columns[index] as IdentityColumn;
      const message = identifierProblem(value, type === 'id');
      if (message !== undefined) return { field: column, message };
      if (found === undefined) found = { type, column, value, others: undefined };
      else found = { ...found, others: [...(found.others ?? []), { type, column, value }] };
    }
    if (found) return found;
    const [only] = identifying;
    if (identifying.length > 1 || only === undefined) return nothing;
    return { field: only.column, message: wrongValue(trimmedIdentity(values[0]), ''), lacked: nothing.lacked };
  };
}

/** Says that a row has none of several identifiers. If some of their columns are named, those are where to look. */
function noIdentifier(identifying: readonly IdentityColumn[]): RowProblem {
  const columns = identifying.map(({ type, column }): LackedField => ({ field: `person_${type}`, column }));
  const list = (shown: typeof columns, between: string): string => shown.map(({ column }) => column).join(between);
  const named = columns.filter(({ field, column }) => column !== field);
  const why =
    named.length === 0 ? `none of ${list(columns, ', ')}` : `${list(named, ' and ')} ${named.length === 1 ? 'is' : 'are'} empty or missing`;
  const lacked = named.length === 0 ? columns : named;
  const short = named.length === 0 ? 'has no identifier' : undefined;
  return { field: list(lacked, ', '), message: `has no identifier: ${why}`, lacked, short };
}

/** Sets the attributes that the others are. If the row has two values for one of them, nobody can say which is meant. */
export function setOthers(attributes: Record<string, unknown>, others: readonly Other[]): Problem | undefined {
  for (const { type, column, value } of others) {
    const given = Object.hasOwn(attributes, type) ? trimmedIdentity(attributes[type]) : undefined;
    if (!isAbsent(given) && !isSame(type, given, value)) {
      return { field: column, message: `is the person's ${type}, but the record also has another ${type}: leave one out` };
    }
    attributes[type] = value;
  }
  return undefined;
}

/**
 * Leaves out what would take away the identifier by which the person is known here, or the id: exports have empty columns,
 * and nobody means that by one. `attributes` must be the operation's own.
 */
export function leaveOutEmpty(attributes: Record<string, unknown>, identifiers: object): void {
  for (const name in identifiers) if (attributes[name] === null || attributes[name] === '') attributes[name] = undefined;
  if (attributes.id === null || attributes.id === '') attributes.id = undefined;
}

/** What is wrong with a value, once trimmed, that should identify. */
export function identifierProblem(value: unknown, takesNumbers: boolean): string | undefined {
  if (typeof value === 'string') return identifierFlaw(value);
  return takesNumbers && isTextOrNumber(value) ? undefined : wrongValue(value, takesNumbers ? 'text or a number' : 'text');
}

/** A text as it identifies; all else as it is. */
export function trimmedIdentity(value: unknown): unknown {
  return typeof value === 'string' ? trimIdentifier(value) : value;
}

/** What is wrong with a value that should have been `wanted`. */
export function wrongValue(value: unknown, wanted: string): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  return value === '' ? 'is empty' : `must be ${wanted}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isSame(type: string, one: unknown, other: unknown): boolean {
  if (!isTextOrNumber(one)) return false;
  const [a, b] = [String(one), String(other)];
  return type === 'email' ? a.toLowerCase() === b.toLowerCase() : a === b;
}
