/**
 * What an option is in a config file: plain JSON, by the declaration that its flag has. A switch is true or false, what may
 * be repeated is a list, a time or a size is a number or a text with its unit, and any other value is what the flag takes.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { bare, count, type FlagSpec } from '../../options.ts';
import { defaultOf, isValued, specOf } from '../flags/flag.ts';
import { accepted, choicesOf, numberRule, textReader, WrongValue } from '../flags/read-value.ts';
import { amountPattern, unitOf } from '../flags/units.ts';

/** One option in a config file. */
export interface ConfigValue {
  /** What it may be. */
  readonly schema: z.ZodType;
  /** JSON -> the value that the flag gives. Throws a WrongValue. */
  read(json: unknown): unknown;
  /** And back. */
  write(value: unknown): unknown;
}

/** What the option of a field is in a config file. */
export function configValueOf(field: z.ZodType): ConfigValue {
  const spec = specOf(field);
  if (!isValued(spec)) return switchOf(field, spec);
  const inner = bare(field);
  if (spec.repeat || inner instanceof z.ZodArray) return listOf(field, spec);
  return inner instanceof z.ZodNumber ? numberOf(inner, field, spec) : textOf(field, spec);
}

/** True says what the flag says; false is as if it were not given, unless there is a flag for that, too. */
function switchOf(field: z.ZodType, { flag, on, off }: FlagSpec): ConfigValue {
  const isNegated = flag.startsWith('--no-');
  const given = on ?? !isNegated;
  const absent = off === undefined ? defaultOf(field) : false;
  return {
    schema: z.boolean(),
    read: (json) => {
      if (typeof json !== 'boolean') throw new WrongValue('must be true or false');
      return json ? given : absent;
    },
    write: (value) => isDeepStrictEqual(value, given),
  };
}

function numberOf(inner: z.ZodNumber, field: z.ZodType, spec: FlagSpec): ConfigValue {
  const unit = unitOf(spec);
  const [fromText, rule] = [textReader(field, spec), numberRule(inner, spec)];
  return {
    schema: unit === undefined ? inner : z.union([inner, z.string().regex(new RegExp(amountPattern(unit)))]),
    read: (json) => {
      if (unit !== undefined && typeof json === 'string') return fromText(json);
      return accepted(inner, json, rule);
    },
    write: (value) => value,
  };
}

/** A list of what the flag takes each time, or of the names that it takes with commas between. */
function listOf(field: z.ZodType, spec: FlagSpec): ConfigValue {
  const inner = bare(field);
  const element = inner instanceof z.ZodArray ? inner.element : undefined;
  const each = textReader(field, spec);
  return {
    schema: z.array(element instanceof z.ZodEnum ? element : z.string().min(1)),
    read: (json) => {
      if (!Array.isArray(json) || !json.every((text) => typeof text === 'string')) throw new WrongValue('must be a list of texts');
      return spec.repeat ? json.flatMap((text) => each(text)) : accepted(field, json, spec.rule);
    },
    write: (value) => value,
  };
}

function textOf(field: z.ZodType, spec: FlagSpec): ConfigValue {
  const inner = bare(field);
  const fromText = textReader(field, spec);
  const choices = inner instanceof z.ZodEnum ? choicesOf(inner) : undefined;
  const { pattern, orNumber = false } = spec.config ?? {};
  const text =
    pattern === undefined ? (inner instanceof z.ZodString ? inner.min(1) : z.string().min(1)) : z.string().regex(new RegExp(pattern));
  return {
    schema: choices ? z.enum(choices) : orNumber ? z.union([count(0), text]) : text,
    read: (json) => {
      if (typeof json !== 'string' && !(orNumber && typeof json === 'number')) throw new WrongValue(spec.rule ?? 'must be text');
      return fromText(String(json));
    },
    write: (value) => {
      if (value === false) return 'none';
      return choices ? String(value).toLowerCase() : value;
    },
  };
}
