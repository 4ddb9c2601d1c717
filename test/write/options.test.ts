import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people, SECRET } from '../support/deliver-rows.ts';

test('credentials: white space around them is taken off, what can not be one is named', async (t) => {
  const { received } = await deliverRows(t, people(1), () => ({}), { siteId: ' site\n', apiKey: `\t${SECRET}\r\n` });
  assert.equal(received[0]?.headers.authorization, `Basic ${Buffer.from(`site:${SECRET}`).toString('base64')}`);
  const cases: [options: object, message: RegExp][] = [
    [{ siteId: undefined, apiKey: 'k' }, /"siteId": is missing: set it, for example from process\.env\.CUSTOMERIO_SITE_ID$/],
    [{ siteId: 's', apiKey: null }, /"apiKey": is missing: .*CUSTOMERIO_API_KEY$/],
    [{ siteId: 's', apiKey: ' \n' }, /"apiKey": is empty: is CUSTOMERIO_API_KEY set\?/],
    [{ siteId: 's', apiKey: 5 }, /"apiKey": must be text$/],
    [{ siteId: 's', apiKey: 'secret\nsecret' }, /"apiKey": has a line break or another control character in it$/],
  ];
  for (const [options, message] of cases) assert.throws(() => trackWriter(options as TrackWriterOptions), { code: 'CIO_OPTIONS', message });
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
