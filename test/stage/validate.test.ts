import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { z } from 'zod';
import { CioError } from '../../lib/errors.ts';
import { loadHash } from '../../lib/hash.ts';
import { ExactNumber } from '../../lib/json/exact.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Entry } from '../../lib/record/entry.ts';
import { Origin, withOrigin } from '../../lib/record/origin.ts';
import { readRecord } from '../../lib/record/read.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import type { ValidateOptions } from '../../lib/stage/options.ts';
import { validate, validator } from '../../lib/stage/validate.ts';
import { isUlid } from '../../lib/track/event-id.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type FlatOrigin, originFrom } from '../support/flat-origin.ts';
import { GetterDocument, JsonDocument } from '../support/mapper-documents.ts';

await loadHash();

function entry(options: ValidateOptions, record: object): Entry {
  const result = validator(options)(record as SourceRecord);
  assert.ok(result instanceof Entry, result instanceof Rejection ? `${result.cause.field} ${result.cause.message}` : '');
  return result;
}
function rejection(options: ValidateOptions, record: object): { reason: string; field: string | undefined; message: string } {
  const result = validator(options)(record as SourceRecord);
  assert.ok(result instanceof Rejection, 'not rejected');
  const { reason, field, message, stage } = result.cause;
  assert.equal(stage, 'validate');
  assert.equal(result.record, record);
  return { reason, field, message };
}
const inTenYears = new Date().getUTCFullYear() + 10;
const people: ValidateOptions = { object: 'person_identify', identifier: 'email' };
const events: ValidateOptions = { object: 'person_event', identifier: 'email' };
const raw: ValidateOptions = { object: 'entry' };

test('a person row: the identifier goes to its place, all else is an attribute', () => {
  const { operation, json, bytes } = entry(people, {
    person_email: 'a@example.com',
    plan: 'pro',
    tags: ['x'],
    timestamp: 5,
    nested: { é: null },
  });
  assert.deepEqual(operation, {
    type: 'person',
    action: 'identify',
    identifiers: { email: 'a@example.com' },
    attributes: { plan: 'pro', tags: ['x'], timestamp: 5, nested: { é: null } },
  });
  assert.equal(json, JSON.stringify(operation));
  assert.equal(bytes, Buffer.byteLength(json));
});

test('an event row', () => {
  const id = '01HZX3Y8Q4T5V6W7X8Y9ZABCDE';
  const { operation } = entry(events, { person_email: 'a@b.c', event_name: ' bought ', event_id: id, timestamp: 1_700_000_000, price: 3 });
  assert.deepEqual(operation, {
    type: 'person',
    action: 'event',
    identifiers: { email: 'a@b.c' },
    name: 'bought',
    id,
    timestamp: 1_700_000_000,
    attributes: { price: 3 },
  });
});

test('identifiers: each kind, auto takes the first present of cio_id, id, email, phone', () => {
  const all = { person_phone: '+491', person_email: 'a@b.c', person_id: 7, person_cio_id: 'c1' };
  const idsOf = (identifier: ValidateOptions['identifier'], record: object): unknown =>
    entry({ object: 'person_identify', ...(identifier ? { identifier } : {}) }, record).operation.identifiers;
  assert.deepEqual(idsOf('email', all), { email: 'a@b.c' });
  assert.deepEqual(idsOf('phone', all), { phone: '+491' });
  assert.deepEqual(idsOf('cio_id', all), { cio_id: 'c1' });
  assert.deepEqual(idsOf('id', all), { id: 7 });
  assert.deepEqual(idsOf('id', { person_id: '7' }), { id: '7' });
  assert.deepEqual(idsOf(undefined, all), { cio_id: 'c1' });
  assert.deepEqual(idsOf('auto', { ...all, person_cio_id: null }), { id: 7 });
  assert.deepEqual(idsOf('auto', { person_phone: '+491', person_email: '' }), { phone: '+491' });
});

