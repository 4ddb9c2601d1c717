/**
 * Durations and sizes as people write them: `1.5h`, `64MB`. Which options are such is said by their names, which end in
 * `-ms` or `-bytes`; therefore a bare number is taken, too. The list of units is closed, and arithmetic is exact.
 */
import { type FlagSpec, longName } from '../../options.ts';

const UNITS = {
  ms: { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  bytes: { B: 1, kB: 1_000, KB: 1_000, MB: 1_000_000, GB: 1_000_000_000, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 },
} as const;

/** What an amount is counted in. */
export type Unit = keyof typeof UNITS;

const WORDS = { ms: ['a time', '500ms, 1.5h'], bytes: ['a size', '64MB, 64MiB'] } as const;

/** What the values of an option are counted in; undefined if they are no time and no size. */
export function unitOf(spec: FlagSpec): Unit | undefined {
  return /-(ms|bytes)$/.exec(longName(spec))?.[1] as Unit | undefined;
}

/** How an amount is written, for a regular expression of a JSON schema. */
export function amountPattern(unit: Unit): string {
  return `^\\d{1,16}(\\.\\d{1,9})?\\s*(${Object.keys(UNITS[unit]).join('|')})$`;
}

/** The amount as a number of milliseconds or bytes; undefined if it is none, or not a whole number of them. */
export function readAmount(text: string, unit: Unit): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const [, whole = '', fraction = '', name = ''] = /^(\d{1,16})(?:\.(\d{1,9}))?\s*([A-Za-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(UNITS[unit], name) ? (UNITS[unit] as Record<string, number>)[name] : undefined;
  if (factor === undefined) return undefined;
  const [scaled, divisor] = [BigInt(whole + fraction) * BigInt(factor), 10n ** BigInt(fraction.length)];
  return scaled % divisor === 0n ? Number(scaled / divisor) : undefined;
}

/** A number of milliseconds or bytes in its largest whole unit: 300000 is 5m. */
export function amountText(amount: number, unit: Unit): string {
  const fitting = Object.entries(UNITS[unit]).filter(([, factor]) => amount % factor === 0 && amount >= factor);
  const [name, factor] = fitting.reduce(
    (best, each) => (each[1] > best[1] ? each : best),
    Object.entries(UNITS[unit])[0] as [string, number],
  );
  return `${amount / factor}${name}`;
}

/** What an amount must be, after "it". */
export function amountRule(unit: Unit, least: number, most: number | undefined): string {
  const [what, examples] = WORDS[unit];
  const range =
    most === undefined ? `of ${amountText(least, unit)} or more` : `from ${amountText(least, unit)} to ${amountText(most, unit)}`;
  return `must be ${what} ${range}, such as ${examples} (units: ${Object.keys(UNITS[unit]).join(', ')})`;
}
