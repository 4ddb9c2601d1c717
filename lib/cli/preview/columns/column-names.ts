/**
 * What the name of a column says of it. A name alone decides nothing but that a column of digits is not a number (`Zip Code`), and
 * that digits may count seconds (`created_at`). To identify, contents must agree: see `identity-guess`.
 */

import { snakeCase } from '../../../stage/mapping/snake-case.ts';
import { isOddEmail } from '../../../track/identifier.ts';

/** Words of names of codes: their digits are signs, not an amount. */
const CODES = new Set([
  ...['id', 'ids', 'uid', 'uuid', 'guid', 'code', 'zip', 'zipcode', 'postal', 'postcode', 'plz', 'cp', 'phone', 'phones', 'mobile'],
  ...['cell', 'fax', 'tel', 'telephone', 'telefon', 'sku', 'isbn', 'ean', 'upc', 'gtin', 'iban', 'bic', 'ssn', 'vat', 'tax', 'serial'],
  ...['version', 'pin', 'token', 'hash', 'ref', 'reference', 'key', 'account', 'card', 'passport', 'licence', 'license', 'extension'],
]);
const CODES_AT_END = new Set(['no', 'nr', 'num', 'number', 'nummer', 'numero']);
const TIME_WORDS = new Set([
  'at',
  'on',
  'time',
  'date',
  'datetime',
  'timestamp',
  'ts',
  'day',
  'birthday',
  'dob',
  'since',
  'until',
  'joined',
  'created',
  'updated',
  'modified',
  'seen',
  'expires',
]);

/** The name in small letters with _ between words; an e-mail is an email. */
export function plainName(name: string): string {
  // In `IDs` the s belongs to the word.
  return snakeCase(name.replace(/(?<=\p{Lu})s(?!\p{L})/gu, 'S'))
    .replace(/^_+|_+$/g, '')
    .replace(/(^|_)e_mail/g, '$1email');
}

/** True if what is in the column is an identifier, a code or a number to call: text, however it looks. */
export function isCodeName(name: string): boolean {
  const words = plainName(name).split('_');
  return words.some((word) => CODES.has(word)) || CODES_AT_END.has(words.at(-1) as string);
}

/** True for a cell of a row where a name should be: the file has no header row, probably. */
export function isRowLike(name: string): boolean {
  return (name.includes('@') && !isOddEmail(name)) || name === String.raw`\N` || /^[-+]?\d+(?:[.,]\d+)?$|^\d{4}-\d\d-\d\d/.test(name);
}

/** True if the column may well hold times. */
export function isTimeName(name: string): boolean {
  return plainName(name)
    .split('_')
    .some((word) => TIME_WORDS.has(word));
}
