/**
 * What `rename` and `convert` of validate() make of attributes: a column under another name, its text as a number, a
 * boolean or a time. Made once per validate(), without streams; the record itself stays as it came. Nothing is lost in
 * silence: two columns for one attribute, or a text that is not of its type, cost the row.
 */
import { z } from 'zod';
import { ExactNumber, parse } from '../record/json.ts';
import { isBag, type Problem } from '../track/operation.ts';
import { toUnixSeconds } from '../track/timestamp.ts';

/** What a column can be converted to. */
export type Conversion = 'number' | 'boolean' | 'time';

/** The two options, read. */
export interface Shape {
  /** Attribute -> column. */
  readonly rename: Readonly<Record<string, string>>;
  /** Column -> type. */
  readonly convert: Readonly<Record<string, Conversion>>;
}

type Body = Record<string, unknown>;

/** How each type is read: undefined is what can't be. */
const CONVERSIONS: Readonly<Record<Conversion, { readonly read: (value: unknown) => unknown; readonly wrong: string }>> = {
  number: { read: toNumber, wrong: 'is no number (digits as in JSON, such as 1234.5)' },
  boolean: { read: toBoolean, wrong: 'is no boolean (true or false, yes or no, t or f, 1 or 0)' },
  time: { read: toUnixSeconds, wrong: 'is no time that can be read (Unix seconds, milliseconds or ISO 8601, from 1970 on)' },
};

/** The names of the types. */
export const CONVERSION_NAMES: readonly string[] = Object.keys(CONVERSIONS);

// A z.record() would leave out the name __proto__ without a word.
function namesTo(isRight: (value: string, name: string) => boolean, message: string): z.ZodDefault {
  const bag = z.custom<Body>(isBag, 'must be an object').superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== 'string' || !isRight(value, name)) context.addIssue({ code: 'custom', path: [name], message });
    }
  });
  return bag.default({});
}

/** Both options as zod has them. */
export const SHAPE_OPTIONS: { rename: z.ZodDefault; convert: z.ZodDefault } = {
  rename: namesTo((column, attribute) => column !== '' && attribute !== '', 'must be the name of a column'),
  convert: namesTo((type) => CONVERSION_NAMES.includes(type), "must be 'number', 'boolean' or 'time'"),
};

/** What would have no effect, or two: `used` are the columns that are no attributes, and what they are. */
export function flawOf(
  { rename, convert }: Shape,
  used: ReadonlyMap<string, string>,
): { option: keyof Shape; message: string } | undefined {
  const columns = Object.values(rename);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) return { option: 'rename', message: `column "${twice}" is given twice` };
  const [renamed, converted] = [columns, Object.keys(convert)].map((names) => names.find((name) => used.has(name)));
  const taken = (column: string): string => `column "${column}" is taken for ${used.get(column)}: only other columns can be`;
  if (renamed !== undefined) return { option: 'rename', message: `${taken(renamed)} renamed` };
  return converted === undefined ? undefined : { option: 'convert', message: `${taken(converted)} converted` };
}

/** The function that shapes the attributes of an operation, which must be its own; undefined where there is nothing to do. */
export function shaperOf({ rename, convert }: Shape): ((operation: Body) => Problem | undefined) | undefined {
  const [types, names] = [Object.entries(convert), Object.entries(rename)];
  if (types.length === 0 && names.length === 0) return undefined;
  const attributeOf = new Map(names.map(([attribute, column]) => [column, attribute]));
  // A column that goes away under another name makes room for the one that takes its name.
  const contested = names.filter(([attribute]) => !attributeOf.has(attribute));
  return (operation) => {
    const attributes = operation.attributes as Body;
    const problem = convertAll(attributes, types) ?? collision(attributes, contested);
    if (problem === undefined && names.length > 0) operation.attributes = renamed(attributes, attributeOf);
    return problem;
  };
}

function convertAll(attributes: Body, types: readonly (readonly [string, Conversion])[]): Problem | undefined {
  for (const [column, type] of types) {
    if (!has(attributes, column)) continue;
    const value = attributes[column];
    // They remove an attribute.
    if (value === null || value === '') continue;
    const { read, wrong } = CONVERSIONS[type];
    const converted = read(value);
    if (converted === undefined) return { field: column, message: wrong };
    attributes[column] = converted;
  }
  return undefined;
}

function collision(attributes: Body, names: readonly (readonly [string, string])[]): Problem | undefined {
  for (const [attribute, column] of names) {
    if (!has(attributes, column) || !has(attributes, attribute)) continue;
    return { field: column, message: `is renamed to ${attribute}, and the record has a column ${attribute} too: rename that as well` };
  }
  return undefined;
}

function renamed(attributes: Body, attributeOf: ReadonlyMap<string, string>): Body {
  // undefined is not written: it must not take the place of a value either.
  const there = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([column, value]) => [attributeOf.get(column) ?? column, value]));
}

/** A name like constructor is inherited by every object. */
function has(attributes: Body, name: string): boolean {
  return Object.hasOwn(attributes, name) && attributes[name] !== undefined;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function toNumber(value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof ExactNumber || Number.isFinite(value)) return value;
  if (typeof value !== 'string' || !JSON_NUMBER.test(value.trim())) return undefined;
  try {
    return parse(value.trim());
  } catch {
    // Beyond the range of a double.
    return undefined;
  }
}

const TRUE = ['true', 'yes', 't', '1'];
const FALSE = ['false', 'no', 'f', '0'];

function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && value !== 1 && value !== 0) return undefined;
  const text = String(value).trim().toLowerCase();
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}
