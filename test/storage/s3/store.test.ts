import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../lib/clock.ts';
import type { CioError } from '../../../lib/errors.ts';
import { checkStore } from '../../../lib/storage/check-store.ts';
import { folder } from '../../support/folder.ts';
import {
  contract,
  failureOf,
  inFallback,
  names,
  PAD,
  range,
  rejection,
  seen,
  stored,
  write,
} from '../../support/object-storage/contract.ts';
import { type FaultySubject, faulty } from '../../support/object-storage/faulty.ts';
import { ACCESS, REGION, S3Server } from '../../support/object-storage/s3-server.ts';
import { some } from '../../support/runs.ts';

// Between its own attempts the SDK waits by the real clock; ours, around them, wait by the clock of the test.
process.env.AWS_MAX_ATTEMPTS = '1';

/** A server with a bucket, and the keys to it. */
async function start(t: TestContext): Promise<FaultySubject & { server: S3Server }> {
  const server = await S3Server.start(t);
  await server.createBucket('bucket');
  const s3 = { endpoint: server.url, region: REGION, ...ACCESS };
  return {
    server,
    place: 's3://bucket/rejected',
    options: { s3 },
    uploading: () => seen(server.requests, /^PUT .*partNumber=2/),
    deny: (action) => server.keys.set(ACCESS.accessKeyId, { secret: ACCESS.secretAccessKey, denied: [action] }),
    permissions: { put: 's3:PutObject', get: 's3:GetObject', list: 's3:ListBucket', delete: 's3:DeleteObject' },
    missingBucket: 's3://no-such-bucket/rejected',
    wrong: [
      {
        options: { s3: { ...s3, accessKeyId: 'AKIAOTHER' } },
        says: /access key ID is unknown.*InvalidAccessKeyId/,
        secret: ACCESS.secretAccessKey,
      },
      {
        options: { s3: { ...s3, secretAccessKey: 'not-the-secret' } },
        says: /secret access key is wrong.*SignatureDoesNotMatch/,
        secret: 'not-the-secret',
      },
    ],
  };
}

contract('S3', start);
faulty('S3', start);

type Refuses = S3Server['refuses'];

/** The header that an older server does not know. */
const checksumIn = ({ headers }: IncomingMessage): string | undefined =>
  Object.keys(headers).find((name) => /^x-amz-(checksum-|sdk-checksum|trailer)/.test(name));
const conditionIn = ({ headers }: IncomingMessage): string | undefined => headers['if-none-match'];
const refusing =
  (found: (request: IncomingMessage) => string | undefined, status: number, code: string, words: (header: string) => string): Refuses =>
  (request) => {
    const header = found(request);
    return header === undefined ? undefined : [status, code, words(header)];
  };

const NO_CHECKSUMS: Record<string, Refuses> = {
  R2: refusing(checksumIn, 501, 'NotImplemented', (header) => `Header '${header}' with value 'CRC32' not implemented`),
  B2: refusing(checksumIn, 400, 'InvalidArgument', (header) => `Unsupported header '${header}' received for this API call.`),
  GCS: refusing(checksumIn, 403, 'SignatureDoesNotMatch', () => 'Access denied.'),
  'a hash of its own': refusing(checksumIn, 400, 'XAmzContentSHA256Mismatch', () => "The provided 'x-amz-content-sha256' does not match"),
  'no words': refusing(checksumIn, 400, 'BadRequest', () => ''),
  'no length': refusing(checksumIn, 411, 'MissingContentLength', () => 'You must provide the Content-Length HTTP header.'),
};
const NO_CONDITIONS: Record<string, Refuses> = {
  '501': refusing(conditionIn, 501, 'NotImplemented', () => 'A header you provided implies functionality that is not implemented.'),
  '400': refusing(conditionIn, 400, 'InvalidArgument', () => 'If-None-Match is not supported'),
};

for (const [name, refuses] of Object.entries(NO_CHECKSUMS)) {
  test(`a server that refuses checksums (${name}): found out once, said once, and done without`, async (t) => {
    const { server, place, options } = await start(t);
    server.refuses = refuses;
    const notes: string[] = [];
    // Small objects, and for some servers one of several parts.
    const count = name === 'R2' || name === 'GCS' ? 550 : 0;
    await write([...range(20).map((n) => rejection(n, `s${n}`)), ...range(count).map((n) => rejection(20 + n, 'large', PAD))], {
      ...options,
      to: place,
      giveUpMs: 0,
      onNote: (note) => notes.push(note),
    });
    assert.deepEqual(await stored(place, options), range(20 + count));
    assert.equal(notes.length, 1);
    assert.match(String(notes), /does not accept the checksums of the AWS SDK, so this run sends none.*--s3-checksums when_required/);
    await checkStore(place, { ...options, giveUpMs: 0 });
  });
}

