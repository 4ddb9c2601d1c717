/**
 * Option reading: closed zod objects, defaults in the schema, every problem told at once in one CioError that names
 * the option, and for an unknown one the nearest known. Values are never repeated in the message: they may be secrets.
 */
import leven from 'leven';
import { z } from 'zod';
import { CioError } from './errors.ts';

/** Checks `given` against a closed schema and fills in the defaults; `who` is the name of the calling function. */
export function readOptions<S extends z.ZodObject>(who: string, schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const problems = parsed.error.issues.flatMap((issue) => describe(issue, known));
  throw new CioError('CIO_OPTIONS', `${who}: ${problems.join('; ')}`);
}

function describe(issue: z.core.$ZodIssue, known: string[]): string[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return issue.keys.map((key) => unknownName('option', key, known));
  return [`${issue.path.length > 0 ? `option "${issue.path.join('.')}": ` : ''}${issue.message}`];
}

/** The sentence for a name that is none of `known`: with the nearest one where it is near enough to be meant. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `unknown ${what} "${name}"${near === undefined ? `; known: ${known.join(', ')}` : `: did you mean "${near}"?`}`;
}

/** The one of `known` that may be meant, if one is near enough. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 2)) + 1;
  for (const candidate of known) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** A whole number of `min` or more. */
export const count = (min: number): z.ZodNumber => z.number().int().min(min);

/** A function. zod keeps it as it is. */
export function fn<F>(): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', 'must be a function');
}
