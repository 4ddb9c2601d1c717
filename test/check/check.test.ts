/** What check() refuses; what it finds is in cli/rejects.test.ts, its parts have their own tests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckOptions, check } from '../../lib/index.ts';

test('refuses what it does not know, before anything is asked', async () => {
  const account = { siteId: 'x', apiKey: 'y', baseUrl: 'http://nowhere.invalid' };
  const cases: [object, string | RegExp][] = [
    [{ ...account, reject: 'rejected/' }, 'check: unknown option "reject": did you mean "rejects"?'],
    [{ ...account, region: 'asia' }, `check: option "region": must be 'us', 'eu' or 'auto'`],
    [{ ...account, siteId: undefined }, 'check: option "siteId": is missing: pass it, or set the variable CUSTOMERIO_SITE_ID'],
    [{ ...account, s3: { regin: 'x' } }, 'check: unknown option "s3.regin": did you mean "s3.region"?'],
    [{ ...account, rejects: 5 }, 'check: option "rejects": must be a folder, s3:// or gs://'],
  ];
  for (const [options, message] of cases) await assert.rejects(check(options as CheckOptions), { code: 'CIO_OPTIONS', message });
  await assert.rejects(check(undefined as never), { code: 'CIO_OPTIONS' });
  const unset = { region: undefined, rejects: undefined, s3: undefined, gcs: undefined, signal: undefined };
  await assert.rejects(check({ ...account, ...unset }), { code: 'CIO_NETWORK' });
});
