/** What a web server gives as an input: all of it or an error, whatever breaks on the way; secrets go nowhere else. */
import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { Place } from '../../../../lib/cli/input/places/place.ts';
import { webPlace } from '../../../../lib/cli/input/places/web.ts';
import type { CioError } from '../../../../lib/errors.ts';
import { fastForStores } from '../../../support/fake-clock.ts';
import fc from '../../../support/fast-check.ts';
import { runs } from '../../../support/runs.ts';
import { type WebFile, WebServer } from '../../../support/web-server.ts';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 251));
const ETAG = { etag: '"one"' };
const DATE = { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' };
const { clock } = fastForStores(100);
const never = new AbortController().signal;

interface Found {
  readonly server: WebServer;
  readonly notes: string[];
  find(path?: string, giveUpMs?: number): Promise<Place>;
}

async function serving(t: TestContext, file: WebFile): Promise<Found> {
  const server = await WebServer.start(t);
  server.files.set('/rows.csv', file);
  const notes: string[] = [];
  const find = (path = '/rows.csv', giveUpMs = 60_000): Promise<Place> =>
    webPlace(server.url + path, { clock, giveUpMs }, { note: (note) => notes.push(note), signal: never });
  return { server, notes, find };
}

const failureOf = (work: Promise<unknown>): Promise<CioError> =>
  work.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

test('size, version and whether any part can be had, as the server says', async (t) => {
  const { server, find } = await serving(t, { bytes: BYTES, headers: { ...ETAG, ...DATE } });
  const place = await find();
  assert.deepEqual([place.size, place.version, place.isReplacedWhole], [BYTES.length, '"one"', true]);
  assert.equal(place.label, `${server.url}/rows.csv`);
  const access = await place.openAt?.(never);
  assert.ok(Buffer.from((await access?.slice(10, 20)) ?? new ArrayBuffer()).equals(BYTES.subarray(10, 20)));
  server.files.set('/rows.csv', { bytes: BYTES, headers: { etag: 'W/"weak"', ...DATE }, noRanges: true });
  const plain = await find();
  assert.deepEqual([plain.size, plain.version, plain.openAt], [BYTES.length, DATE['last-modified'], undefined]);
  server.files.set('/rows.csv', { bytes: '' });
  const empty = await find();
  assert.deepEqual([empty.size, empty.version, empty.isReplacedWhole, empty.openAt], [0, undefined, false, undefined]);
  assert.equal(await text(await empty.open(0, never)), '');
});

test('the format is that of the name, of where it is redirected to, or of the content type', async (t) => {
  const { server, find } = await serving(t, {});
  server.files.set('/export', { bytes: 'x', headers: { 'content-type': 'text/csv; charset=utf-8' } });
  server.files.set('/lines', { bytes: 'x', headers: { 'content-type': 'application/x-ndjson' } });
  server.files.set('/latest', { status: 302, headers: { location: '/people.tsv?signed=1' } });
  server.files.set('/people.tsv', { bytes: 'x', headers: { 'content-type': 'application/octet-stream' } });
  const kinds = await Promise.all(['/export', '/lines', '/latest', '/rows.csv'].map(async (path) => (await find(path)).kind));
  assert.deepEqual(kinds, [{ format: 'csv' }, { format: 'ndjson' }, { format: 'csv', delimiter: '\t' }, { format: 'csv' }]);
});

test('law: connections that break anywhere, and errors in between: every byte once', async (t) => {
  for (const file of [
    { bytes: BYTES, headers: ETAG },
    { bytes: BYTES, headers: DATE, noRanges: true },
  ]) {
    const { server, find } = await serving(t, file);
    const fault = fc.oneof(fc.integer({ min: 1, max: BYTES.length }), fc.constantFrom('reset', 503, 429, 408));
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 5 }), fc.nat(BYTES.length), async (faults, from) => {
        server.faults.clear();
        const place = await find();
        for (const one of faults) {
          server.faults.add(one === 'reset' ? {} : typeof one === 'number' && one > 1_000 ? { cutAnswerAfter: one } : { status: 503 });
        }
        const read = await buffer(await place.open(from, never));
        assert.ok(read.equals(BYTES.subarray(from)), `${read.length} bytes from ${from}`);
      }),
      { numRuns: runs(25) },
    );
  }
});

