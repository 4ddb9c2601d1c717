/** Snake case by example, and the law that it is stable and loses no letter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snakeCase } from '../../../lib/stage/mapping/snake-case.ts';
import fc from '../../support/fast-check.ts';

test('words of any script, of capitals and small letters, with digits', () => {
  const cases: Record<string, string> = {
    'First Name': 'first_name',
    firstName: 'first_name',
    'FIRST-NAME': 'first_name',
    ' First  name ': 'first_name',
    'E-Mail (work)': 'e_mail_work',
    HTTPServer: 'http_server',
    userID: 'user_id',
    MP3Player: 'mp3_player',
    B2B: 'b2b',
    B2BCustomer: 'b2b_customer',
    address2Line: 'address2_line',
    'Q3 2024': 'q3_2024',
    Größe: 'größe',
    ÉtatCivil: 'état_civil',
    'e\u0301tat': 'état',
    'Имя Клиента': 'имя_клиента',
    ΟΔΟΣ: 'οδος',
    顧客名: '顧客名',
    'हिन्दी नाम': 'हिन्दी_नाम',
    utm_source: 'utm_source',
    Utm__Source: 'utm_source',
    'a.b/c:d=e': 'a_b_c_d_e',
    "Customer's Name": 'customer_s_name',
    '# of Orders': 'of_orders',
  };
  for (const [name, snake] of Object.entries(cases)) assert.equal(snakeCase(name), snake, name);
});

test('underscores at the ends stay, and so does a name without a letter or a digit', () => {
  const cases = {
    _id: '_id',
    _createdAt: '_created_at',
    __typename: '__typename',
    Custom__c: 'custom_c',
    note_: 'note_',
    __proto__x: '__proto_x',
  };
  for (const [name, snake] of Object.entries(cases)) assert.equal(snakeCase(name), snake, name);
  for (const name of ['', '%', '___', '€', '- -', '\u0000']) assert.equal(snakeCase(name), name);
});

test('a name of a million characters costs no more than its length', () => {
  for (const part of ['_', ' ', '\u0301', 'a', 'A', 'aB', '_a']) snakeCase(`x${part.repeat(1_000_000 / part.length)}y`);
});

const column = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('First Name', '_id', '__proto__', 'A__b', '%', 'ÉÉé', 'a\u0301B'),
);

test('law: snake case is the same for a name that is so already, and neither loses letters nor makes them up', () => {
  const lettersOf = (text: string): string =>
    text
      .normalize('NFC')
      .toLowerCase()
      .normalize('NFC')
      .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  fc.assert(
    fc.property(column, (name) => {
      const snake = snakeCase(name);
      assert.equal(snakeCase(snake), snake);
      if (/[\p{L}\p{M}\p{N}]/u.test(name)) assert.match(snake, /^[\p{L}\p{M}\p{N}_]+$/u);
      else assert.equal(snake, name);
      assert.equal(lettersOf(snake).normalize('NFD'), lettersOf(name).normalize('NFD'));
    }),
    { numRuns: 500 },
  );
});
