/** The account that the flags name, and what is noted while it is looked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags, type SendFlags } from '../../../lib/cli/flags/flags.ts';
import { accountOf, deliveryOf, retryReporter } from '../../../lib/cli/run/account.ts';
import { serve } from '../../support/scripted-server.ts';

const { signal } = new AbortController();
const note = (text: string): void => assert.fail(text);

/** The flags of `people`, without what the environment of the test says. */
function flagsOf(...args: string[]): SendFlags {
  const flags = addCommandFlags(new CliCommand('people'), 'people').parse(args, { from: 'user' }).opts<SendFlags>();
  const isGiven = (flag: string): boolean => args.includes(flag);
  const { siteId, apiKey, baseUrl } = flags;
  return {
    ...flags,
    siteId: isGiven('--site-id') ? siteId : undefined,
    apiKey: isGiven('--api-key') ? apiKey : undefined,
    baseUrl: isGiven('--base-url') ? baseUrl : undefined,
  };
}
const KEYS = ['--site-id', 'site', '--api-key', 'key'];

test('credentials lose the white space around them; one that is missing, blank or broken is named, and not repeated', () => {
  const region = 'eu';
  const at = { region, baseUrl: undefined } as const;
  assert.deepEqual(accountOf({ ...at, siteId: ' site\n', apiKey: '\tkey ' }), { ...at, siteId: 'site', apiKey: 'key' });
  for (const siteId of [undefined, '', ' \n'])
    assert.throws(() => accountOf({ ...at, siteId, apiKey: 'key' }), {
      code: 'CIO_OPTIONS',
      message: 'no site id: set CUSTOMERIO_SITE_ID, or give --site-id',
    });
  assert.throws(() => accountOf({ ...at, siteId: 'site', apiKey: undefined }), { code: 'CIO_OPTIONS', message: /^no API key: / });
  assert.throws(
    () => accountOf({ ...at, siteId: 'site', apiKey: 'SEC\nRET' }),
    ({ code, message }) =>
      code === 'CIO_OPTIONS' && message.startsWith('the API key (CUSTOMERIO_API_KEY, --api-key) ') && !message.includes('SEC'),
  );
});

test('a dry run needs no credentials and asks nobody', async () => {
  const delivery = await deliveryOf(flagsOf('--dry-run', '--concurrency', '3', '--base-url', 'http://127.0.0.1:9'), note, signal);
  assert.deepEqual([delivery.siteId, delivery.apiKey, delivery.dryRun, delivery.concurrency], ['dry-run', 'dry-run', true, 3]);
});

test('the account is asked for once before the run, and when that was is known to the writer; with --no-check it is not', async (t) => {
  const { url, received } = await serve(t, () => ({ body: { region: 'eu', url: 'x' } }));
  const unchecked = await deliveryOf(flagsOf(...KEYS, '--base-url', url, '--no-check'), note, signal);
  assert.deepEqual(
    [received.length, unchecked.siteId, unchecked.apiKey, unchecked.baseUrl, unchecked.sentAt],
    [0, 'site', 'key', url, undefined],
  );
  const checked = await deliveryOf(flagsOf(...KEYS, '--base-url', url), note, signal);
  assert.deepEqual([received.length, checked.sentAt?.length, checked.baseUrl, checked.region], [1, 1, url, 'auto']);
});

test('credentials that the API does not take stop the run', async (t) => {
  const { url } = await serve(t, () => ({ status: 401 }));
  await assert.rejects(deliveryOf(flagsOf(...KEYS, '--base-url', url), note, signal), { code: 'CIO_AUTH' });
});

test('a retry is noted the first time only, with the reason and how long it is tried', () => {
  const notes: string[] = [];
  const report = retryReporter((text) => notes.push(text), 300_000, ' (--give-up-ms)');
  for (const why of ['HTTP 503', 'ECONNREFUSED', 'HTTP 503']) report(why);
  retryReporter((text) => notes.push(text), 5_000)('ECONNREFUSED');
  assert.deepEqual(notes, [
    'the Track API answers HTTP 503; trying again for up to 5:00 (--give-up-ms)',
    "the Track API can't be reached: ECONNREFUSED; trying again for up to 5.0 s",
  ]);
});
