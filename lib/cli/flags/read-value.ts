/**
 * The text of a flag -> the value of its option, by the option's schema. What is wrong is said in words that fit behind the
 * name of the option, and never with the value: it may be a secret.
 */
import { z } from 'zod';
import { bare, type FlagSpec, nearest } from '../../options.ts';
import { plainIssue } from '../../wording.ts';
import { amountRule, readAmount, unitOf } from './units.ts';

/** A value that an option does not take. The message is what it must be, such as `must be a whole number of 1 or more`. */
export class WrongValue extends Error {}

/** Reads the text of a flag. Throws a WrongValue. */
export type ReadText = (text: string) => unknown;

/** How the text of an option is read; of one that may be repeated it gives a list. */
export function textReader(field: z.ZodType, spec: FlagSpec): ReadText {
  const inner = bare(field);
  if (inner instanceof z.ZodEnum) return choiceReader(inner);
  if (inner instanceof z.ZodNumber) return numberReader(inner, spec);
  return (text) => {
    if (text === '') throw new WrongValue('must not be empty');
    if (spec.unchecked) return text;
    const value = spec.read ? spec.read(text) : text;
    return accepted(field, spec.repeat && !Array.isArray(value) ? [value] : value, spec.rule);
  };
}

/** The value if the schema takes it. Throws a WrongValue. */
export function accepted(field: z.ZodType, value: unknown, rule?: string): unknown {
  const { success, data, error } = field.safeParse(value, { error: plainIssue });
  if (success) return data;
  throw new WrongValue(rule ?? error.issues[0]?.message);
}

/** The values of a choice as they are written: in small letters. */
export function choicesOf(schema: z.ZodEnum): string[] {
  return schema.options.map((value) => String(value).toLowerCase());
}

/** What one of a list must be, and which of them may be meant. */
export function oneOf(choices: readonly string[], given: string): string {
  const near = nearest(given, choices);
  return `must be one of ${choices.join(', ')}${near === undefined ? '' : `: did you mean ${near}?`}`;
}

/** Capitals do not matter. */
function choiceReader(schema: z.ZodEnum): ReadText {
  const choices = choicesOf(schema);
  return (text) => {
    const value = schema.options[choices.indexOf(text.toLowerCase())];
    if (value === undefined) throw new WrongValue(oneOf(choices, text));
    return value;
  };
}

/** What a number must be, after "it". */
export function numberRule({ minValue, maxValue, format }: z.ZodNumber, spec: FlagSpec): string {
  const most = maxValue === null || maxValue === Number.MAX_SAFE_INTEGER ? undefined : maxValue;
  const unit = unitOf(spec);
  if (unit !== undefined) return amountRule(unit, minValue ?? 0, most);
  if (format !== 'safeint') return `must be a number above ${minValue} and at most ${maxValue?.toLocaleString('en-US')}`;
  return `must be a whole number ${most === undefined ? `of ${minValue} or more` : `from ${minValue} to ${most}`}`;
}

/** Digits only, or any number if the schema takes one; an amount with its unit. */
function numberReader(schema: z.ZodNumber, spec: FlagSpec): ReadText {
  const unit = unitOf(spec);
  const read = (text: string): number | undefined => {
    if (unit !== undefined) return readAmount(text, unit);
    const isNumber = schema.format === 'safeint' ? /^\d+$/.test(text) : text.trim() !== '';
    return isNumber ? Number(text) : undefined;
  };
  return (text) => accepted(schema, read(text), numberRule(schema, spec));
}