test('empty, null, missing and wrong-typed identifiers are rejected by the name of the column', () => {
  for (const value of ['', '  ', null, undefined, true, 5, {}, []]) {
    assert.equal(rejection(people, { person_email: value, a: 1 }).field, 'person_email', String(value));
    assert.equal(rejection(events, { person_email: value, event_name: 'x' }).reason, 'invalid');
  }
  for (const value of ['', null, true, {}])
    assert.equal(rejection({ object: 'person_identify', identifier: 'id' }, { person_id: value }).field, 'person_id');
  assert.match(
    rejection({ object: 'person_identify' }, { mail_sent: 1 }).message,
    /none of person_cio_id, person_id, person_email, person_phone/,
  );
});

test('columns names the columns of record fields; a mapped timestamp orders updates of people', () => {
  const { operation } = entry(
    { object: 'person_identify', identifier: 'email', columns: { 'E-Mail': 'person_email', updated_at: 'timestamp' } },
    { 'E-Mail': 'a@b.c', updated_at: '2026-01-02T03:04:05+02:00', person_email: 'stays an attribute' },
  );
  assert.deepEqual(operation, {
    type: 'person',
    action: 'identify',
    identifiers: { email: 'a@b.c' },
    timestamp: 1_767_315_845,
    attributes: { person_email: 'stays an attribute' },
  });
});

test('timestamps: converted or rejected, never sent wrong', () => {
  const sent = (timestamp: unknown): unknown => entry(events, { person_email: 'a@b.c', event_name: 'x', timestamp }).operation.timestamp;
  assert.equal(sent(1_700_000_000), 1_700_000_000);
  assert.equal(sent(1_700_000_000_123), 1_700_000_000);
  assert.equal(sent('2023-11-14T22:13:20Z'), 1_700_000_000);
  assert.equal(sent('2023-11-14T23:13:20.5+01:00'), 1_700_000_000);
  assert.equal(sent('2023-11-14 22:13:20'), 1_700_000_000);
  assert.equal(sent(null), undefined);
  for (const timestamp of ['yesterday', -1, '', Number.NaN, true, {}, '2023-02-30', 1e14, 45_292, '01/02/2024', '1970-01-01'])
    assert.equal(rejection(events, { person_email: 'a@b.c', event_name: 'x', timestamp }).field, 'timestamp', String(timestamp));
});

test('event names and ids', () => {
  for (const event_name of [undefined, null, '', ' ', 5])
    assert.equal(rejection(events, { person_email: 'a@b.c', event_name }).field, 'event_name');
  for (const event_id of [{}, [], true])
    assert.equal(rejection(events, { person_email: 'a@b.c', event_name: 'x', event_id }).field, 'event_id');
  const idOf = (event_id: unknown): string => String(entry(events, { person_email: 'a@b.c', event_name: 'x', event_id }).operation.id);
  const uuid = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';
  assert.ok(isUlid(idOf(uuid)));
  assert.equal(idOf(uuid), idOf(uuid));
  assert.notEqual(idOf(uuid), idOf(`${uuid}x`));
  assert.equal(idOf(7), idOf('7'));
  assert.notEqual(idOf(''), idOf(''), 'an empty id is none');
});

