import assert from 'node:assert/strict';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import {
  collectRejects,
  createSandbox,
  dedupe,
  enforceLimits,
  fromKafka,
  type KafkaPosition,
  map,
  memoryStore,
  ndjson,
  reopen,
  trackWriter,
  validate,
} from '../../lib/index.ts';
import { Block } from '../../lib/record/block.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Deletion } from '../../lib/record/entry.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { Element } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { formatRejection } from '../../lib/reject/reject-line.ts';
import type { FromKafkaOptions } from '../../lib/source/from-kafka.ts';
import { FakeClock } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { canonicalText } from '../support/row-and-record.ts';
import { runs } from '../support/runs.ts';
import { identify, start } from '../support/sandbox.ts';

/** As KafkaJS gives one to eachMessage. */
const ofKafkaJs = (offset: number, value: string | null, key: string | null = null, partition = 0): object => ({
  topic: 'crm',
  partition,
  message: {
    magicByte: 2,
    attributes: 0,
    timestamp: '1764200000000',
    offset: String(offset),
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: { trace: [Buffer.from('a'), Buffer.from('b')] },
    isControlRecord: false,
  },
  heartbeat: async () => {},
  pause: () => () => {},
});

/** As @platformatic/kafka gives one in its stream. */
const ofPlatformatic = (offset: number, value: string | undefined, key?: string, partition = 0): object => ({
  key: key === undefined ? undefined : Buffer.from(key),
  value: value === undefined ? undefined : Buffer.from(value),
  headers: new Map([[Buffer.from('trace'), Buffer.from('a')]]),
  headerEntries: [],
  topic: 'crm',
  partition,
  timestamp: 1_764_200_000_000n,
  offset: BigInt(offset),
  leaderEpoch: 0,
  metadata: { consumer: { generationId: 1 } },
  commit: () => {},
});

async function read(messages: readonly unknown[], options: FromKafkaOptions & { clock?: unknown } = {}): Promise<Element[]> {
  const elements: Element[] = [];
  const keep = new Writable({ objectMode: true, write: (element, _encoding, callback) => callback(void elements.push(element)) });
  await pipeline(Readable.from(messages), fromKafka(options), keep);
  return elements;
}

const lines = (elements: readonly Element[]): unknown[] =>
  elements.filter((element) => !(element instanceof Checkpoint)).map((element) => originOf(element)?.offset);
const positions = (elements: readonly Element[]): unknown[] =>
  elements.filter((element) => element instanceof Checkpoint).map(({ position }) => (position as KafkaPosition).offsets);
const at = (offset: bigint, partition = 0): object => ({ topic: 'crm', partition, offset });

test('messages of every client, one by one and as batches, become the same rows', async () => {
  const rows = ['{"a":1}', '{"a":2}'];
  const kafkaJs = rows.map((value, n) => ofKafkaJs(7 + n, value));
  const batch = { topic: 'crm', partition: 0, highWatermark: '9', messages: kafkaJs.map((one) => (one as { message: object }).message) };
  const given: unknown[][] = [
    kafkaJs,
    [batch],
    rows.map((value, n) => ofPlatformatic(7 + n, value)),
    rows.map((value, n) => ({ topic: 'crm', partition: 0, offset: 7 + n, value, key: 'k' })),
    rows.map((value, n) => ({ topic: 'crm', partition: 0, offset: `${7 + n}`, value: new Uint8Array(Buffer.from(value)), key: null })),
  ];
  for (const messages of given) {
    const elements = await read(messages);
    assert.deepEqual([lines(elements), positions(elements)], [[7, 8], [[at(9n)]]]);
    const { source, topic, partition, raw, version } = originOf(elements[1]) ?? {};
    assert.deepEqual([source, topic, partition, raw, version], ['kafka://crm/0', 'crm', 0, '{"a":2}', '']);
  }
});

test('rows of several partitions stay in the order in which they came', async () => {
  const messages = [0, 1, 0, 0, 1].map((partition, n) => ofKafkaJs(n, `{"n":${n}}`, null, partition));
  const elements = await read(messages);
  assert.deepEqual([lines(elements), positions(elements)], [[0, 1, 2, 3, 4], [[at(4n, 0), at(5n, 1)]]]);
});

test('a tombstone is skipped, or deletes whom its key names', async () => {
  for (const tombstone of [ofKafkaJs(1, null, '5'), ofPlatformatic(1, undefined, '5')]) {
    const [skipped] = await read([tombstone]);
    assert.ok(skipped instanceof Skipped && skipped.reason === 'tombstone');
    const [deletion] = await read([tombstone], { tombstones: 'delete', tombstoneId: 'email' });
    assert.ok(deletion instanceof Deletion);
    assert.equal(deletion.json, '{"type":"person","action":"delete","identifiers":{"email":"5"}}');
  }
});

