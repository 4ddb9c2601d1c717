/**
 * What `rename` and `convert` of validate() make of attributes: a column under another name, its text as a number, a
 * boolean or a time. Made once per validate(), without streams; the record itself stays as it came. Nothing is lost in
 * silence: two columns for one attribute, or a text that is not of its type, cost the row.
 */
import { z } from 'zod';
import { isAttributes, type Problem } from '../track/operation.ts';
import { type Conversion, type Convert, converterOf, flawOfConversion, timeFormatOf } from './conversion.ts';

/** The two options, read. */
export interface Shape {
  /** Attribute -> column. */
  readonly rename: Readonly<Record<string, string>>;
  /** Column -> type, with its format where it has one. */
  readonly convert: Readonly<Record<string, Conversion>>;
}

type Body = Record<string, unknown>;

// A z.record() would leave out the name __proto__ without a word.
function namesTo<V extends string>(flaw: (value: string, name: string) => string | undefined) {
  const bag = z.custom<Record<string, V>>(isAttributes, 'must be an object').superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const message = flaw(typeof value === 'string' ? value : '', name);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });
  return bag.default({});
}

/** Both options as zod has them. */
export const SHAPE_OPTIONS = {
  rename: namesTo((column, attribute) => (column === '' || attribute === '' ? 'must be the name of a column' : undefined)),
  convert: namesTo<Conversion>(flawOfConversion),
};

/** What would have no effect, or two: `used` are the columns that are no attributes, and what they are. */
export function columnRulesProblem(
  { rename, convert }: Shape,
  used: ReadonlyMap<string, string>,
): { option: keyof Shape; message: string } | undefined {
  const columns = Object.values(rename);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) return { option: 'rename', message: `column "${twice}" is given twice` };
  const renamed = columns.find((name) => used.has(name));
  // How a timestamp is written may be said; that it is a time is clear.
  const converted = Object.keys(convert).find((name) => used.has(name) && !(used.get(name) === 'timestamp' && isTime(convert[name])));
  const taken = (column: string): string => `column "${column}" is taken for ${used.get(column)}: only other columns can be`;
  if (renamed !== undefined) return { option: 'rename', message: `${taken(renamed)} renamed` };
  return converted === undefined ? undefined : { option: 'convert', message: `${taken(converted)} converted` };
}

function isTime(conversion: Conversion | undefined): boolean {
  return conversion === 'time' || timeFormatOf(conversion) !== undefined;
}

/** The function that shapes the attributes of an operation, which must be its own; undefined where there is nothing to do. `now`: Unix milliseconds. */
export function shaperOf({ rename, convert }: Shape, now: number): ((operation: Body) => Problem | undefined) | undefined {
  const types = Object.entries(convert).map(([column, conversion]) => [column, converterOf(conversion, now)] as const);
  const names = Object.entries(rename);
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

function convertAll(attributes: Body, types: readonly (readonly [string, Convert])[]): Problem | undefined {
  for (const [column, convert] of types) {
    if (!has(attributes, column)) continue;
    const value = attributes[column];
    // They remove an attribute.
    if (value === null || value === '') continue;
    const converted = convert(value);
    if (typeof converted === 'string') return { field: column, message: converted };
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
