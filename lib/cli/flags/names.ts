/** What the command line calls the options of the library: the flags that stand beside them, found by their paths. */
import { z } from 'zod';
import { bare, FLAG, longName } from '../../options.ts';
import type { NameOf, Text } from '../../wording.ts';
import { LIBRARY_OPTIONS } from './library-options.ts';

/** What stands for a function itself, or for its argument. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  rejectWriter: '--rejects',
  checkStore: '--rejects',
  move: '--done-to',
  ndjson: '--format ndjson',
  json: '--format json',
  csv: '--format csv',
  parquet: '--format parquet',
  kafka: 'kafka://',
};

/** The flag of an option, or of the option that it is inside of. */
export const flagOf: NameOf = (of, path) => {
  if (path === '') return FUNCTIONS[of];
  let shape: z.ZodRawShape | undefined = LIBRARY_OPTIONS[of];
  for (const step of path.split('.')) {
    const field = shape?.[step] as z.ZodType | undefined;
    const spec = field && FLAG.get(field);
    if (spec) return longName(spec);
    const inner = bare(field);
    shape = inner instanceof z.ZodObject ? inner.shape : undefined;
  }
  return undefined;
};

/** A text with flags in place of options. */
export function inFlags(text: Text): string {
  return typeof text === 'string' ? text : text.in(flagOf);
}