test('a checkpoint comes after so many messages, after so much time, and at the end; none without messages', async () => {
  const five = Array.from({ length: 5 }, (_, n) => ofKafkaJs(n, '{}'));
  assert.deepEqual(positions(await read(five, { checkpointEveryRecords: 2 })), [[at(2n)], [at(4n)], [at(5n)]]);
  assert.deepEqual(positions(await read([])), []);
  const clock = new FakeClock();
  const stage = fromKafka({ checkpointEveryMs: 1_000, clock } as FromKafkaOptions);
  const seen: Element[] = [];
  stage.on('data', (element) => seen.push(element));
  stage.write(ofKafkaJs(0, '{}'));
  await clock.run(600);
  stage.write(ofKafkaJs(1, '{}'));
  await clock.run(399);
  assert.deepEqual(positions(seen), []);
  await clock.run(1);
  assert.deepEqual(positions(seen), [[at(2n)]]);
  await clock.run(5_000);
  stage.write(ofKafkaJs(2, '{}'));
  await clock.run(1_000);
  assert.deepEqual(positions(seen), [[at(2n)], [at(3n)]]);
  stage.write(ofKafkaJs(3, '{}'));
  await clock.run(1);
  stage.destroy();
  await clock.run(5_000);
  assert.equal(positions(seen).length, 2);
});

test('what a client hands out together goes on as one block', async () => {
  const blocks: number[] = [];
  const push = Block.prototype.add;
  const seen = new Set<Block>();
  Block.prototype.add = function (...numbers: Parameters<typeof push>): void {
    seen.add(this);
    push.apply(this, numbers);
  };
  try {
    await read(Array.from({ length: 500 }, (_, n) => ofKafkaJs(n, `{"n":${n}}`)));
    for (const block of seen) blocks.push(block.size);
  } finally {
    Block.prototype.add = push;
  }
  assert.equal(
    blocks.reduce((sum, size) => sum + size, 0),
    500,
  );
  assert.ok(blocks.length < 100, `${blocks.length} blocks`);
});

