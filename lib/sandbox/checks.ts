/**
 * Small checks that shapes are made of, in the API's manner: the first flaw, with reason, field and message. Written
 * from the API's document and from replies seen, not from the client's code, so that the two can't share a mistake.
 */
import { isLosslessNumber } from 'lossless-json';

/** Why an item is refused. */
export interface Flaw {
  readonly reason: 'required' | 'invalid';
  readonly field: string;
  readonly message: string;
}

/** Looks at one value; `field` is its path. */
export type Check = (value: unknown, field: string) => Flaw | undefined;

/** A JSON object. */
export type Bag = Record<string, unknown>;

export function invalid(field: string, message: string): Flaw {
  return { reason: 'invalid', field, message };
}

function missing(field: string): Flaw {
  return { reason: 'required', field, message: `${field} is required` };
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export const text: Check = (value, field) => {
  if (typeof value !== 'string') return invalid(field, 'must be a string');
  return value.trim() === '' ? missing(field) : undefined;
};

export const textOrNumber: Check = (value, field) => {
  if (typeof value === 'number' || isLosslessNumber(value)) return undefined;
  return typeof value === 'string' ? text(value, field) : invalid(field, 'must be a string or a number');
};

export const unixSeconds: Check = (value, field) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : invalid(field, 'must be a unix timestamp');

export const anyText: Check = (value, field) => (typeof value === 'string' ? undefined : invalid(field, 'must be a string'));

export const bag: Check = (value, field) => (isBag(value) ? undefined : invalid(field, 'must be an object'));

export const oneOf =
  (...words: string[]): Check =>
  (value, field) =>
    words.includes(value as string) ? undefined : invalid(field, `must be one of ${words.join(', ')}`);

export const optional =
  (check: Check): Check =>
  (value, field) =>
    value === undefined ? undefined : check(value, field);

export const each =
  (check: Check): Check =>
  (value, field) => {
    if (!Array.isArray(value)) return invalid(field, 'must be an array');
    for (const [index, item] of value.entries()) {
      const flaw = check(item, `${field}[${index}]`);
      if (flaw) return flaw;
    }
    return undefined;
  };

/** An object with these fields; others may stand beside them. */
export const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, field) => {
    if (!isBag(value)) return value === undefined ? missing(field) : invalid(field, 'must be an object');
    for (const [name, check] of Object.entries(fields)) {
      const path = field === '' ? name : `${field}.${name}`;
      const own = Object.hasOwn(value, name) ? value[name] : undefined;
      const flaw = own === undefined && check(undefined, path) ? missing(path) : check(own, path);
      if (flaw) return flaw;
    }
    return undefined;
  };

/** An object that names one thing in one way: exactly one of `ways` has all its fields, and no other has any. */
export const identifiedBy =
  (...ways: Readonly<Record<string, Check>>[]): Check =>
  (value, field) => {
    if (!isBag(value)) return value === undefined ? missing(field) : invalid(field, 'must be an object');
    const given = ways.filter((way) => Object.keys(way).some((name) => value[name] !== undefined));
    const [way] = given;
    if (way === undefined) return missing(field);
    return given.length > 1 ? invalid(field, 'must hold exactly one identifier') : shape(way)(value, field);
  };
