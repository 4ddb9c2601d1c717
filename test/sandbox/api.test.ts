import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../support/fake-clock.ts';
import { assertTaken, event, identify, start } from '../support/sandbox.ts';
import { EXAMPLES } from '../support/track-arbitrary.ts';

const basic = (text: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const BATCH = '/api/v2/batch';

/** A batch of items of about `itemBytes`, padded to exactly `bytes`. */
function bodyOf(bytes: number, itemBytes = 20_000): string {
  const item = (n: number, length: number): string => {
    const empty = JSON.stringify(identify({ id: `p${n}` }, { nested: { text: '' } }));
    return JSON.stringify(identify({ id: `p${n}` }, { nested: { text: 'x'.repeat(length - empty.length) } }));
  };
  const items: string[] = [];
  let left = bytes - '{"batch":[]}'.length;
  for (let n = 100; left > 2 * itemBytes; n++) {
    items.push(item(n, itemBytes));
    left -= itemBytes + 1;
  }
  items.push(item(900, Math.floor(left / 2)), item(901, left - Math.floor(left / 2) - 1));
  const body = `{"batch":[${items.join()}]}`;
  assert.equal(Buffer.byteLength(body), bytes);
  return body;
}

/** An identify of exactly so many bytes. */
function itemOf(bytes: number): string {
  const around = JSON.stringify(identify({ id: 'big' }, { nested: [''] })).length;
  return JSON.stringify(identify({ id: 'big' }, { nested: ['x'.repeat(bytes - around)] }));
}

test('all 18 operations are taken, one by one and together', async (t) => {
  const sandbox = await start(t);
  for (const example of EXAMPLES) assertTaken(await sandbox.post('/api/v2/entity', example));
  assertTaken(await sandbox.batch(...EXAMPLES));
  const { applied, ignored, duplicates, refused, requests } = sandbox.state().counts;
  assert.equal(applied + ignored + duplicates, 2 * EXAMPLES.length);
  assert.deepEqual([refused, requests], [0, EXAMPLES.length + 1]);
});

test('the credentials must be right', async (t) => {
  const sandbox = await start(t, { siteId: 'site', apiKey: 'key:with:colons' });
  assertTaken(await sandbox.post(BATCH, { batch: [identify({ id: 1 })] }, basic('site:key:with:colons')));
  for (const headers of [basic('site:wrong'), basic('site'), basic(''), { authorization: 'Bearer x' }, { authorization: '' }]) {
    const reply = await sandbox.post(BATCH, { batch: [identify({ id: 2 })] }, headers);
    assert.deepEqual([reply.status, reply.json], [401, { meta: { error: 'Unauthorized' } }]);
  }
  assert.equal((await fetch(`${sandbox.url}/api/v1/accounts/region`)).status, 401);
  assert.equal(sandbox.state().people.length, 1);
  assert.equal(sandbox.state().counts.unauthorized, 6);
});

test('the call for the region', async (t) => {
  const sandbox = await start(t, { region: 'eu' });
  const reply = await sandbox.get('/api/v1/accounts/region');
  assert.deepEqual([reply.status, reply.json], [200, { url: sandbox.url, region: 'eu', environment_id: 1 }]);
});

test('an account of the other region: 401, or a redirect that keeps the path', async (t) => {
  const eu = await start(t, { region: 'eu' });
  const us = await start(t, { accountRegion: 'eu' });
  assert.equal((await us.batch(identify({ id: 1 }))).status, 401);
  assert.deepEqual((await us.get('/api/v1/accounts/region')).json, {
    url: 'https://track-eu.customer.io',
    region: 'eu',
    environment_id: 1,
  });
  const leading = await start(t, { accountRegion: 'eu', elsewhere: `${eu.url}/` });
  const reply = await leading.batch(identify({ id: 1 }));
  assert.deepEqual([reply.status, reply.headers.get('location')], [307, eu.url + BATCH]);
  const followed = await fetch(`${leading.url}${BATCH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ batch: [identify({ id: 1 })] }),
    // fetch drops the credentials on the way to another origin, as it should.
  });
  assert.equal(followed.status, 401);
  assert.deepEqual((await leading.get('/api/v1/accounts/region')).json.url, `${eu.url}/`);
});

test('unknown paths and wrong methods', async (t) => {
  const sandbox = await start(t);
  assert.equal((await sandbox.post('/api/v1/customers/1', {})).status, 404);
  assert.equal((await sandbox.get('/constructor')).status, 404);
  assert.equal(sandbox.state().counts.requests, 1, 'what is not under /api/ is no request to the API');
  const reply = await sandbox.get(BATCH);
  assert.deepEqual([reply.status, reply.headers.get('allow')], [405, 'POST']);
  assert.equal((await sandbox.post('/state', {})).status, 405);
});

test('the body must say that it is JSON, be JSON, and not be packed', async (t) => {
  const sandbox = await start(t);
  const body = { batch: [identify({ id: 1 })] };
  assertTaken(await sandbox.post(BATCH, body, { 'content-type': 'Application/JSON; charset=utf-8' }));
  const wrong: Record<string, string>[] = [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ];
  for (const headers of wrong) {
    const reply = await sandbox.post(BATCH, body, headers);
    assert.deepEqual([reply.status, reply.json.errors.length], [400, 1]);
  }
  for (const broken of ['', '{"batch":[', '{"batch":[]}', '[]', `{"batch":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`]) {
    const reply = await sandbox.post(BATCH, broken);
    assert.deepEqual(
      [reply.status, reply.json.errors.length, typeof reply.json.errors[0].message],
      [400, 1, 'string'],
      broken.slice(0, 20),
    );
  }
  assert.equal((await sandbox.post('/api/v2/entity', '[]')).status, 400);
  assert.equal((await sandbox.post('/api/v2/entity', 'x')).status, 400);
});

test('some refused: 207 names them by index, the rest is applied', async (t) => {
  const sandbox = await start(t);
  const reply = await sandbox.batch(
    identify({ id: 'a' }, { plan: 'pro' }),
    identify({ id: { nested: 1 } }),
    identify({ id: 'b' }, { note: 'x'.repeat(1_001) }),
    event({ id: 'c' }, '', {}),
    identify({ id: 'd' }, { plan: 'free' }),
  );
  assert.equal(reply.status, 207);
  assert.deepEqual(reply.json, {
    errors: [
      { batch_index: 1, reason: 'invalid', field: 'identifiers.id', message: 'must be a string or a number' },
      { batch_index: 2, reason: 'invalid', field: 'attributes.note', message: 'property value cannot be longer than 1000 bytes' },
      { batch_index: 3, reason: 'required', field: 'name', message: 'cannot be blank' },
    ],
  });
  assert.deepEqual(
    sandbox.state().people.map(({ id }) => id),
    ['a', 'd'],
  );
  assert.deepEqual([sandbox.state().counts.applied, sandbox.state().counts.refused], [2, 3]);
});

test('all refused: 400 without an index', async (t) => {
  const sandbox = await start(t);
  const wrong = event({ id: 'c' }, 'x', { timestamp: 'now' });
  const errors = [{ reason: 'invalid', field: 'timestamp', message: 'must be an integer' }];
  for (const reply of [await sandbox.batch(wrong), await sandbox.post('/api/v2/entity', wrong)])
    assert.deepEqual([reply.status, reply.json], [400, { errors }]);
  assert.equal((await sandbox.batch(wrong, wrong)).json.errors.length, 2);
});

test('a body of 500,000 bytes is taken, one of 500,001 is not', async (t) => {
  const sandbox = await start(t);
  assertTaken(await sandbox.post(BATCH, bodyOf(500_000)));
  const reply = await sandbox.post(BATCH, bodyOf(500_001));
  assert.deepEqual([reply.status, reply.json.errors[0].message], [413, 'the request is too large']);
  assert.equal((await sandbox.post(BATCH, 'x'.repeat(5_000_000))).status, 413);
});

test('switch: tooLargeStatus', async (t) => {
  const sandbox = await start(t, { tooLargeStatus: 400 });
  assert.equal((await sandbox.post(BATCH, bodyOf(500_001))).status, 400);
});

test('an item of 32,768 bytes is taken, one of 32,769 is not', async (t) => {
  const sandbox = await start(t);
  for (const path of ['/api/v2/entity', BATCH]) {
    const bodyWith = (item: string): string => (path === BATCH ? `{"batch":[${item} ,${JSON.stringify(identify({ id: 'x' }))}]}` : item);
    assertTaken(await sandbox.post(path, bodyWith(itemOf(32_768))));
    const reply = await sandbox.post(path, bodyWith(itemOf(32_769)));
    assert.deepEqual([reply.status, reply.json.errors[0].message], [path === BATCH ? 207 : 400, 'cannot be larger than 32768 bytes']);
  }
});

test('switch: kilo', async (t) => {
  const thousand = await start(t, { kilo: 1000 });
  assertTaken(await thousand.post('/api/v2/entity', itemOf(32_000)));
  assert.equal((await thousand.post('/api/v2/entity', itemOf(32_001))).status, 400);
  assert.equal((await thousand.post(BATCH, bodyOf(500_001))).status, 413);
  const binary = await start(t, { kilo: 1024 });
  assertTaken(await binary.post('/api/v2/entity', itemOf(32_768)));
  assertTaken(await binary.post(BATCH, bodyOf(512_000)));
  assert.equal((await binary.post(BATCH, bodyOf(512_001))).status, 413);
});

test('switch: partialStatus', async (t) => {
  const sandbox = await start(t, { partialStatus: 200 });
  const reply = await sandbox.batch(identify({ id: 1 }), 7);
  assert.deepEqual([reply.status, reply.json.errors.length], [200, 1]);
});

test('switch: anonymousEvents', async (t) => {
  const visit = event({ anonymous_id: 'v' }, 'seen');
  const open = await start(t);
  assertTaken(await open.batch(visit));
  assert.deepEqual([open.state().people.length, open.state().events[0]?.identifiers], [0, { anonymous_id: 'v' }]);
  const closed = await start(t, { anonymousEvents: false });
  assert.equal((await closed.batch(visit)).status, 400);
});

const FIT_AND_OVER: [what: string, item: (extra: string) => unknown, field: string][] = [
  ['an attribute name of 150 bytes', (extra) => identify({ id: 1 }, { [`${'é'.repeat(75)}${extra}`]: 1 }), 'attributes.'],
  ['a value of 1,000 bytes', (extra) => identify({ id: 1 }, { a: `${'€'.repeat(333)}x${extra}` }), 'attributes.a'],
  ['an event name of 100 bytes', (extra) => event({ id: 1 }, `${'😀'.repeat(25)}${extra}`), 'name'],
  ['an id of 150 bytes', (extra) => identify({ id: `${'€'.repeat(50)}${extra}` }), 'identifiers.id'],
  [
    'an object id of 150 bytes',
    (extra) => ({ type: 'object', action: 'identify', identifiers: { object_type_id: '1', object_id: `${'é'.repeat(75)}${extra}` } }),
    'identifiers.object_id',
  ],
  [
    'an id to merge of 150 bytes',
    (extra) => ({ type: 'person', action: 'merge', primary: { id: 'a' }, secondary: { email: `${'é'.repeat(75)}${extra}` } }),
    'secondary.email',
  ],
  [
    'a value of a relationship of 1,000 bytes',
    (extra) =>
      identify({ id: 1 }, undefined, {
        cio_relationships: [{ identifiers: { cio_object_id: 'x' }, relationship_attributes: { a: `${'é'.repeat(500)}${extra}` } }],
      }),
    'cio_relationships[0].relationship_attributes.a',
  ],
];

for (const [what, item, field] of FIT_AND_OVER) {
  test(`${what} is taken, with one byte more it is not`, async (t) => {
    const sandbox = await start(t);
    assertTaken(await sandbox.batch(item('')));
    const reply = await sandbox.batch(item('x'));
    assert.equal(reply.status, 400);
    assert.ok(reply.json.errors[0].field.startsWith(field), reply.text);
  });
}

test('300 attributes are taken, 301 are not; an event may have more', async (t) => {
  const sandbox = await start(t);
  const bag = (n: number): object => Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${i}`, i]));
  assertTaken(await sandbox.batch(identify({ id: 1 }, bag(300))));
  const reply = await sandbox.batch(identify({ id: 1 }, bag(301)));
  assert.deepEqual([reply.status, reply.json.errors[0].field], [400, 'attributes']);
  assertTaken(await sandbox.batch(event({ id: 1 }, 'x', { attributes: bag(301) })));
});

