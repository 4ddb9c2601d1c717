import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TrackWriterOptions, withAccount } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people, SECRET } from '../support/deliver-rows.ts';

test('credentials: white space around them is taken off, what can not be one is named', async (t) => {
  const { received } = await deliverRows(t, people(1), () => ({}), { siteId: ' site\n', apiKey: `\t${SECRET}\r\n` });
  assert.equal(received[0]?.headers.authorization, `Basic ${Buffer.from(`site:${SECRET}`).toString('base64')}`);
  const cases: [options: object, message: RegExp][] = [
    [{ siteId: undefined, apiKey: 'k' }, /"siteId": is missing: pass it, or set the variable CUSTOMERIO_SITE_ID$/],
    [{ siteId: 's', apiKey: null }, /"apiKey": is missing: .*CUSTOMERIO_API_KEY$/],
    [{ siteId: 's', apiKey: ' \n' }, /"apiKey": is empty: is CUSTOMERIO_API_KEY set\?/],
    [{ siteId: 's', apiKey: 5 }, /"apiKey": must be text$/],
    [{ siteId: 's', apiKey: 'secret\nsecret' }, /"apiKey": has a line break or another control character in it$/],
  ];
  for (const [options, message] of cases) assert.throws(() => trackWriter(options as TrackWriterOptions), { code: 'CIO_OPTIONS', message });
});

test('options that name no credentials get the account of the environment, others nothing of it', () => {
  const environment = { CUSTOMERIO_SITE_ID: 'site', CUSTOMERIO_API_KEY: SECRET, CUSTOMERIO_REGION: '', CUSTOMERIO_BASE_URL: 'http://x' };
  const account = { siteId: 'site', apiKey: SECRET, region: undefined, baseUrl: 'http://x' };
  assert.deepEqual(withAccount(undefined, environment), account);
  assert.deepEqual(withAccount({ region: 'eu', baseUrl: undefined }, environment), { ...account, region: 'eu' });
  // A misspelled variable is not a wish for another account.
  for (const given of [{ siteId: undefined }, { apiKey: 'other' }, { siteId: '', apiKey: 'other', region: 'us' }] as TrackWriterOptions[])
    assert.equal(withAccount(given, environment), given);
  assert.throws(() => trackWriter({ siteId: undefined }), { code: 'CIO_OPTIONS', message: /"siteId": is missing/ });
});

test('a base URL with credentials, a query or a fragment is refused without repeating it', () => {
  for (const baseUrl of [
    'http://u:secret@x',
    'http://secret@x',
    'https://x/?key=secret',
    'https://x/#secret',
    'https://x?secret',
    'ftp://secret',
    'secret',
  ])
    assert.throws(
      () => trackWriter({ siteId: 's', apiKey: 'k', baseUrl }),
      (error: unknown) => {
        assertCode(error, 'CIO_OPTIONS');
        assert.equal(error.message, 'trackWriter: option "baseUrl": must be an http(s) URL without credentials, query or fragment');
        return true;
      },
    );
});

test('bad options are named all at once, without values', () => {
  assert.throws(
    () => trackWriter({ siteId: '', apiKey: SECRET, requestPerSecond: 5, region: 'mars' } as unknown as TrackWriterOptions),
    (error: unknown) => {
      assertCode(error, 'CIO_OPTIONS');
      assert.match(error.message, /siteId.*is empty: is CUSTOMERIO_SITE_ID set\?/);
      assert.match(error.message, /did you mean "requestsPerSecond"/);
      assert.match(error.message, /'us', 'eu' or 'auto'/);
      assert.ok(!error.message.includes(SECRET));
      return true;
    },
  );
});