test('an event id is derived from event_id, name and person: different events differ, the same one is the same', () => {
  const idOf = (row: object, options: ValidateOptions = { object: 'person_event' }): string =>
    String(entry(options, { person_email: 'ada@x.io', event_name: 'placed', event_id: 1, ...row }).operation.id);
  const first = idOf({});
  assert.ok(isUlid(first));
  // The same event, however it is spelled.
  for (const same of [
    { person_email: ' ADA@x.io\u200b' },
    { event_name: 'placed ' },
    { event_id: '1' },
    { event_id: ' 1\ufeff' },
    { total: 5 },
  ])
    assert.equal(idOf(same), first, JSON.stringify(same));
  const others = [{ event_id: 2 }, { event_name: 'refunded' }, { person_email: 'bob@x.io' }, { event_name: 'Placed' }];
  const people = [{ person_id: 'ada@x.io' }, { person_id: 7 }, { person_phone: '7' }].map((row) => ({ person_email: '', ...row }));
  assert.equal(new Set([first, ...[...others, ...people].map((row) => idOf(row))]).size, 8);
  assert.equal(idOf({ person_id: 7, person_email: '' }), idOf({ person_id: '7', person_email: '' }));
  // Where one text ends and the next begins is part of it.
  assert.notEqual(idOf({ event_id: '1', event_name: '1x' }), idOf({ event_id: '11', event_name: 'x' }));
  assert.notEqual(
    idOf({ event_name: 'x', person_email: '', person_id: 'y' }),
    idOf({ event_name: 'xid', person_email: '', person_id: 'y' }),
  );
  const operation = { type: 'person', action: 'event', identifiers: { email: 'ada@x.io' }, name: 'placed', id: '1' };
  assert.equal(idOf({ ...operation }, raw), first, 'as an operation it is the same event');
  assert.notEqual(idOf({ ...operation, action: 'page' }, raw), idOf({ ...operation, action: 'screen' }, raw));
  const ulid = '01hzx3y8q4t5v6w7x8y9zabcde';
  for (const row of [{}, { person_email: 'bob@x.io' }, { event_name: 'refunded' }])
    assert.equal(idOf({ ...row, event_id: ` ${ulid}` }), ulid.toUpperCase());
});

test('a row read from rejects of which a function made a part is not sent in its place', () => {
  const row = withOrigin({ person_email: 'a@b.c', event_name: 'x' }, originFrom({ eventId: 'E', part: 1, wanted: 1 }));
  const made = validator(events)(row);
  assert.match(made instanceof Rejection ? made.cause.message : '', /give the function again \(--transform, map\(\)\)/);
  assert.equal((made as Rejection).origin?.part, 1);
});

test('an event id without event_id: the place decides, and only a place that differs for each row', () => {
  const idOf = (origin: FlatOrigin, record: object = {}): string => {
    const row = withOrigin({ person_email: 'a@b.c', event_name: 'x', ...record }, originFrom({ raw: '{}', ...origin }));
    return String(entry(events, row).operation.id);
  };
  const timed = { timestamp: 1_700_000_000 };
  const place = { source: 'f.ndjson', line: 3 };
  assert.equal(idOf(place, timed), idOf(place, timed));
  assert.notEqual(idOf(place, timed), idOf({ ...place, line: 4 }, timed));
  assert.notEqual(idOf(place, timed), idOf({ ...place, source: 'g' }, timed));
  assert.notEqual(idOf(place, timed), idOf({ ...place, raw: '{ }' }, timed));
  assert.notEqual(idOf(place, timed), idOf({ ...place, part: 1 }, timed));
  assert.notEqual(idOf(place), idOf(place), 'no time, no version: tomorrow the same line may be another event');
  assert.equal(idOf({ ...place, version: 'v1' }), idOf({ ...place, version: 'v1' }));
  assert.notEqual(idOf({ ...place, version: 'v1' }), idOf({ ...place, version: 'v2' }));
  assert.notEqual(idOf({ line: 3 }, timed), idOf({ line: 3 }, timed), 'standard input has no name');
  assert.equal(idOf({ ...place, eventId: 'FIRST' }, { event_id: 'other' }), 'FIRST');
});

test('numbers reach the entry digit for digit', () => {
  const text = '{"person_id":12345678901234567890,"a":0.1000000000000000055,"b":[1e3,{"c":9007199254740993}],"d":1.50}';
  const record = readRecord(text, new Origin({ raw: text }), 'ndjson') as SourceRecord;
  assert.equal(
    entry({ object: 'person_identify', identifier: 'id' }, record).json,
    '{"type":"person","action":"identify","identifiers":{"id":12345678901234567890},"attributes":{"a":0.1000000000000000055,"b":[1000,{"c":9007199254740993}],"d":1.5}}',
  );
  assert.match(
    entry({ object: 'person_identify', identifier: 'id' }, { person_id: 12345678901234567890n, a: 1 }).json,
    /"id":12345678901234567890}/,
  );
});