test('a client that hands out messages faster than they are delivered is held back, by the buffer and by the next stage', async () => {
  for (const isJoined of [false, true]) {
    const stage = fromKafka();
    const rows = isJoined ? validate({ object: 'person_identify' }) : undefined;
    const last = rows === undefined ? stage : stage.pipe(rows);
    let written = 0;
    let isFree = true;
    stage.on('drain', () => {
      isFree = true;
    });
    // Some in each turn, as they come from a network; nobody reads.
    for (let turns = 0; turns < 300; turns++) {
      for (let n = 0; n < 16 && isFree; n++) isFree = stage.write(ofKafkaJs(written++, '{"person_id":1}'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(written < 1_000, `${written} were taken`);
    last.destroy();
    stage.destroy();
  }
});

const MISUSES: readonly [what: unknown, message: RegExp][] = [
  ['{"a":1}', /got text, not messages/],
  [Buffer.from('{"a":1}'), /got bytes, not messages/],
  [5, /got a number, not messages/],
  [{ a: 1 }, /without its topic/],
  [[], /without its topic/],
  [{ topic: '', partition: 0, offset: 1, value: '' }, /without its topic/],
  [{ topic: 't', offset: 1, value: '' }, /without its partition/],
  [{ topic: 't', partition: '0', offset: 1, value: '' }, /without its partition/],
  [{ topic: 't', partition: 0, value: '' }, /without its offset/],
  [{ topic: 't', partition: 0, offset: -1, value: '' }, /without its offset/],
  [{ topic: 't', partition: 0, offset: 'abc', value: '' }, /without its offset/],
  [{ topic: 't', partition: 0, offset: 2 ** 60, value: '' }, /without its offset/],
  [{ topic: 't', partition: 0, offset: 1 }, /without a value; that of a tombstone is null/],
  [{ topic: 't', partition: 0, offset: 1, value: { a: 1 } }, /value is an object/],
  [{ topic: 't', partition: 0, offset: 1, value: 5 }, /value is a number/],
  [{ topic: 't', partition: 0, offset: 1, value: [1] }, /value is a list/],
  [{ topic: 't', partition: 0, messages: [null] }, /without its offset/],
  [new Checkpoint(1), /without its topic/],
];

test('what is not a message as it is in the topic ends the stream, with what to do', async () => {
  for (const [what, message] of MISUSES) {
    await assert.rejects(read([ofKafkaJs(0, '{}'), what]), (error) => {
      assert.ok(error instanceof CioError, String(error));
      assert.deepEqual(
        [error.code, message.test(error.message), /deserializers/.test(error.todo)],
        ['CIO_LINE', true, true],
        error.message,
      );
      return true;
    });
  }
  assert.throws(() => fromKafka({ tombstone: 'delete' } as FromKafkaOptions), /did you mean "tombstones"/);
  assert.throws(() => fromKafka({ tombstones: 'drop' } as unknown as FromKafkaOptions), /'skip' or 'delete'/);
});

/** What a run over all of them leaves. */
async function deliver(t: TestContext, messages: readonly unknown[], options: FromKafkaOptions = {}) {
  const sandbox = await start(t);
  const rejects = collectRejects();
  const reported: KafkaPosition[] = [];
  const onCheckpoint = (position: unknown): void => void reported.push(position as KafkaPosition);
  const credentials = { siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url };
  const writer = trackWriter({ ...credentials, rejects, onCheckpoint });
  await pipeline(Readable.from(messages), fromKafka(options), validate({ object: 'person_event' }), writer);
  return { summary: writer.summary, reported, rejects: rejects.rejections, sandbox };
}

test('messages that are read again count once; the same row elsewhere counts again', async (t) => {
  const value = '{"person_id":"p","event_name":"opened"}';
  const messages = [ofKafkaJs(5, value), ofPlatformatic(5, value), ofKafkaJs(6, value), ofKafkaJs(5, value, null, 1)];
  const { sandbox, summary } = await deliver(t, messages);
  const { events, duplicates } = sandbox.state().counts;
  assert.deepEqual([summary.delivered, events, duplicates], [4, 3, 1]);
});

test('an event keeps its id: as bytes, as a record, read again, and from the rejects', async (t) => {
  const pretty = '{\n  "person_id": "q",\n  "timestamp": 1700000000\n}';
  const values = ['{"person_id":"p"}', '{"person_id":"p","timestamp":1700000000}', '{"person_id":"é","n":1.0}\n', pretty];
  const messages = values.map((value, n) => ofKafkaJs(n, value));
  const named = { object: 'person_event', event: 'opened' } as const;
  const idsOf = async (...stages: (Readable | Transform)[]): Promise<string[]> => {
    const sandbox = await start(t);
    const rejects = collectRejects();
    await pipeline([...stages, trackWriter({ siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url, rejects })]);
    lines.push(...rejects.rejections.map((rejection) => formatRejection(rejection, 0)));
    return sandbox
      .state()
      .events.map(({ id }) => String(id))
      .sort();
  };
  const lines: string[] = [];
  const between = new Transform({ objectMode: true, transform: (element, _encoding, callback) => callback(null, element) });
  const ids = await idsOf(Readable.from(messages), fromKafka(), validate(named));
  assert.equal(new Set(ids).size, values.length);
  assert.deepEqual(await idsOf(Readable.from(messages), fromKafka(), between, validate(named)), ids);
  assert.deepEqual(await idsOf(Readable.from(messages), fromKafka(), validate({ object: 'person_event' })), []);
  assert.equal(lines.length, values.length);
  assert.match(lines[1] ?? '', /"rejected_origin":\{"topic":"crm","partition":0,"offset":1,"bytes":40,"version":""\}/);
  assert.deepEqual(await idsOf(Readable.from(lines), ndjson({ source: 'rejects.ndjson' }), reopen(), validate(named)), ids);
});

test('a tombstone that was rejected is repaired and sent again like a row of operations', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: '5' }), identify({ id: '6' }));
  const options = { siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url };
  const rejects = collectRejects();
  const messages = [ofKafkaJs(0, null, '{"id":5}'), ofKafkaJs(1, null, '6')];
  const stages = [fromKafka({ tombstones: 'delete' }), validate({ object: 'person_identify' }), enforceLimits()];
  await pipeline([Readable.from(messages), ...stages, trackWriter({ ...options, rejects })]);
  assert.deepEqual(
    sandbox.state().people.map(({ id }) => id),
    ['5'],
  );
  const line = formatRejection(rejects.rejections[0] as Rejection, 0);
  assert.match(
    line,
    /^\{"record":\{"type":"person","action":"delete","identifiers":\{"id":\{"id":5\}\}\},"rejected_reason":"invalid","rejected_field":"identifiers.id"/,
  );
  const again = async (text: string): Promise<number> => {
    const writer = trackWriter({ ...options, rejects: collectRejects() });
    await pipeline(Readable.from([text]), ndjson({ source: 'rejects' }), reopen(), validate({ object: 'entry' }), writer);
    return writer.summary.rejected.total;
  };
  assert.equal(await again(line), 1);
  assert.equal(await again(line.replace('{"id":{"id":5}}', '{"id":5}')), 0);
  assert.deepEqual(sandbox.state().people, []);
});

