/** `--limits connector --limit person.attributes=500` -> the `limits` of enforceLimits(). */
import { unknownName } from '../../options.ts';
import type { OwnLimits } from '../../stage/options.ts';
import { LIMITS, type LimitKind, type LimitListName } from '../../track/limits.ts';
import { pairsOf, wrongPair } from './pairs.ts';

const KNOWN: readonly string[] = Object.entries(LIMITS).flatMap(([kind, limits]) => Object.keys(limits).map((name) => `${kind}.${name}`));

/** Reads what `--limit` says of the limits that differ from those of the list. Throws `CIO_OPTIONS`. */
export function ownLimits(list: LimitListName, texts: readonly string[]): OwnLimits {
  const limits: Partial<Record<LimitKind, Record<string, number>>> = {};
  for (const [name, text] of pairsOf('--limit', texts, 'kind.name=number, for example person.attributes=500, or =none', 'first')) {
    const value = text === 'none' ? Number.POSITIVE_INFINITY : Number(text);
    if (!/^(\d+|none)$/.test(text) || value < 1) throw wrongPair('--limit', `${name}: must be a whole number above 0, or none`);
    if (!KNOWN.includes(name)) throw wrongPair('--limit', unknownName('limit', name, KNOWN));
    const [kind, limit] = name.split('.') as [LimitKind, string];
    limits[kind] = { ...limits[kind], [limit]: value };
  }
  return { list, ...limits };
}
