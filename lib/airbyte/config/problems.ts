/**
 * What is wrong with a file that Airbyte handed over: every problem at once, each with its path. Values are never
 * repeated: they may be secrets.
 */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { CioError, codeOf } from '../../errors.ts';
import { plainIssue } from '../../wording.ts';

/** What was read, or everything that is wrong with it. */
export type Read<T> = { readonly data: T } | { readonly problems: readonly string[] };

/** The JSON in a file; `what` is the file's name in words. */
export async function readJsonFile(what: string, path: string): Promise<Read<unknown>> {
  try {
    return { data: JSON.parse(await readFile(path, 'utf8')) };
  } catch (error) {
    // The parser's own words repeat the text.
    const why = error instanceof SyntaxError ? 'is not JSON' : `can't be read (${codeOf(error)})`;
    return { problems: [`the ${what} ${why}: ${path}`] };
  }
}

/** The value as the schema reads it, or its problems; `inFile` is the path in the file of one in the value. */
export function readWith<S extends z.ZodType>(
  schema: S,
  value: unknown,
  inFile: (path: readonly PropertyKey[]) => readonly PropertyKey[] = (path) => path,
): Read<z.output<S>> {
  const parsed = schema.safeParse(value, { error: plainIssue });
  if (parsed.success) return { data: parsed.data };
  const problems = parsed.error.issues.map((issue) => inFile(issue.path).join('.').concat(' ', sayIssue(issue, value)).trim());
  // Two rules may find the same.
  return { problems: [...new Set(problems)] };
}

function sayIssue({ code, path, message }: z.core.$ZodIssue, value: unknown): string {
  if (code === 'custom') return message;
  const found = path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value);
  if (found === undefined) return 'is missing';
  return found === '' ? 'is empty' : message;
}

/** An error of all problems together. */
export function problemsError(problems: readonly string[]): CioError {
  return new CioError('CIO_OPTIONS', problems.join('; '));
}
