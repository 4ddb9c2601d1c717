/**
 * Which columns of a row say who a person is: one of them identifies, the others that are there become the attributes
 * that Customer.io knows (`email`, `id`, `phone`), and an empty one is left out, as it would take an identifier away.
 */
import { identifierFlaw, isTextOrNumber, trimIdentifier } from '../track/identifier.ts';
import type { Problem } from '../track/operation.ts';

/** What identifies a person; `auto` takes the first present of cio_id, id, email, phone. */
export type Identifier = 'email' | 'id' | 'cio_id' | 'phone' | 'auto';

/** A column that holds an identifier, and its type. */
export interface IdentityColumn {
  readonly type: string;
  readonly column: string;
}

/** An identifier beside the one that identifies. */
export interface Other extends IdentityColumn {
  readonly value: unknown;
}

/** Who a row is about; `others` is undefined if there are none. */
export interface Identity extends Other {
  readonly others: readonly Other[] | undefined;
}

const TYPES = ['cio_id', 'id', 'email', 'phone'] as const;

/** The record fields that identify a person. */
export const IDENTIFIER_FIELDS: readonly string[] = TYPES.map((type) => `person_${type}`);

type Columns = Readonly<Record<string, string | undefined>>;

/** The columns of which one identifies a row, in the order in which they are looked at. */
export function identifierColumns(identifier: Identifier, fields: Columns): IdentityColumn[] {
  return (identifier === 'auto' ? TYPES : [identifier]).map((type) => ({ type, column: fields[`person_${type}`] ?? `person_${type}` }));
}

/** Those, and columns that `fields` names beside the one that is asked for. No column is there twice. */
export function identityColumns(identifier: Identifier, fields: Columns): IdentityColumn[] {
  const identifying = identifierColumns(identifier, fields);
  const named = TYPES.map((type) => ({ type, column: fields[`person_${type}`] ?? '' })).filter(({ column }) => column !== '');
  const all = [...identifying, ...named];
  return all.filter(({ column }, index) => all.findIndex((one) => one.column === column) === index);
}

/** Reads who a row is about out of the values of `identityColumns()`. */
export function identityReader(identifier: Identifier, fields: Columns): (values: readonly unknown[]) => Identity | Problem {
  const columns = identityColumns(identifier, fields);
  const identifying = identifierColumns(identifier, fields);
  const names = identifying.map(({ column }) => column).join(', ');
  return (values) => {
    let found: Identity | undefined;
    for (let index = 0; index < columns.length; index++) {
      // With an identifier that is asked for no other one will do.
      if (found === undefined && index >= identifying.length) break;
      const value = trimmedIdentity(values[index]);
      if (isAbsent(value)) continue;
      const { type, column } = columns[index] as IdentityColumn;
      const message = sayFlaw(value, type === 'id');
      if (message !== undefined) return { field: column, message };
      if (found === undefined) found = { type, column, value, others: undefined };
      else found = { ...found, others: [...(found.others ?? []), { type, column, value }] };
    }
    if (found) return found;
    return {
      field: names,
      message: identifying.length === 1 ? sayWrong(trimmedIdentity(values[0]), '') : `has no identifier: none of ${names}`,
    };
  };
}

/** Sets the attributes that the others are. If the row has two values for one of them, nobody can say which is meant. */
export function setOthers(attributes: Record<string, unknown>, others: readonly Other[]): Problem | undefined {
  for (const { type, column, value } of others) {
    const given = Object.hasOwn(attributes, type) ? trimmedIdentity(attributes[type]) : undefined;
    if (!isAbsent(given) && !isSame(type, given, value)) {
      return { field: column, message: `is the person's ${type}, and the record has another ${type} too: leave one out` };
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
export function sayFlaw(value: unknown, takesNumbers: boolean): string | undefined {
  if (typeof value === 'string') return identifierFlaw(value);
  return takesNumbers && isTextOrNumber(value) ? undefined : sayWrong(value, takesNumbers ? 'text or a number' : 'text');
}

/** A text as it identifies; all else as it is. */
export function trimmedIdentity(value: unknown): unknown {
  return typeof value === 'string' ? trimIdentifier(value) : value;
}

/** What is wrong with a value that should have been `wanted`. */
export function sayWrong(value: unknown, wanted: string): string {
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
