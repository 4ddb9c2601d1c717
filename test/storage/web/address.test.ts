import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webAddress } from '../../../lib/storage/web/address.ts';
import fc from '../../support/fast-check.ts';

test('what is shown and kept of an address has no query, no credentials and no fragment', () => {
  const { url, authorization, label, identity } = webAddress(
    'HTTPS://ada:se%20cret@Host.example:8443/a%20b/x.csv?X-Amz-Signature=0123#top',
  );
  assert.equal(url.href, 'https://host.example:8443/a%20b/x.csv?X-Amz-Signature=0123');
  assert.equal(authorization, `Basic ${Buffer.from('ada:se cret').toString('base64')}`);
  assert.equal(label, 'https://host.example:8443/a%20b/x.csv');
  assert.equal(identity, label);
  assert.equal(webAddress('https://tok%en@h/x').authorization, `Basic ${Buffer.from('tok%en:').toString('base64')}`);
});

test('an address that is signed again is the same object; another query is another', () => {
  const same = (one: string, other: string): boolean => webAddress(one).identity === webAddress(other).identity;
  const [amazon, azure] = ['X-Amz-Date=1&X-Amz-Expires=9&X-Amz-Signature=', 'sv=2024-01-01&se=2026&sr=b&sp=r&sig='];
  assert.ok(same(`https://h/x?${amazon}a`, `https://h/x?${amazon.replace('1', '2')}b`));
  assert.ok(same(`https://h/x?${azure}a`, `https://h/x?${azure.replace('6', '7')}b`));
  assert.ok(same('https://h/x?Expires=1&Signature=a&Key-Pair-Id=K', 'https://h/x?Expires=2&Signature=b&Key-Pair-Id=K'));
  assert.ok(same('https://h/x?table=people&access_token=a', 'https://u:p@h/x?table=people&access_token=b#f'));
  assert.ok(!same('https://h/x?table=people', 'https://h/x?table=orders'));
  assert.ok(!same('https://h/x?sp=1', 'https://h/x?sp=2'), 'of Azure only beside its signature');
  assert.ok(!same('https://h/x?versionId=1&X-Amz-Signature=a', 'https://h/x?versionId=2&X-Amz-Signature=a'));
});

test('law: no secret of an address is in what is shown or kept of it', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/);
  const name = fc.constantFrom('X-Amz-Signature', 'sig', 'token', 'api_key', 'password', 'anything');
  fc.assert(
    fc.property(secret, secret, secret, name, (user, password, value, name) => {
      const { label, identity } = webAddress(`https://${user}:${password}@host/people.csv?${name}=${value}#${value}`);
      for (const text of [label, identity]) for (const hidden of [user, password, value]) assert.ok(!text.includes(hidden));
    }),
  );
});

test('plain http is only for this machine, and what is not an address is said without repeating it', () => {
  for (const good of ['http://localhost/x', 'http://127.0.0.1:80/x', 'http://127.9.9.9/x', 'http://[::1]:8080/x']) webAddress(good);
  for (const bad of ['http://example.com/x', 'http://10.0.0.1/x', 'http://127.0.0.1.example.com/x', 'http://localhost.example.com/'])
    assert.throws(() => webAddress(bad), { code: 'CIO_OPTIONS', message: /http:\/\/ is only read from this machine/ });
  for (const bad of ['https:', 'https://', 'https:///x?token=secret', 'https:/host/secret', 'https://ho st/secret', 'http://[secret]/'])
    assert.throws(
      () => webAddress(bad),
      ({ code, message }) => code === 'CIO_OPTIONS' && /not a web address/.test(message) && !/secret/.test(message),
    );
});