test('__proto__ and constructor are ordinary attributes', () => {
  const record = JSON.parse('{"person_email":"a@b.c","__proto__":{"admin":true},"constructor":"x"}');
  assert.match(entry(people, record).json, /"attributes":{"__proto__":{"admin":true},"constructor":"x"}/);
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

test('what JSON would turn into null is rejected: null removes an attribute', () => {
  const operation = { type: 'person', action: 'identify', identifiers: { email: 'a@b.c' } };
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) {
    const { reason, field } = rejection(people, { person_email: 'a@b.c', value });
    assert.deepEqual([reason, field], ['invalid', 'value']);
    assert.equal(rejection(people, { person_email: 'a@b.c', attributes: { deep: [1, value] } }).field, 'attributes.deep.1');
    assert.equal(rejection({ object: 'entry' }, { ...operation, attributes: { value } }).field, 'attributes.value');
  }
  assert.ok(entry(people, { person_email: 'a@b.c', value: null, text: 'null' }));
  const circular: Record<string, unknown> = { person_email: 'a@b.c' };
  circular.self = circular;
  assert.equal(rejection(people, circular).reason, 'invalid');
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assert.match(rejection(people, { person_email: 'a@b.c', deep }).message, /nested too deeply/);
});

test('an identify without attributes is sent with a warning', () => {
  assert.deepEqual(entry(people, { person_email: 'a@b.c' }).warnings, ['empty_identify']);
  assert.equal(entry(people, { person_email: 'a@b.c', a: 1 }).warnings, undefined);
  assert.equal(entry(events, { person_email: 'a@b.c', event_name: 'x' }).warnings, undefined);
});

test('entry rows: all is checked, nothing is taken away', () => {
  const merge = { type: 'person', action: 'merge', primary: { id: 1 }, secondary: { email: 'a@b.c' }, unknown_member: 1 };
  assert.equal(entry(raw, merge).json, JSON.stringify(merge));
  assert.equal(
    entry(raw, { type: 'person', action: 'identify', identifiers: { id: 1 }, timestamp: '2023-11-14T22:13:20Z' }).operation.timestamp,
    1_700_000_000,
  );
  assert.ok(isUlid(String(entry(raw, { type: 'person', action: 'page', identifiers: { id: 1 }, name: 'x' }).operation.id)));
  const two = rejection(raw, { type: 'person', action: 'delete', identifiers: { id: 1, email: 'a@b.c' } });
  assert.deepEqual(two, { reason: 'invalid', field: 'identifiers', message: 'must hold exactly one of id, email, phone, cio_id' });
  assert.equal(rejection(raw, { type: 'persona', action: 'delete' }).field, 'type');
  assert.match(rejection(raw, { type: 'person', action: 'explode' }).message, /must be one of identify, delete/);
  assert.equal(rejection(raw, { type: 'person', action: 'delete' }).message, 'is missing');
});

test('a schema of your own comes first; what it gives is mapped, the record as it came is kept', () => {
  const schema = z.object({ person_email: z.email(), age: z.coerce.number().min(18) });
  const row = { person_email: 'a@example.com', age: '20', more: 1 };
  const made = entry({ ...people, schema }, row);
  assert.deepEqual(made.operation.attributes, { age: 20 });
  assert.equal(made.record, row);
  assert.equal(rejection({ ...people, schema }, { person_email: 'a@example.com', age: 3 }).field, 'age');
});

test('bad options are one clear error', () => {
  const failure = (options: object): CioError => {
    try {
      validate(options as ValidateOptions);
    } catch (error) {
      assert.ok(error instanceof CioError);
      return error;
    }
    return assert.fail('accepted');
  };
  assert.match(failure({ object: 'person' }).message, /option "object": must be 'person_identify'/);
  assert.match(failure({ object: 'entry', identifer: 'id' }).message, /unknown option "identifer": did you mean "identifier"\?/);
  assert.match(failure({ object: 'entry', columns: { x: 'person_email' } }).message, /columns/);
});

test('rejections, skips and checkpoints pass untouched and in order', async () => {
  const others = [
    new Rejection({ reason: 'malformed', message: '', stage: 'x' }, undefined),
    new Skipped('filtered', {}),
    new Checkpoint(1),
  ];
  const out = await Readable.from([others[0], { person_email: 'a@b.c', a: 1 }, others[1], others[2]])
    .pipe(validate(people))
    .toArray();
  assert.equal(out[0], others[0]);
  assert.ok(out[1] instanceof Entry);
  assert.deepEqual(out.slice(2), others.slice(1));
});

test('a schema or a getter that throws costs its record; a schema that is async is a mistake in the options', () => {
  const throws = z.looseObject({}).transform(() => {
    throw new Error('boom');
  });
  const failed = rejection({ ...people, schema: throws }, { person_email: 'a@example.com' });
  assert.deepEqual([failed.reason, failed.message], ['invalid', 'the schema failed: Error: boom']);
  const getter = {
    person_email: 'a@example.com',
    get plan(): string {
      throw new Error('closed');
    },
  };
  assert.deepEqual(rejection(people, getter), { reason: 'invalid', field: 'plan', message: "can't be read" });
  const proxy = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name === 'string') throw Object.create(null);
        return undefined;
      },
    },
  );
  assert.equal(rejection(people, proxy).reason, 'invalid');
  const later = z.looseObject({}).refine(async () => true);
  assert.throws(() => validator({ ...people, schema: later })({ person_email: 'a@example.com' }), {
    code: 'CIO_OPTIONS',
    message: /async/,
  });
});