test('a body that is cut off is an error, never an end', async (t) => {
  const { server, find, notes } = await serving(t, { bytes: BYTES, headers: ETAG });
  const place = await find('/rows.csv', 120_000);
  server.faults.add({ cutAnswerAfter: 100_000, times: 1 });
  server.faults.add({ times: 1_000 });
  const gone = await failureOf(buffer(await place.open(0, never)));
  assert.equal(gone.code, 'CIO_SOURCE');
  assert.match(gone.message, /\/rows\.csv can't be read: the connection to 127\.0\.0\.1:\d+ (failed|broke).*, after \d+ attempts$/);
  assert.match(
    notes.join('\n'),
    /^http:\/\/127\.0\.0\.1:\d+\/rows\.csv: the connection to 127\.0\.0\.1:\d+ (failed|broke).*; trying again$/,
  );
  // Without a version nothing says what the rest belongs to.
  server.faults.clear();
  server.files.set('/rows.csv', { bytes: BYTES });
  const bare = await find();
  server.faults.add({ cutAnswerAfter: 100_000 });
  const { message } = await failureOf(buffer(await bare.open(0, never)));
  assert.match(message, /it broke at byte \d+, and the server gives no ETag or Last-Modified/);
});

test('what is replaced while it is read is an error, never a mixture', async (t) => {
  const other = Buffer.from(BYTES).fill(1);
  for (const how of [{}, { ignoresIfRange: true }, { noRanges: true }, { bytes: other.subarray(0, 10) }, { headers: {}, noRanges: true }]) {
    const { server, find } = await serving(t, { bytes: BYTES, headers: ETAG });
    const place = await find();
    server.faults.add({ cutAnswerAfter: 100_000 });
    let reads = 0;
    server.onRequest = () => {
      if (reads++ === 1) server.files.set('/rows.csv', { bytes: other, headers: { etag: '"two"' }, ...how });
    };
    const { code, message } = await failureOf(buffer(await place.open(0, never)));
    assert.deepEqual([code, /replaced while it was being read/.test(message)], ['CIO_SOURCE', true], `${JSON.stringify(how)}: ${message}`);
  }
});

test('another part than was asked for, and a coding that nobody asked for, are not taken', async (t) => {
  const { server, find } = await serving(t, { bytes: BYTES, headers: ETAG });
  const place = await find();
  for (const [from, range] of [
    [5, `bytes 0-${BYTES.length - 1}/${BYTES.length}`],
    // A part of what was asked for would look like all of it.
    [5, `bytes 5-100/${BYTES.length}`],
    [0, `bytes 0-100/${BYTES.length}`],
    [5, 'bytes 5'],
  ] as const) {
    const part = BYTES.subarray(from, 101);
    server.files.set('/rows.csv', { status: 206, bytes: part, headers: { ...ETAG, 'content-range': range } });
    assert.match((await failureOf(buffer(await place.open(from, never)))).message, /bytes other than those asked for/, range);
  }
  server.files.set('/rows.csv', { bytes: BYTES, headers: { 'content-encoding': 'br' } });
  assert.match((await failureOf(buffer(await place.open(0, never)))).message, /it comes compressed \(br\)/);
});

test('a length that nobody says is said', async (t) => {
  const { notes, find } = await serving(t, { bytes: 'a,b\n', openEnded: true });
  const place = await find();
  assert.equal(place.size, undefined);
  assert.equal(await text(await place.open(0, never)), 'a,b\n');
  assert.match(notes.join(), /does not say how long it is/);
});

test('what a server refuses is in words, at once; what may pass is tried again, and not for minutes', async (t) => {
  const { server, find } = await serving(t, {});
  for (const [status, why] of [
    [401, /it asks for a user and a password: .* \(401\)$/],
    [403, /access is refused; if the address is signed, it may have expired \(403\)$/],
    [404, /it does not exist there \(404\)$/],
    [410, /gone for good/],
    [202, /it is not ready yet \(202\)$/],
    [418, /it answered 418$/],
    [503, /it answered 503, after \d+ attempts$/],
  ] as const) {
    server.files.set('/rows.csv', { status, bytes: '<html>secret page</html>' });
    const { code, message } = await failureOf(find('/rows.csv', 600_000));
    assert.deepEqual([code, why.test(message)], ['CIO_SOURCE', true], message);
  }
});

test('credentials and signatures are sent where they belong, and shown nowhere', async (t) => {
  const [server, elsewhere] = [await WebServer.start(t), await WebServer.start(t)];
  const notes: string[] = [];
  const find = (url: string): Promise<Place> => webPlace(url, { clock, giveUpMs: 0 }, { note: (note) => notes.push(note), signal: never });
  const address = server.url.replace('//', '//ada:hunter2hunter2@');
  server.files.set('/here', { status: 301, headers: { location: '/x.csv' } });
  server.files.set('/away', { status: 302, headers: { location: `${elsewhere.url}/x.csv` } });
  server.files.set('/x.csv', { bytes: 'a\n', headers: ETAG });
  elsewhere.files.set('/x.csv', { bytes: 'a\n', headers: ETAG });
  const shown: unknown[] = [];
  for (const path of ['/x.csv', '/here', '/away']) {
    const { open, openAt, ...place } = await find(`${address}${path}?token=topsecrettoken`);
    shown.push(place, await text(await open(0, never)), openAt);
  }
  const basic = `Basic ${Buffer.from('ada:hunter2hunter2').toString('base64')}`;
  assert.ok(server.requests.every(({ headers }) => headers.authorization === basic));
  assert.equal(elsewhere.requests.length, 2);
  assert.ok(elsewhere.requests.every(({ headers }) => headers.authorization === undefined));
  assert.ok(server.requests.some(({ url }) => url?.endsWith('?token=topsecrettoken')));
  for (const path of ['/none', '/reset']) {
    if (path === '/reset') server.faults.add({});
    const error = await failureOf(find(`${address}${path}?token=topsecrettoken`));
    shown.push(error.message, error.todo, error.cause);
  }
  assert.doesNotMatch(JSON.stringify([shown, notes, shown.map(String)]), /hunter2|topsecrettoken/);
});

test('redirects in a circle, to plain http elsewhere, or to nothing are refused', async (t) => {
  const { server, find } = await serving(t, {});
  for (const [location, why] of [
    ['/rows.csv', /redirects more than 10 times/],
    ['http://example.com/x', /redirects to http:\/\/example\.com, which is not safe \(302\)/],
    ['ftp://127.0.0.1/x', /redirects to ftp:\/\/127\.0\.0\.1, which is not safe/],
    ['http://[', /redirects to something that is not an address/],
  ] as const) {
    server.files.set('/rows.csv', { status: 302, headers: { location } });
    const { message } = await failureOf(find());
    assert.match(message, why);
  }
});

test('a server that says nothing more is left at once when reading stops', { timeout: 30_000 }, async (t) => {
  const { server, find } = await serving(t, { bytes: BYTES, headers: ETAG });
  const place = await find();
  for (const how of ['destroyed', 'stopped']) {
    server.faults.add({ silent: true });
    const stop = new AbortController();
    const bytes = await place.open(0, stop.signal);
    const asked = server.requests.length;
    const ended = failureOf(buffer(bytes));
    while (server.requests.length === asked) await new Promise(setImmediate);
    if (how === 'stopped') stop.abort();
    else bytes.destroy();
    await ended;
  }
});
