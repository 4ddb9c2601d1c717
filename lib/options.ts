/**
 * Option reading: closed zod objects, defaults in the schema, every problem told at once in one CioError that names
 * the option, and for an unknown one the nearest known. Values are never repeated in the message: they may be secrets.
 */
import leven from 'leven';
import { z } from 'zod';
import { CioError } from './errors.ts';

/** Options once they are read: each is there, by its default where it was left out or undefined. */
export type WithDefaults<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

/** Checks `given` against a closed schema and fills in the defaults; `who` is the name of the calling function. */
export function readOptions<S extends z.ZodObject>(who: string, schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describe(issue, schema));
  throw new CioError('CIO_OPTIONS', `${who}: ${problems.join('; ')}`);
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType): string[] {
  const place = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${place === '' ? '' : `option "${place}": `}${issue.message}`];
  return issue.keys.map((key) => unknownName('option', key, knownAt(schema, issue.path), place === '' ? '' : `${place}.`));
}

/** The names that the schema knows at a path. */
function knownAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodPipe) {
    if (!(inner instanceof z.ZodPipe)) inner = inner.unwrap();
    else inner = inner.in instanceof z.ZodTransform ? inner.out : inner.in;
  }
  if (inner instanceof z.ZodArray && step !== undefined) return knownAt(inner.element, rest);
  if (inner instanceof z.ZodRecord) return inner.keyType instanceof z.ZodEnum ? inner.keyType.options.map(String) : [];
  if (!(inner instanceof z.ZodObject)) return [];
  return step === undefined ? Object.keys(inner.shape) : knownAt(inner.shape[String(step)], rest);
}

/** The sentence for a name that is none of `known`: with the nearest one where it is near enough to be meant, or the only one that holds it. */
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
  let least = Math.min(Math.max(2, Math.floor(name.length / 2)) + 1, name.length);
  for (const candidate of known) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  const [longer, ...more] =
    name.length < LEAST_PART ? [] : known.filter((candidate) => candidate.toLowerCase().includes(name.toLowerCase()));
  return best ?? (more.length === 0 ? longer : undefined);
}

/** A whole number of `min` or more. */
export const count = (min: number): z.ZodNumber => z.number().int().min(min);

/** A function. zod keeps it as it is. */
export function fn<F>(): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', 'must be a function');
}
