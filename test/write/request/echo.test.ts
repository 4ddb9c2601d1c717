import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoRedactor } from '../../../lib/write/request/echo.ts';

const [SITE, KEY] = ['site-id-0123', 'key-0123456789'];

test('credentials are redacted in text and JSON, also where their letters are written as numbers', () => {
  const redacted = echoRedactor({ siteId: SITE, apiKey: KEY });
  const basic = Buffer.from(`${SITE}:${KEY}`).toString('base64');
  const escaped = [...KEY].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  for (const text of [`no: ${SITE}:${KEY}`, `Authorization: Basic ${basic}`, `{"key":"${KEY}"}`, `{"key":"${escaped}"}`]) {
    const left = redacted(text);
    for (const secret of [SITE, KEY, basic, escaped]) assert.ok(!left.includes(secret), left);
    assert.match(left, /\*\*\*/);
  }
});

test('what holds no credential stays as it is, escapes that are no JSON as well', () => {
  const redacted = echoRedactor({ siteId: SITE, apiKey: KEY });
  for (const text of ['', '{"errors":[]}', 'a \\u0041 b', '<html>no</html>']) assert.equal(redacted(text), text);
});

test('so are those of a proxy of the environment', (t) => {
  const { https_proxy: before } = process.env;
  t.after(() => {
    if (before === undefined) delete process.env.https_proxy;
    else process.env.https_proxy = before;
  });
  process.env.https_proxy = 'http://proxy-user:p%40ssword-0123@proxy.example:8080';
  const redacted = echoRedactor({ siteId: SITE, apiKey: KEY });
  assert.equal(redacted('refused proxy-user p@ssword-0123 here'), 'refused *** *** here');
  process.env.https_proxy = 'not a URL';
  assert.equal(echoRedactor({ siteId: SITE, apiKey: KEY })('as it is'), 'as it is');
});
