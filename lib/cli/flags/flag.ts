/**
 * An option's schema -> an option of commander: its parser, its default and its line of help. What is wrong with a value
 * is what the schema finds; a value that may hold a secret is not repeated.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { CioError } from '../../errors.ts';
import { bare, FLAG, type FlagSpec, type Given, longName } from '../../options.ts';

type Parse = (text: string, before: unknown) => unknown;

/** Adds the flags of `fields`, under a heading of the help. */
export function addFlags(command: Command, heading: string | undefined, fields: z.ZodRawShape): Command {
  if (heading !== undefined) command.optionsGroup(heading);
  for (const field of Object.values(fields) as z.ZodType[]) addFlag(command, field, specOf(field));
  return command;
}

/** The field without its default: what is not given is undefined. Help has the default all the same. */
export function ifGiven<T extends z.ZodType>(field: z.ZodDefault<T> | T): z.ZodOptional<T> {
  const spec = specOf(field);
  const standard = field instanceof z.ZodDefault && isValued(spec) ? String(defaultOf(field)) : undefined;
  const optional = z.optional(field instanceof z.ZodDefault ? (field.unwrap() as T) : field);
  FLAG.add(optional, { ...spec, standard: spec.standard ?? standard });
  return optional;
}

/** The field as texts that are read later: several of `name=value`. */
export function asTexts(field: z.ZodType) {
  return z.array(z.string()).default([]).register(FLAG, specOf(field));
}

/** The library's options of a shape that flags have given. */
export function optionsFrom<S extends z.ZodRawShape>(shape: S, flags: object): Partial<Given<S>> {
  const known = Object.entries(shape).filter(([, field]) => FLAG.has(field as z.ZodType));
  const given = known.map(([name, field]) => [name, Reflect.get(flags, attributeOf(specOf(field as z.ZodType)))]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Partial<Given<S>>;
}

/** jsonPath -> --json-path. */
export function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The name by which commander gives the value of a flag. */
export function attributeOf({ flag }: FlagSpec): string {
  return new Option(flag).attributeName();
}

function specOf(field: z.ZodType): FlagSpec {
  const spec = FLAG.get(field);
  if (spec === undefined) throw new CioError('CIO_INTERNAL', 'an option of the command line has no flag');
  return spec;
}

function addFlag(command: Command, field: z.ZodType, spec: FlagSpec): void {
  const { doc, standard, repeat, env, off } = spec;
  const option = new Option(spec.flag, repeat ? `${doc}; repeat for more` : doc);
  const preset = defaultOf(field);
  if (isValued(spec)) {
    setParser(option, field, spec);
    if (preset !== undefined) option.default(preset, standard);
  } else if (spec.on !== undefined) option.preset(spec.on);
  else if (preset !== undefined && !option.negate) command.setOptionValueWithSource(option.attributeName(), preset, 'default');
  if (preset === undefined && standard !== undefined) option.description += ` (default: ${standard})`;
  if (env !== undefined) {
    // An empty variable is how many a tool says "not set".
    if (process.env[env] === '') delete process.env[env];
    option.env(env);
  }
  // commander would take the last one without a word.
  if (isValued(spec) && !repeat) refuseSecond(command, option);
  command.addOption(option);
  if (off !== undefined) command.addOption(new Option(spec.flag.replace('--', '--no-'), off));
}

function refuseSecond(command: Command, option: Option): void {
  let isGiven = false;
  command.on(`option:${option.name()}`, () => {
    if (isGiven) command.error(`option '${option.flags}' is given twice`, { code: 'cio-stream.givenTwice' });
    isGiven = true;
  });
}

/** Whether the flag takes a value; else it is a switch. */
function isValued({ flag }: FlagSpec): boolean {
  return flag.includes('<');
}

function defaultOf(field: z.ZodType): unknown {
  return field.safeParse(undefined).data;
}

function setParser(option: Option, field: z.ZodType, spec: FlagSpec): void {
  const inner = bare(field);
  if (inner instanceof z.ZodEnum) {
    const names = inner.options.map((value) => String(value).toLowerCase());
    const choose = option.choices(names).parseArg as Parse;
    option.argParser((text, before) => inner.options[names.indexOf(choose(text, before) as string)]);
  } else if (inner instanceof z.ZodNumber) option.argParser(numberParser(inner));
  else option.argParser(valueParser(field, spec));
}

function valueParser(field: z.ZodType, spec: FlagSpec): Parse {
  return (text, before) => {
    if (text === '') throw new InvalidArgumentError('It must not be empty.');
    if (spec.unchecked) return text;
    const value = spec.read ? spec.read(text) : text;
    const { success, data, error } = field.safeParse(spec.repeat && !Array.isArray(value) ? [value] : value);
    if (success) return spec.repeat ? [...((before ?? []) as unknown[]), ...(data as unknown[])] : data;
    const why = spec.rule ?? error.issues[0]?.message;
    if (spec.secret) throw new CioError('CIO_OPTIONS', `${longName(spec)} ${why}`);
    throw new InvalidArgumentError(`It ${why}.`);
  };
}

/** Digits only, or any number if the schema takes one. */
function numberParser(schema: z.ZodNumber): Parse {
  const { minValue, maxValue, format } = schema;
  const isWhole = format === 'safeint';
  const range = maxValue === null || maxValue === Number.MAX_SAFE_INTEGER ? `of ${minValue} or more` : `from ${minValue} to ${maxValue}`;
  const rule = isWhole ? `a whole number ${range}` : `a number above ${minValue}, at most ${maxValue}`;
  return (text) => {
    const isNumber = isWhole ? /^\d+$/.test(text) : text.trim() !== '';
    if (isNumber && schema.safeParse(Number(text)).success) return Number(text);
    throw new InvalidArgumentError(`It must be ${rule}.`);
  };
}
