/** What bytes are certain of holds for the text: no flaw, nothing to trim, not odd, and the hash of its ordering key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdentifierBytes, isPlainIdentifier } from '../../../lib/stage/row-mapping/identifier-bytes.ts';
import { identifierFlaw, isOddEmail, isOddPhone, markFlaw, trimIdentifier } from '../../../lib/track/identifier.ts';
import { hashOfKey, orderingKeys } from '../../../lib/track/ordering-keys.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const TYPES = ['cio_id', 'id', 'email', 'phone'] as const;
const readers = TYPES.map((type) => new IdentifierBytes(type));
const word = fc.constantFrom(
  ...[
    'null',
    'NULL',
    'undefined',
    'Undefined',
    'none',
    'nan',
    'NaT',
    'n/a',
    'n.a.',
    'na',
    'nil',
    'true',
    'False',
    'unknown',
    'empty',
    '#N/A',
    '{{x}}',
    '%%x%%',
  ],
  ...[
    '00000000-',
    '0000-0000-0000-000000000000',
    '1.2E+11',
    '[object Object]',
    '-',
    '.',
    '@',
    '+',
    'ada',
    'example.com',
    'user',
    'N',
    'u',
    't',
    'f',
    '7',
    '42',
    ' ',
  ],
  ...['\u00a0', '\u200b', 'é', '"', '\\', '\t', '\u007f', '(', ')', '>', '_'],
);
const text = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('')),
  fc
    .tuple(fc.array(word, { maxLength: 3 }), fc.array(word, { maxLength: 4 }))
    .map(([local, domain]) => `${local.join('')}@${domain.join('')}`),
  fc.stringMatching(/^\+?[0-9]{1,18}$/),
  fc.stringMatching(/^[\w.+-]{1,8}@[\w.-]{1,12}$/),
  fc.string({ unit: 'grapheme-ascii', maxLength: 16 }),
);

test('law: what is accepted as bytes is right as a text', () => {
  const accepted = TYPES.map(() => 0);
  fc.assert(
    fc.property(text, (value) => {
      const bytes = Buffer.from(`x${JSON.stringify(value)}x`);
      TYPES.forEach((type, index) => {
        const reader = readers[index] as IdentifierBytes;
        if (!reader.read(bytes, 1, bytes.length - 1)) return;
        accepted[index] = (accepted[index] as number) + 1;
        assert.equal(trimIdentifier(value), value);
        assert.equal(identifierFlaw(value), undefined, `${type} ${value}`);
        if (type === 'email') assert.ok(!isOddEmail(value), value);
        if (type === 'phone') assert.ok(!isOddPhone(value), value);
        assert.equal(reader.hash, hashOfKey(orderingKeys({ identifiers: { [type]: value } })[0] as string));
      });
      if (isPlainIdentifier(bytes, 2, bytes.length - 2)) assert.equal(markFlaw(value), undefined);
    }),
    { numRuns: runs(50_000) },
  );
  for (const count of accepted) assert.ok(count > runs(50_000) / 200, String(accepted));
});

test('law: a number is an id if a double holds it, and hashes like its digits', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.maxSafeNat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (number) => {
      const bytes = Buffer.from(`:${number},`);
      TYPES.forEach((type, index) => {
        const reader = readers[index] as IdentifierBytes;
        if (!reader.read(bytes, 1, bytes.length - 1)) return;
        assert.equal(type, 'id');
        assert.equal(reader.hash, hashOfKey(orderingKeys({ identifiers: { id: number } })[0] as string));
      });
    }),
    { numRuns: runs(2_000) },
  );
});

test('ordinary identifiers are accepted', () => {
  const accepts = (type: (typeof TYPES)[number], json: string): boolean =>
    (readers[TYPES.indexOf(type)] as IdentifierBytes).read(Buffer.from(json), 0, json.length);
  for (const email of ['ada@example.com', 'Ada.L+tag@mail.example.co.uk', 'n@x.io', 'nul_7@x.de', '1a@b.c', 'u@unisa.edu'])
    assert.ok(accepts('email', `"${email}"`), email);
  for (const id of ['7', 'user-1', 'crm_0042', 'F00', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', '00000001', 'customer', 'Test User 1'])
    assert.ok(accepts('id', `"${id}"`), id);
  for (const number of ['7', '0', '123456789012345']) assert.ok(accepts('id', number), number);
  for (const phone of ['+4915123456', '+1234567', '+123456789012345']) assert.ok(accepts('phone', `"${phone}"`), phone);
});