for (const [name, refuses] of Object.entries(NO_CONDITIONS)) {
  for (const checksums of some([undefined, ...Object.keys(NO_CHECKSUMS)])) {
    test(`a server that does not know If-None-Match (${name}), nor ${checksums ?? 'anything else'}: nothing is overwritten either`, async (t) => {
      const { server, place, options } = await start(t);
      server.refuses = (request) => (checksums === undefined ? undefined : NO_CHECKSUMS[checksums]?.(request)) ?? refuses(request);
      const notes: string[] = [];
      const fixed = { pathFormat: '', fileNameFormat: 'the-same{format_extension}' };
      for (const n of range(3))
        await write([rejection(n)], { ...options, to: place, ...fixed, giveUpMs: 0, onNote: (note) => notes.push(note) });
      assert.deepEqual(await stored(place, options), range(3));
      assert.equal((await names(place, options)).length, 3);
      assert.equal(notes.length, 3, 'once for each writer');
      assert.match(String(notes[0]), /does not support If-None-Match, so each name is checked/);
      assert.equal(/checksums/.test(String(notes[0])), checksums !== undefined);
    });
  }
}

test('names that can not be looked up, on a server that does not know If-None-Match: refused, not overwritten', async (t) => {
  const { server, place, options, deny } = await start(t);
  server.refuses = NO_CONDITIONS['501'] as Refuses;
  deny('get');
  const spillTo = await folder(t);
  const error = await failureOf(write([rejection(1)], { ...options, to: place, spillTo }));
  assert.match(error.message, /does not support If-None-Match, and these credentials may not check whether a name is taken/);
  assert.deepEqual(await inFallback(spillTo, error), [1]);
});

test('a wrong key stays a wrong key, and what passes is waited for, with such servers too', async (t) => {
  const { server, place, options } = await start(t);
  server.refuses = NO_CHECKSUMS.GCS as Refuses;
  const s3 = { ...options.s3, secretAccessKey: 'not-the-secret' };
  const before = server.requests.length;
  await assert.rejects(checkStore(place, { s3 }), { message: /the secret access key is wrong.*SignatureDoesNotMatch/ });
  assert.equal(server.requests.length - before, 2);
  // A server that is away while it is asked without them.
  server.refuses = (request) => NO_CHECKSUMS.R2?.(request) ?? (server.requests.length % 4 === 0 ? undefined : [503, 'SlowDown', 'later']);
  await write([rejection(1)], { ...options, to: place, clock: { ...systemClock, random: () => 0.001 } });
  server.refuses = () => undefined;
  assert.deepEqual(await stored(place, options), [1]);
});

test('checksums that are insisted on are not left out: the error says what to set', async (t) => {
  const { server, place, options } = await start(t);
  const s3 = { ...options.s3, requestChecksumCalculation: 'WHEN_SUPPORTED' as const };
  for (const name of ['R2', 'B2']) {
    server.refuses = NO_CHECKSUMS[name] as Refuses;
    await assert.rejects(checkStore(place, { s3 }), {
      code: 'CIO_REJECT_STORE',
      message:
        /it does not accept the checksums of the AWS SDK: set requestChecksumCalculation to WHEN_REQUIRED \(--s3-checksums when_required\)/,
    });
  }
});

test('what a server does not know at all is final, not waited for', async (t) => {
  const { server, place, options } = await start(t);
  server.refuses = ({ method }) => (method === 'PUT' ? [501, 'NotImplemented', 'not here'] : undefined);
  await assert.rejects(checkStore(place, options), {
    message: /it refused the request: not here \(NotImplemented, 501\)|it refused the request: not here/,
  });
});

test('keys with a line end: without it, as an option and in the environment', async (t) => {
  const { place, options } = await start(t);
  const { accessKeyId, secretAccessKey } = ACCESS;
  await checkStore(place, { s3: { ...options.s3, accessKeyId: `${accessKeyId}\n`, secretAccessKey: `\r\n${secretAccessKey}\r\n` } });
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  const { endpoint } = options.s3 ?? {};
  process.env = {
    ...before,
    AWS_ACCESS_KEY_ID: `${accessKeyId}\n`,
    AWS_SECRET_ACCESS_KEY: `${secretAccessKey}\n`,
    AWS_REGION: `${REGION}\n`,
  };
  await checkStore(place, { s3: { endpoint } });
  for (const odd of [' key', 'key ', 'ke\ny', '\tkey']) {
    await assert.rejects(checkStore(place, { s3: { ...options.s3, accessKeyId: odd } }), (error: CioError) => {
      assert.match(error.message, /option "s3\.accessKeyId": has white space at an end, or a control character such as a line end in it/);
      assert.ok(error.code === 'CIO_OPTIONS' && !error.message.includes(odd.trim()));
      return true;
    });
  }
});

test('a server without TLS, asked for https', async (t) => {
  const { server, place, options } = await start(t);
  const endpoint = server.url.replace('http:', 'https:');
  await assert.rejects(checkStore(place, { s3: { ...options.s3, endpoint }, giveUpMs: 0 }), {
    message: /no secure connection to 127\.0\.0\.1:\d+ \((EPROTO|ERR_SSL_\w+)\): check the endpoint \(http or https\?\)/,
  });
});

