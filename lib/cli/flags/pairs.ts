/** `a=b`, as `--limit` has it. */
import { CioError } from '../../errors.ts';

/** Where a text with several `=` is cut: the side that can't have any decides. */
type Cut = 'first' | 'last';

const CUTS: Readonly<Record<Cut, RegExp>> = { first: /^(.*?)=(.*)$/s, last: /^(.*)=(.*?)$/s };

/** The two sides of each. `form` is how to write it, with an example. Throws `CIO_OPTIONS`. */
export function pairsOf(option: string, texts: readonly string[], form: string, cut: Cut): [string, string][] {
  return texts.map((text) => {
    const [, left = '', right = ''] = CUTS[cut].exec(text) ?? [];
    if (left === '' || right === '') throw wrongPair(option, `${text}: write ${form}`);
    return [left, right];
  });
}

/** A mistake in one of these options. */
export function wrongPair(option: string, message: string): CioError {
  return new CioError('CIO_OPTIONS', `${option}: ${message}`);
}
