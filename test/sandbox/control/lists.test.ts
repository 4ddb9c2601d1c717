/** Lists over HTTP: pages of them, what a search finds, and what is not a question. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, identify, start } from '../../support/sandbox.ts';

const cioIds = (reply: { json: { items: { id: string }[] } }): string[] => reply.json.items.map(({ id }) => id);

test('a list comes in pages, the newest first; past the end there is nothing, and the total stays', async (t) => {
  const sandbox = await start(t);
  for (let from = 0; from < 1_100; from += 550)
    await sandbox.batch(...Array.from({ length: 550 }, (_, n) => identify({ id: `p${from + n}` })));
  const cases: [query: string, offset: number, length: number, first: string | undefined][] = [
    ['', 0, 50, 'p1099'],
    ['?limit=0', 0, 0, undefined],
    ['?limit=1&offset=7', 7, 1, 'p1092'],
    ['?limit=1000', 0, 1_000, 'p1099'],
    ['?limit=1000&offset=1000', 1_000, 100, 'p99'],
    ['?offset=1100', 1_100, 0, undefined],
    ['?offset=999999999999999', 999_999_999_999_999, 0, undefined],
    ['?search=p109&limit=2', 0, 2, 'p1099'],
  ];
  for (const [query, offset, length, first] of cases) {
    const reply = await sandbox.get(`/state/people${query}`);
    const total = query.includes('search') ? 11 : 1_100;
    assert.deepEqual([reply.status, reply.json.total, reply.json.offset, cioIds(reply).length], [200, total, offset, length], query);
    assert.equal(cioIds(reply)[0], first, query);
  }
});

test('what is not a question is a 400 that says why, as JSON, on every list', async (t) => {
  const sandbox = await start(t);
  const wrong = ['limit=1001', 'limit=-1', 'limit=1.5', 'limit=', 'limit=x', 'offset=-1', 'offset=1e3', `offset=${'9'.repeat(16)}`];
  for (const path of ['/state', '/state/people', '/state/events', '/state/suppressed', '/requests', '/refused'])
    for (const query of wrong) {
      const reply = await sandbox.get(`${path}?${query}`);
      assert.deepEqual([reply.status, reply.headers.get('content-type')], [400, 'application/json; charset=utf-8'], `${path}?${query}`);
      assert.match(reply.json.meta.error, new RegExp(`"${query.split('=')[0]}"`));
    }
  for (const status of ['x', '42', '6xx', '4XX', '429,503']) {
    const reply = await sandbox.get(`/requests?status=${status}`);
    assert.deepEqual([reply.status, /status must be/.test(reply.json.meta.error)], [400, true], status);
  }
});

test('a search looks into identifiers and values, in any case, and not into what is hidden', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    identify({ email: 'Ada@example.com' }, { city: 'München', plan: { name: 'Pro', seats: 12 } }),
    identify({ id: 'g' }, { city: 'Graz' }),
    event({ id: 'g' }, 'bought', { attributes: { item: '<b>Tea</b>' } }),
    event({ email: 'Ada@example.com' }, 'signed up'),
    identify({}),
  );
  const totals: [path: string, total: number][] = [
    ['/state/people?search=ada@EXAMPLE', 1],
    ['/state/people?search=m%C3%BCnchen', 1],
    ['/state/people?search=%22seats%22:12', 1],
    ['/state/people?search=%20%20graz%20', 1],
    ['/state/people?search=city', 0],
    ['/state/people?search=', 2],
    ['/state/events?search=%3Cb%3Etea', 1],
    ['/state/events?search=ada@', 1],
    ['/requests?search=M%C3%BCnchen', 1],
    ['/requests?search=POST%20/api/v2/batch', 1],
    ['/requests?search=basic%20', 0],
    ['/refused?search=identifiers', 1],
    ['/refused?search=graz', 0],
  ];
  for (const [path, total] of totals) assert.equal((await sandbox.get(path)).json.total, total, path);
});

test('events of one person, the newest first, and the page of that person', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    identify(
      { id: 'a' },
      { email: 'a@example.com', plan: 'pro' },
      { cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'acme' } }] },
    ),
    event({ id: 'a' }, 'first'),
    event({ id: 'b' }, 'other'),
    event({ email: 'a@example.com' }, 'second'),
  );
  const { cio_id } = sandbox.person('id', 'a') ?? assert.fail();
  const events = await sandbox.get(`/state/events?person=${cio_id}`);
  const names = events.json.items.map(({ name }: { name: string }) => name);
  assert.deepEqual([events.json.total, names], [2, ['second', 'first']]);
  assert.equal((await sandbox.get('/state/events?person=nobody')).json.total, 0);
  assert.equal((await sandbox.get(`/state/people/${cio_id}/more`)).status, 404);
  const { json } = await sandbox.get(`/state/people/${cio_id}`);
  assert.deepEqual([json.id, json.email, json.attributes, json.events], ['a', 'a@example.com', { plan: 'pro' }, 2]);
  assert.deepEqual([json.relationships.length, json.relationships[0].object_id], [1, 'acme']);
});