test('the time of a device is read like any other', () => {
  const device = (last_used: unknown): object => ({
    ...{ type: 'person', action: 'add_device', identifiers: { id: 1 } },
    device: { token: 't', platform: 'ios', last_used },
  });
  const sent = (last_used: unknown): unknown => (entry(raw, device(last_used)).operation.device as { last_used?: number }).last_used;
  assert.deepEqual([1_700_000_000_000, '2023-11-14T22:13:20Z', 1_700_000_000].map(sent), [1_700_000_000, 1_700_000_000, 1_700_000_000]);
  assert.equal(sent(null), undefined);
  assert.equal(rejection(raw, device('yesterday')).field, 'device.last_used');
});

test('a value that JSON would make an empty object of is a rejection that names it', () => {
  for (const [name, value] of Object.entries({ map: new Map([[1, 2]]), set: new Set([1]), pattern: /x/, late: Promise.resolve() })) {
    assert.equal(rejection(people, { person_email: 'a@b.c', deep: { [name]: value } }).field, `deep.${name}`);
  }
  const empty = { plain: {}, none: Object.create(null), list: [], said: Object.assign(new Map(), { toJSON: () => ({}) }) };
  assert.match(entry(people, { person_email: 'a@b.c', ...empty }).json, /"plain":\{\},"none":\{\},"list":\[\],"said":\{\}/);
});

test('a record that is no plain object: what its toJSON() gives, or a rejection that names it; never its insides', () => {
  const shape: ValidateOptions = { object: 'person_identify', identifier: 'email', columns: { email: 'person_email' } };
  const made = entry(shape, new JsonDocument({ email: 'a@b.c', plan: 'pro' }));
  assert.equal(made.json, '{"type":"person","action":"identify","identifiers":{"email":"a@b.c"},"attributes":{"plan":"pro"}}');
  assert.ok(made.record instanceof JsonDocument, 'the record stays as it came');
  // A loose schema would have copied all that it found.
  const schema = z.looseObject({ email: z.string() });
  assert.equal(entry({ ...shape, schema }, new JsonDocument({ email: 'a@b.c', plan: 'pro' })).json, made.json);
  const { field, message } = rejection(shape, new GetterDocument({ email: 'a@b.c' }));
  assert.deepEqual([field, message.slice(0, 51)], [undefined, 'the record is a GetterDocument, not plain data: giv']);
  const nested = rejection(shape, { email: 'a@b.c', owner: new GetterDocument({}) });
  assert.deepEqual([nested.field, nested.message.slice(0, 36)], ['owner', 'is a GetterDocument, not plain data:']);
  const operation = { type: 'person', action: 'identify', identifiers: { id: 1 }, attributes: { photo: Buffer.from('x') } };
  assert.deepEqual(rejection(raw, operation).field, 'attributes.photo');
  assert.match(entry(raw, { ...operation, attributes: new JsonDocument({ plan: 'pro' }) }).json, /"attributes":\{"plan":"pro"\}\}$/);
  assert.equal(rejection(raw, { ...operation, attributes: new Date(0) }).field, 'attributes');
  assert.equal(rejection(raw, { ...operation, attributes: new Map() }).field, 'attributes');
  const given = z.object({ email: z.string() }).transform(({ email }) => ({ email, photo: Buffer.from('x') }));
  assert.equal(rejection({ ...shape, schema: given }, { email: 'a@b.c' }).field, 'photo');
});

