import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainError, redactor } from '../lib/secrets.ts';
import fc from './support/fast-check.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a secret is found in every form that an echo has', () => {
  const [siteId, apiKey] = ['3f1c8a90d2b74e65aa01', 'k/+?8d7e6=f5a4b3c2d12'];
  const redacted = redactor([], [[siteId, apiKey]]);
  const pair = base64(`${siteId}:${apiKey}`);
  for (const [text, words] of [
    [`Authorization: Basic ${pair}`, 'Authorization: Basic ***'],
    [`Basic ${pair.toUpperCase()}.`, 'Basic ***.'],
    [`?auth=${encodeURIComponent(pair)}&x`, '?auth=***&x'],
    [`${siteId}:${apiKey}`, '***'],
    [`${siteId} ${apiKey}`, '*** ***'],
    [`site ${siteId}, key ${apiKey}`, 'site ***, key ***'],
    [JSON.stringify({ apiKey }), '{"apiKey":"***"}'],
    [`/${encodeURIComponent(apiKey)}/`, '/***/'],
    [`${base64(siteId).replace(/=+$/, '')} ${base64(apiKey)}`, `*** ***`],
    [Buffer.from(`${siteId}:${apiKey}`).toString('base64url'), '***'],
    [`cut off: Basic ${pair.slice(0, 40)}`, 'cut off: Basic ***'],
    [`cut off: ...${siteId.slice(8)}`, 'cut off: ...***'],
    ['nothing of the kind', 'nothing of the kind'],
    ['', ''],
  ] as const)
    assert.equal(redacted(text), words);
});

test('a secret with quotes is found in JSON too', () => {
  assert.equal(redactor(['pass"word"here'])(JSON.stringify({ x: 'pass"word"here' })), '{"x":"***"}');
});

test('what is too short to be a secret leaves words as they are', () => {
  const text = 'a site with 1 key: message';
  assert.equal(redactor(['a', '1', '\ud800', '', undefined, 'message'], [['site', 'k']])(text), text);
  const pair = base64('a:1234567');
  assert.equal(redactor([], [['a', '1234567']])(`Basic ${pair}`), 'Basic ***');
});

test('law: wherever it stands, nothing of a secret is left, and all else is', () => {
  const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => !text.includes('*'));
  const around = fc.string({ maxLength: 20 }).filter((text) => !text.includes('*'));
  fc.assert(
    fc.property(secret, around, around, fc.boolean(), (key, before, after, encode) => {
      const written = encode ? base64(`site:${key}`) : key;
      const words = redactor([], [['site', key]])(`${before} ${written} ${after}`);
      assert.ok(!words.toLowerCase().includes(written.toLowerCase()), words);
    }),
  );
  fc.assert(fc.property(around, (text) => redactor(['d41d8cd98f00b204e980'])(text) === text));
});

test('a long echo takes one pass, not one for each find', () => {
  const key = 'd41d8cd98f00b204e980';
  const redacted = redactor([key]);
  assert.equal(redacted(`${key} `.repeat(200_000)), '*** '.repeat(200_000));
});

test('of a foreign error only words are kept', () => {
  const error = Object.assign(new TypeError('no d41d8cd98f00b204e980 here\nsecond line'), {
    code: 'E1',
    input: 'd41d8cd98f00b204e980',
    request: {},
  });
  const plain = plainError(error, redactor(['d41d8cd98f00b204e980']));
  assert.deepEqual(
    [plain.name, plain.message, Reflect.get(plain, 'code'), Object.keys(plain).sort()],
    ['TypeError', 'no *** here', 'E1', ['code', 'name']],
  );
  assert.equal(plainError(null, String).message, '');
});
