/** Readers of option values. Each says what is allowed; a value that may hold a secret is not repeated. */
import { InvalidArgumentError } from 'commander';
import { ADDRESS_RULE, isAddress } from '../../address.ts';
import { encodingNamed, UNKNOWN_ENCODING } from '../../bytes/encodings.ts';
import { CioError } from '../../errors.ts';

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** A number above 0, up to `max`. */
export function positiveNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number above 0, at most ${max}.`);
  };
}

/** A text that is not empty. */
export function text(value: string): string {
  if (value !== '') return value;
  throw new InvalidArgumentError('It must not be empty.');
}

/** The encoding that a label means. */
export function encodingName(label: string): string {
  const encoding = encodingNamed(label);
  if (encoding !== undefined) return encoding;
  throw new InvalidArgumentError(`It ${UNKNOWN_ENCODING}.`);
}

/** Gathers what an option given several times says. */
export function several(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** An http(s) address. */
export function httpUrl(flag: string): (value: string) => string {
  return (value) => {
    if (isAddress(value)) return value;
    throw new CioError('CIO_OPTIONS', `${flag} ${ADDRESS_RULE}`);
  };
}