test('attributes that the API has an opinion on are checked in rows of columns too, after they are converted', () => {
  assert.deepEqual(rejection(people, { person_email: 'a@b.c', _update: 'true' }), {
    reason: 'invalid',
    field: '_update',
    message: 'must be true or false',
  });
  assert.equal(
    rejection({ ...people, columns: { 'Only update': '_update' } }, { person_email: 'a@b.c', 'Only update': 'true' }).field,
    'Only update',
  );
  const { operation } = entry({ ...people, columns: { _update: { type: 'boolean' } } }, { person_email: 'a@b.c', _update: 'true' });
  assert.deepEqual(operation.attributes, { _update: true });
  assert.equal(
    rejection(people, { person_email: 'a@b.c', cio_subscription_preferences: { topics: { topic_1: 1 } } }).field,
    'cio_subscription_preferences.topics.topic_1',
  );
  assert.equal(rejection(events, { person_email: 'a@b.c', event_name: 'x', recipient: 5 }).field, 'recipient');
  assert.ok(entry(events, { person_email: 'a@b.c', event_name: 'x', recipient: 'a@b.c', _update: 'x', title: 5 }));
});

test('what has no effect on rows that are operations already is a mistake', () => {
  const none: Omit<ValidateOptions, 'object'>[] = [{ identifier: 'email' }, { columns: { Email: 'person_email' } }, { others: 'drop' }];
  for (const options of [...none, { event: 'x' }, { columns: { a: false } }] as const) {
    assert.throws(() => validator({ object: 'entry', ...options }), { code: 'CIO_OPTIONS', message: /have no effect with object 'entry'/ });
  }
  validator({ object: 'entry', identifier: 'auto', columns: {}, others: 'keep', event: undefined });
});

test('columns shapes attributes; the record stays as it came, and a rejection names its column', () => {
  const shape: ValidateOptions = {
    ...{ object: 'person_identify', identifier: 'id' },
    columns: {
      'E-Mail': 'email',
      Points: { attribute: 'score', type: 'number' },
      created_at: { type: 'time' },
      active: { attribute: 'active', type: 'boolean' },
      Notes: false,
    },
  };
  const row = {
    person_id: '1',
    'E-Mail': 'a@b.c',
    created_at: '2023-11-14',
    Points: '12345678901234567890',
    active: 'yes',
    plan: '5',
    Notes: 'x',
  };
  const kept = JSON.stringify(row);
  const made = entry(shape, row);
  const attributes = '{"email":"a@b.c","created_at":1699920000,"score":12345678901234567890,"active":true,"plan":"5"}';
  assert.equal(made.json, `{"type":"person","action":"identify","identifiers":{"id":"1"},"attributes":${attributes}}`);
  assert.equal(made.record, row);
  assert.deepEqual([rejection(shape, { ...row, Points: '007' }).reason, JSON.stringify(row)], ['invalid', kept]);
  assert.deepEqual(rejection(shape, { person_id: '1', Points: '1,5' }).field, 'Points');
  assert.match(rejection(shape, { ...row, email: 'x' }).message, /becomes email, and so does the column email of the record/);
  const event = entry({ ...shape, object: 'person_event' }, { ...row, event_name: 'x' });
  assert.equal(JSON.stringify(event.operation.attributes), JSON.stringify(made.operation.attributes));
  // What JSON has no word for is found later, and named by its column, too.
  const odd = { columns: { 'Sub Total': { attribute: 'sub.total' } }, others: 'snake_case' } as const;
  assert.equal(rejection({ ...people, ...odd }, { person_email: 'a@b.c', 'Sub Total': [Number.NaN] }).field, 'Sub Total.0');
  assert.equal(rejection({ ...people, ...odd }, { person_email: 'a@b.c', 'Grand Total': { a: Number.NaN } }).field, 'Grand Total.a');
});