test('a deletion makes dedupe forget the person, and waits for what was sent about him before', async (t) => {
  const sandbox = await start(t);
  const options = { siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url };
  const person = '{"person_id":"5","plan":"free"}';
  const messages = [ofKafkaJs(0, person), ofKafkaJs(1, null, '5'), ofKafkaJs(2, person), ofKafkaJs(3, person)];
  const store = memoryStore();
  for (const pass of [1, 2]) {
    const writer = trackWriter({ ...options, rejects: collectRejects() });
    const stages = [fromKafka({ tombstones: 'delete' }), map((row) => row), validate({ object: 'person_identify' }), dedupe({ store })];
    await pipeline([Readable.from(messages), ...stages, writer]);
    const { delivered, skipped } = writer.summary;
    assert.deepEqual([delivered, skipped.byReason.unchanged], pass === 1 ? [3, 1] : [2, 2]);
    assert.deepEqual(
      sandbox.state().people.map(({ id, attributes }) => [id, attributes]),
      [['5', { plan: 'free' }]],
    );
  }
});

const messageValue = fc.oneof(
  fc.constantFrom(
    null,
    '',
    '{"person_id":"p"}\n',
    '\uFEFF{"person_id":"p","a":[1, {"b":2}]}',
    '{\n "person_id": "p"\n}',
    '[]',
    '{"person_id":',
  ),
  fc.tuple(fc.jsonValue(), fc.constantFrom('a', 'ä', '7')).map(([value, id]) => JSON.stringify({ person_id: id, event_name: 'e', value })),
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => Buffer.concat([Buffer.from('{"person_id":"p","b":"'), bytes, Buffer.from('"}')])),
);

test('bytes and records agree: the same is applied and rejected, whichever way rows take', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(messageValue, fc.constantFrom(null, 'k', '{')), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      async (given, isEvent) => {
        const run = async (isJoined: boolean): Promise<unknown> => {
          const applied: unknown[] = [];
          const sandbox = await createSandbox({
            requestsPerSecond: Number.POSITIVE_INFINITY,
            onApply: ({ text }) => void applied.push(text),
          });
          const rejects = collectRejects();
          const messages = given.map(([value, key], n) => ({ topic: 't', partition: 0, offset: n, value, key }));
          const between = new Transform({ objectMode: true, transform: (element, _encoding, callback) => callback(null, element) });
          const stages = [fromKafka({ tombstones: 'delete' }), ...(isJoined ? [] : [between])];
          const rows = validate(isEvent ? { object: 'person_event', event: 'x' } : { object: 'person_identify' });
          const writer = trackWriter({ siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url, rejects, concurrency: 1 });
          try {
            await pipeline([Readable.from(messages), ...stages, rows, enforceLimits(), writer]);
          } finally {
            await sandbox.close();
          }
          const { read: count, delivered, rejected, skipped, warnings } = writer.summary;
          assert.equal(count, given.length);
          const lines = rejects.rejections.map((rejection) => formatRejection(rejection, 0));
          return { applied: applied.map(canonicalText as (text: unknown) => unknown), lines, delivered, rejected, skipped, warnings };
        };
        assert.deepEqual(await run(true), await run(false));
      },
    ),
    { numRuns: runs(400) },
  );
});

test('every message has one outcome, and the last position is behind all of them', async (t) => {
  const value = fc.constantFrom(null, '', '{', '[]', '{"person_id":1,"event_name":"e"}', '{"person_id":"","event_name":"e"}', '{"a":1}');
  const message = fc.record({ value, partition: fc.nat(2), key: fc.constantFrom(null, 'k', '{"id":1}', '\u0000') });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      async (given, checkpointEveryRecords) => {
        const next = [0, 0, 0];
        const messages = given.map(({ value: text, partition, key }) => {
          const offset = next[partition] as number;
          next[partition] = offset + 1;
          return ofKafkaJs(offset, text, key, partition);
        });
        const { summary, reported, rejects } = await deliver(t, messages, { tombstones: 'delete', checkpointEveryRecords });
        const { read: count, delivered, rejected, skipped } = summary;
        assert.deepEqual([count, delivered + rejected.total + skipped.total, rejects.length], [given.length, given.length, rejected.total]);
        assert.ok(rejects.every((rejection) => rejection instanceof Rejection && rejection.origin?.topic === 'crm'));
        const last = new Map(reported.flatMap(({ offsets }) => offsets.map(({ partition, offset }) => [partition, offset] as const)));
        assert.deepEqual(
          [0, 1, 2].map((partition) => last.get(partition) ?? 0n),
          next.map(BigInt),
        );
      },
    ),
    { numRuns: runs(200) },
  );
});
