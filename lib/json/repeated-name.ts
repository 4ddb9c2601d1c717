/**
 * Whether an object in a text has a name twice. JSON.parse takes the last value without a word, and nobody can say which is meant. Names
 * are counted, in the text and in the value: only if the counts differ is the text read by a parser that knows.
 */
import { parse } from 'lossless-json';
import { ExactNumber } from './exact.ts';

const [QUOTE, SPACE] = [34, 32] as const;

/** A name that stands twice with two values. `text` is JSON, `value` what it says. */
export function repeatedName(text: string, value: object): string | undefined {
  if (namesIn(text) === namesOf(value)) return undefined;
  let repeated: string | undefined;
  const onDuplicateKey = ({ key, newValue }: { key: string; newValue: unknown }): unknown => {
    repeated ??= key;
    return newValue;
  };
  parse(text, null, { parseNumber: (digits) => new ExactNumber(digits), onDuplicateKey });
  return repeated;
}

/**
 * At least the names in the text: what else has a quote before a colon is counted, too. NaN if a name has white space before its colon:
 * it would not be counted.
 */
function namesIn(text: string): number {
  let names = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === QUOTE) names++;
    else if (before <= SPACE) return Number.NaN;
  }
  return names;
}

/** The names of a value and of all that is in it. */
function namesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, member) => sum + namesOf(member), 0);
  let names = 0;
  for (const name in value) names += 1 + namesOf((value as Record<string, unknown>)[name]);
  return names;
}