test('others says what becomes of columns that are not named; those named like record fields hold them', () => {
  const row = { person_email: 'a@b.c', event_name: 'bought', event_id: 'o1', timestamp: 1_700_000_000, 'Order Total': 5, note: 'x' };
  const sent = (others: ValidateOptions['others']): unknown => entry({ ...events, others, columns: { note: 'remark' } }, row).operation;
  const { attributes, ...operation } = sent('keep') as Record<string, unknown>;
  assert.deepEqual(attributes, { 'Order Total': 5, remark: 'x' });
  assert.deepEqual(sent('snake_case'), { ...operation, attributes: { order_total: 5, remark: 'x' } });
  assert.deepEqual(Object(sent('drop')).attributes, { remark: 'x' });
  const second = entry({ object: 'person_identify', others: 'drop' }, { person_id: 7, person_email: 'a@b.c', plan: 'pro' });
  assert.deepEqual([second.operation.identifiers, second.operation.attributes], [{ id: 7 }, { email: 'a@b.c' }]);
});

test('event is the name of all events; a column event_name is then one like any other', () => {
  const views: ValidateOptions = { ...events, event: ' page_viewed\u200b' };
  assert.equal(entry(views, { person_email: 'a@b.c' }).operation.name, 'page_viewed');
  const { operation } = entry(views, { person_email: 'a@b.c', event_name: 'other', event_id: 1 });
  assert.deepEqual([operation.name, operation.attributes], ['page_viewed', { event_name: 'other' }]);
  assert.equal(operation.id, entry(events, { person_email: 'a@b.c', event_name: 'page_viewed', event_id: 1 }).operation.id);
});

test('an attribute may be called like a record field, if that is said', () => {
  const columns = { Owner: { attribute: 'person_id' }, person_id: { attribute: 'Person' }, kind: { attribute: 'event_name' } } as const;
  const made = entry({ object: 'person_identify', columns }, { person_email: 'a@b.c', Owner: 7, person_id: 8, kind: 'x' });
  assert.deepEqual(
    [made.operation.identifiers, made.operation.attributes],
    [{ email: 'a@b.c' }, { person_id: 7, Person: 8, event_name: 'x' }],
  );
});

test('the column of the timestamp may have a format of its own, and is not an attribute for it', () => {
  const shape: ValidateOptions = { ...events, columns: { at: { field: 'timestamp', format: 'DD/MM/YYYY HH:mm' } } };
  const row = { person_email: 'a@b.c', event_name: 'x', at: '01/02/2024 10:00' };
  const { operation } = entry(shape, row);
  assert.deepEqual([operation.timestamp, operation.attributes], [Date.UTC(2024, 1, 1, 10) / 1000, {}]);
  assert.deepEqual(rejection(shape, { ...row, at: '2024-02-01' }), {
    reason: 'invalid',
    field: 'at',
    message: 'is not a time written as DD/MM/YYYY HH:mm',
  });
  assert.equal(rejection(shape, { ...row, at: '01/02/1970 10:00' }).message, `is not a time between the years 1980 and ${inTenYears}`);
  const named: ValidateOptions = { ...events, columns: { timestamp: { type: 'time', format: 'MM/DD/YYYY' } } };
  assert.equal(entry(named, { ...row, timestamp: '01/02/2024' }).operation.timestamp, Date.UTC(2024, 0, 2) / 1000);
  const people: ValidateOptions = { object: 'person_identify', identifier: 'email', columns: { at: { field: 'timestamp', type: 'time' } } };
  assert.equal(entry(people, { person_email: 'a@b.c', at: '20240101120000' }).operation.timestamp, 1_704_110_400);
});

