/**
 * An option's schema -> an option of commander: its parser, its default and its line of help. What is wrong with a value
 * is what the schema finds; a value that may hold a secret is not repeated.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { CioError } from '../../errors.ts';
import { bare, FLAG, type FlagSpec, type Given, longName } from '../../options.ts';
import { choicesOf, textReader, WrongValue } from './read-value.ts';
import { amountText, unitOf } from './units.ts';

/** Adds the flags of `fields`, under a heading of the help. */
export function addFlags(command: Command, heading: string | undefined, fields: z.ZodRawShape): Command {
  if (heading !== undefined) command.optionsGroup(heading);
  for (const field of Object.values(fields) as z.ZodType[]) addFlag(command, field, specOf(field));
  return command;
}

/** The field without its default: what is not given is undefined. Help has the default all the same. */
export function ifGiven<T extends z.ZodType>(field: z.ZodDefault<T> | T): z.ZodOptional<T> {
  const spec = specOf(field);
  const standard = field instanceof z.ZodDefault && isValued(spec) ? shown(defaultOf(field), spec) : undefined;
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

/** How the option is given. */
export function specOf(field: z.ZodType): FlagSpec {
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
    if (preset !== undefined) option.default(preset, standard ?? (typeof preset === 'number' ? shown(preset, spec) : undefined));
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
export function isValued({ flag }: FlagSpec): boolean {
  return flag.includes('<');
}

/** A default as it is written. */
export function shown(value: unknown, spec: FlagSpec): string {
  const unit = unitOf(spec);
  return unit !== undefined && typeof value === 'number' ? amountText(value, unit) : String(value);
}

/** What an option is if it is not given. */
export function defaultOf(field: z.ZodType): unknown {
  return field.safeParse(undefined).data;
}

/** commander's parser of an option: each that may be repeated adds to the list. */
function setParser(option: Option, field: z.ZodType, spec: FlagSpec): void {
  const inner = bare(field);
  if (inner instanceof z.ZodEnum) option.choices(choicesOf(inner));
  const read = textReader(field, spec);
  option.argParser((text, before) => {
    try {
      const value = read(text);
      return spec.repeat ? [...((before ?? []) as unknown[]), ...(value as unknown[])] : value;
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      if (spec.secret) throw new CioError('CIO_OPTIONS', `${longName(spec)} ${error.message}`);
      throw new InvalidArgumentError(`It ${error.message}${error.message.endsWith('?') ? '' : '.'}`);
    }
  });
}
