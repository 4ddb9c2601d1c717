/**
 * What is wrong with a file that Airbyte handed over: every problem at once, each with its path. Values are never
 * repeated: they may be secrets.
 */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { CioError } from '../errors.ts';

/** The JSON in a file. Throws `CIO_OPTIONS`; `what` is the file's name in words. */
export async function readJsonFile(what: string, path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new CioError('CIO_OPTIONS', `the ${what} can't be read (${error.code}): ${path}`, error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own words repeat the text.
    throw new CioError('CIO_OPTIONS', `the ${what} is no JSON: ${path}`, error);
  }
}

/** The value as the schema reads it, or its problems. */
export function readWith<S extends z.ZodType>(schema: S, value: unknown): { data: z.output<S> } | { problems: string[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data };
  return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'} ${sayIssue(issue, value)}`) };
}

function sayIssue({ path, message }: z.core.$ZodIssue, value: unknown): string {
  const found = path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value);
  if (found === undefined) return 'is missing';
  return found === '' ? 'is empty' : message;
}

/** An error of all problems together. */
export function problemsError(problems: readonly string[]): CioError {
  return new CioError('CIO_OPTIONS', problems.join('; '));
}