test("a place that can't be reached is named by host and port", async (t) => {
  const { server, place, options } = await start(t);
  await server.pause();
  await assert.rejects(checkStore(place, { ...options, giveUpMs: 0 }), {
    message: new RegExp(`the connection to ${new URL(server.url).host.replaceAll('.', '\\.')} failed \\(ECONNREFUSED\\)`),
  });
  await assert.rejects(checkStore(place, { s3: { ...options.s3, endpoint: 'http://no-such-host.invalid:9000' }, giveUpMs: 0 }), {
    message: /the host name no-such-host\.invalid is not known|no-such-host\.invalid:9000/,
  });
});

test('checksums that an older server does not know can be left out', async (t) => {
  const { server, place, options } = await start(t);
  const checksums = new Set<string>();
  server.onRequest = ({ headers }) => {
    for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer') checksums.add(name);
  };
  await write([rejection(0)], { ...options, to: place });
  assert.ok(checksums.size > 0);
  checksums.clear();
  await write([rejection(1)], { ...options, to: place, s3: { ...options.s3, requestChecksumCalculation: 'WHEN_REQUIRED' } });
  assert.deepEqual([...checksums], []);
  assert.deepEqual(await stored(place, options), [0, 1]);
});

test('temporary keys go with their token', async (t) => {
  const { server, place, options } = await start(t);
  server.keys.set('ASIATEMP', { secret: 'temporary-secret', token: 'the-token' });
  const keys = { ...options.s3, accessKeyId: 'ASIATEMP', secretAccessKey: 'temporary-secret' };
  await checkStore(place, { s3: { ...keys, sessionToken: 'the-token' } });
  await assert.rejects(checkStore(place, { s3: { ...keys, sessionToken: 'another' } }), {
    message: /the token is expired or not valid.*InvalidToken/,
  });
  server.keys.set('ASIATEMP', { secret: 'temporary-secret', token: 'the-token', expired: true });
  const error = await failureOf(checkStore(place, { s3: { ...keys, sessionToken: 'the-token' } }));
  assert.match(error.message, /the token is expired or not valid: renew the session token.*ExpiredToken, 400/);
});

test('a role is taken on by STS', async (t) => {
  const { server, place, options } = await start(t);
  process.env.AWS_ENDPOINT_URL_STS = server.url;
  t.after(() => delete process.env.AWS_ENDPOINT_URL_STS);
  const s3 = { ...options.s3, roleArn: 'arn:aws:iam::123456789012:role/rejects', externalId: 'ours' };
  await write(
    range(700).map((n) => rejection(n, 'people', PAD)),
    { to: place, s3 },
  );
  assert.equal(server.roles, 1);
  assert.deepEqual(await stored(place, options), range(700));
  await assert.rejects(checkStore(place, { s3: { ...s3, externalId: 'wrong' } }), { code: 'CIO_REJECT_STORE' });
});

test('a wrong region is named', async (t) => {
  const { place, options } = await start(t);
  const error = await failureOf(checkStore(place, { s3: { ...options.s3, region: 'us-west-2' } }));
  assert.match(error.message, /the bucket is not in the region us-west-2: set region to the bucket's own/);
});

test('no keys anywhere', async (t) => {
  const { server, place } = await start(t);
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  const empty = await folder(t);
  process.env = { PATH: before.PATH, HOME: empty, AWS_EC2_METADATA_DISABLED: 'true' };
  const error = await failureOf(checkStore(place, { s3: { endpoint: server.url, region: REGION } }));
  assert.match(error.message, /no credentials were found: give accessKeyId and secretAccessKey, or set up the AWS credential chain/);
});

test('a web page that is answered with 200 is not S3: nothing counts as stored, nor as empty', async (t) => {
  const page = createServer((request, response) => void request.resume().on('end', () => response.end('<html>Sign in</html>')));
  await once(page.listen(0, '127.0.0.1'), 'listening');
  t.after(() => page.close());
  const options = { s3: { endpoint: `http://127.0.0.1:${(page.address() as AddressInfo).port}`, region: REGION, ...ACCESS } };
  const says = /the answer is not from S3 \(HTTP 200\): check the endpoint and any proxy/;
  for (const pad of [0, PAD]) {
    const spillTo = await folder(t);
    const count = pad === 0 ? 1 : 600;
    const rejections = range(count).map((n) => rejection(n, 'people', pad));
    const error = await failureOf(write(rejections, { ...options, to: 's3://bucket/rejected', spillTo }));
    assert.match(error.message, says);
    assert.equal((await inFallback(spillTo, error)).length, count);
  }
  await assert.rejects(names('s3://bucket/rejected', options), { code: 'CIO_REJECT_STORE', message: says });
});

test('a list that names its own page as the next one is an error, not read for ever', async (t) => {
  const list = '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>';
  const server = createServer((request, response) => void request.resume().on('end', () => response.end(list)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const options = { s3: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: REGION, ...ACCESS } };
  await assert.rejects(names('s3://bucket/rejected', options), { code: 'CIO_REJECT_STORE', message: /its listing never ends/ });
});
