/**
 * Option reading: closed zod objects, defaults in the schema, every problem reported at once in one CioError that names
 * the option, and for an unknown one the nearest known. Values are never repeated in the message: they may be secrets.
 */
import leven from 'leven';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.ts';
import { CioError } from './errors.ts';
import { joinTexts, plainIssue, refusedBy, say, type Text, wrongOption } from './wording.ts';

/** Options as users give them: those with a default, and those without need, may be left out or undefined. */
export type Given<S extends z.ZodRawShape> = z.input<z.ZodObject<S>>;

/** How an option is given on a command line. */
export interface FlagSpec {
  /** As help shows it, such as `--rate <n>`. Without a value it is a switch. */
  readonly flag: string;
  /** The sentence of help, and of the table of flags. */
  readonly doc: string;
  /** What is shown as the default if the value itself would not be understood. */
  readonly standard?: string | undefined;
  /** The environment variable that gives it, too. */
  readonly env?: string;
  /** What a switch gives. Default: true. */
  readonly on?: unknown;
  /** The sentence of `--no-...`, if that may be said as well. */
  readonly off?: string;
  /** The text of the command line -> what the schema checks. Default: by the type of the schema. */
  readonly read?: (text: string) => unknown;
  /** What is said of a wrong text, if the schema speaks of other values. */
  readonly rule?: string;
  /** It may be given several times; each adds to the list. */
  readonly repeat?: boolean;
  /** It may hold a secret: messages don't repeat it, and it does not come from a file. */
  readonly secret?: boolean;
  /** What a text is like in a config file, if the schema does not say that: a pattern, and whether it may be a number, too. */
  readonly config?: { readonly pattern: string; readonly orNumber?: boolean };
  /** Any text is taken here; what uses it checks it. */
  readonly unchecked?: boolean;
}

/** The long name of a flag, such as `--rate`. */
export function longName({ flag }: FlagSpec): string {
  return /--[\w-]+/.exec(flag)?.[0] ?? flag;
}

/** The options that a command line has, by their schemas. */
export const FLAG = z.registry<FlagSpec>();

/** Options for tests, and for other parts of this package: no message offers them. */
export const INTERNAL = z.registry<object>();

/** Checks `given` against a closed schema and fills in the defaults; `who` is the name of the calling function. */
export function readOptions<S extends z.ZodObject>(who: string, schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given ?? {}, { error: plainIssue });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describe(who, issue, schema));
  throw new CioError('CIO_OPTIONS', say`${refusedBy(who)}${joinTexts(problems, '; ')}`);
}

function describe(who: string, issue: z.core.$ZodIssue, schema: z.ZodType): Text[] {
  const place = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return place === '' ? [issue.message] : [say`${wrongOption(who, place)}: ${issue.message}`];
  const [known, before] = [knownAt(schema, issue.path), place === '' ? '' : `${place}.`];
  const isMeant = (key: string): boolean => nearest(key, known) !== undefined;
  const [meant, others] = [issue.keys.filter(isMeant), issue.keys.filter((key) => !isMeant(key))];
  const told = meant.map((key) => unknownName('option', key, known, before));
  if (others.length < 2) return [...told, ...others.map((key) => unknownName('option', key, known, before))];
  return [...told, `unknown options ${others.map((key) => `"${before}${key}"`).join(', ')}; known: ${known.join(', ')}`];
}

/** The names that the schema knows at a path. */
function knownAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  const inner = bare(schema);
  if (inner instanceof z.ZodArray && step !== undefined) return knownAt(inner.element, rest);
  if (inner instanceof z.ZodRecord) return inner.keyType instanceof z.ZodEnum ? inner.keyType.options.map(String) : [];
  if (!(inner instanceof z.ZodObject)) return [];
  return step === undefined
    ? Object.keys(inner.shape).filter((name) => !INTERNAL.has(inner.shape[name]))
    : knownAt(inner.shape[String(step)], rest);
}

/** A schema without what says that it may be left out, or is changed before or after. */
export function bare(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodReadonly ||
    inner instanceof z.ZodPipe
  ) {
    if (!(inner instanceof z.ZodPipe)) inner = inner.unwrap();
    else inner = inner.in instanceof z.ZodTransform ? inner.out : inner.in;
  }
  return inner;
}

/** The sentence for a name that is none of `known`: with the nearest one if it is near enough to be meant, or the only one that holds it or that it begins with. */
export function unknownName(what: string, name: string, known: readonly string[], place = ''): string {
  const near = nearest(name, known);
  const hint = near === undefined ? `; known: ${known.join(', ')}` : `: did you mean "${place}${near}"?`;
  return `unknown ${what} "${place}${name}"${hint}`;
}

/** Fewer letters are in many a name. */
const LEAST_PART = 3;

/** The one of `known` that may be meant, if one is near enough. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  // One that has another letter at every place is not near.
  let least = Math.min(Math.max(2, Math.floor(name.length / 3)) + 1, name.length);
  for (const candidate of known) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  const given = name.toLowerCase();
  const holds = (candidate: string): boolean =>
    candidate.includes(given) || (candidate.length >= LEAST_PART && given.startsWith(candidate));
  const [only, ...more] = name.length < LEAST_PART ? [] : known.filter((candidate) => holds(candidate.toLowerCase()));
  return best ?? (more.length === 0 ? only : undefined);
}

/** Time and chance, for tests. */
export const clockOption = z.custom<Clock>().default(systemClock).register(INTERNAL, {});

/** Ends what was asked for. */
export const signalOption = z.instanceof(AbortSignal).optional();

/** A whole number of `min` or more. */
export const count = (min: number): z.ZodNumber => z.number().int().min(min);

/** How long to try again: of the API, and of object storage. */
export const giveUpOption = count(0)
  .default(300_000)
  .register(FLAG, { flag: '--give-up-ms <time>', doc: 'how long to retry while the API fails' });

/** A function. zod keeps it as it is. */
export function fn<F>(): z.ZodCustom<F, F> {
  return z.custom<F>((value) => typeof value === 'function', 'must be a function');
}