test("with the connector's limits an event has those of a person; without, long values and names are taken", async (t) => {
  const [published, connector] = [await start(t), await start(t, { limits: 'connector' })];
  const bag = (n: number): object => Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${i}`, i]));
  const overs: [attributes: object, field: string][] = [
    [{ a: 'x'.repeat(1_001) }, 'attributes.a'],
    [{ ['k'.repeat(151)]: 1 }, `attributes.${'k'.repeat(151)}`],
    [bag(301), 'attributes'],
  ];
  for (const [attributes, field] of overs) {
    assertTaken(await published.batch(event({ id: 1 }, 'x', { attributes })));
    const reply = await connector.batch(event({ id: 1 }, 'x', { attributes }));
    assert.deepEqual([reply.status, reply.json.errors[0].field], [400, field]);
  }
  assertTaken(await connector.batch(event({ id: 1 }, 'x', { attributes: { ...bag(299), a: 'x'.repeat(1_000) } })));
});

test('more than the rate in any second: 429 with Retry-After, and nothing applied', async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { requestsPerSecond: 2, clock });
  const send = async (n: number): Promise<number> => (await sandbox.batch(identify({ id: n }))).status;
  assert.equal(await send(1), 200);
  await clock.run(600);
  assert.deepEqual([await send(2), await send(3)], [200, 429]);
  await clock.run(300);
  const reply = await sandbox.get('/api/v1/accounts/region');
  assert.deepEqual([reply.status, reply.headers.get('retry-after'), reply.json], [429, '1', { meta: { error: 'Too Many Requests' } }]);
  await clock.run(200);
  // 1,100 ms: the first has left the window, the second has not.
  assert.deepEqual([await send(4), await send(5)], [200, 429]);
  assert.deepEqual(
    sandbox.state().people.map(({ id }) => id),
    [1, 2, 4],
  );
  assert.equal(sandbox.state().counts.limited, 3);
  // The wrong credentials take nobody's turn.
  await clock.run(5_000);
  for (let n = 0; n < 5; n++) await sandbox.post(BATCH, '', { authorization: 'x' });
  assert.equal(await send(6), 200);
});