test('the clock says how far ahead a timestamp may be', () => {
  const sent = (years: number): unknown => {
    const clock = new FakeClock();
    const at = new Date(Date.UTC(new Date(clock.wall()).getUTCFullYear() + years, 0)).toISOString();
    const result = validator({ ...events, clock } as ValidateOptions)({ person_email: 'a@b.c', event_name: 'x', timestamp: at });
    return result instanceof Entry ? result.operation.timestamp === Date.parse(at) / 1000 : result.cause.message;
  };
  assert.deepEqual([sent(10), sent(11)], [true, 'is not a time between the years 1980 and 2033']);
});

test('columns are those that the schema gives', () => {
  const schema = z.object({ person_email: z.string(), n: z.string().transform((text) => text.slice(1)) });
  const { operation } = entry(
    { ...people, schema, columns: { n: { attribute: 'm', type: 'number' } } },
    { person_email: 'a@b.c', n: '#5' },
  );
  assert.deepEqual(operation.attributes, { m: 5 });
});

test('created_at of a person that is not Unix seconds is sent, and counted as a warning', () => {
  const validated = validator({ object: 'person_identify', identifier: 'id' });
  const warned = (created_at: unknown): unknown => Object(validated({ person_id: 1, x: 1, created_at })).warnings;
  for (const fine of [1_700_000_000, '1700000000', 1_700_000_000.5, new ExactNumber('1700000000'), 1_700_000_000n, null, '', undefined])
    assert.equal(warned(fine), undefined, String(fine));
  for (const odd of ['2024-02-02T10:01:00Z', 1_700_000_000_000, '1700000000000', 20_240_101, 45_292, 0, true, new Date(), '1.7E+09', {}])
    assert.deepEqual(warned(odd), ['odd_created_at'], String(odd));
  const [event, object] = [
    validator({ object: 'person_event', identifier: 'id' })({ person_id: 1, event_name: 'e', created_at: '2024-01-01' }),
    validator({ object: 'entry' })({
      type: 'object',
      action: 'identify',
      identifiers: { object_type_id: '1', object_id: 'a' },
      attributes: { created_at: '2024-01-01' },
    }),
  ];
  assert.deepEqual([Object(event).warnings, Object(object).warnings], [undefined, undefined]);
});

test('a row without a time is counted as a warning if a column is named for the time, and only then', () => {
  const warned = (options: ValidateOptions, row: object): unknown =>
    entry(options, { person_id: 1, event_name: 'e', x: 1, ...row }).warnings;
  const at = { columns: { At: { field: 'timestamp', format: 'DD/MM/YYYY' } } } as const;
  for (const object of ['person_event', 'person_identify'] as const) {
    for (const none of [{}, { At: null }, { At: undefined }, { timestamp: 1_700_000_000 }])
      assert.deepEqual(warned({ object, ...at }, none), ['no_timestamp'], `${object} ${JSON.stringify(none)}`);
    assert.equal(warned({ object, ...at }, { At: '25/12/2023' }), undefined);
    assert.deepEqual(warned({ object, columns: { timestamp: 'timestamp' } }, {}), ['no_timestamp']);
    assert.equal(warned({ object }, {}), undefined);
  }
  const odd = entry({ object: 'person_identify', ...at }, { person_email: 'Ada', created_at: 'x' });
  assert.deepEqual(odd.warnings, ['odd_email', 'odd_created_at', 'no_timestamp']);
  assert.equal(entry(raw, { type: 'person', action: 'event', identifiers: { id: 1 }, name: 'e' }).warnings, undefined);
});
