/**
 * The same sync twice: once so that its rows pass as bytes, and once with messages of which no two look alike, so that
 * each is parsed. The API, the STATEs and the log see no difference.
 */
import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readCatalog } from '../../lib/airbyte/catalog/catalog.ts';
import { readConfig } from '../../lib/airbyte/config/config.ts';
import { Protocol } from '../../lib/airbyte/protocol.ts';
import { write } from '../../lib/airbyte/sync/write.ts';
import { systemClock } from '../../lib/clock.ts';
import { createSandbox } from '../../lib/sandbox/create-sandbox.ts';
import { RowMapping } from '../../lib/stage/row-mapping/row-mapping.ts';
import { orderingKeys } from '../../lib/track/ordering-keys.ts';
import { stateOf } from '../support/airbyte/connector.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { canonicalText } from '../support/row-and-record.ts';
import { rowText } from '../support/row-arbitrary.ts';
import { runs } from '../support/runs.ts';

interface Stream {
  readonly name: 'people' | 'events';
  readonly mode: 'append' | 'append_dedup' | 'overwrite';
}

/** A line of the input, beside an empty one: a row of a stream, or a STATE of it. */
type Line = { readonly stream: Stream; readonly row: string | undefined };

const streams = fc.tuple(
  fc.record({ name: fc.constant('people' as const), mode: fc.constantFrom('append', 'append_dedup', 'append_dedup', 'overwrite') }),
  fc.record({ name: fc.constant('events' as const), mode: fc.constantFrom('append', 'append_dedup') }),
);

/** How often a row is said to have changed: some come late. */
const version = fc.integer({ min: 1, max: 3 });

function lineOf(stream: Stream): fc.Arbitrary<Line> {
  const options = { object: stream.name === 'people' ? 'person_identify' : 'person_event', identifier: 'email' } as const;
  // Without a time or an id of its own, an event has a random id.
  const own = stream.name === 'people' ? '"' : '"n":1,"';
  const row = fc
    .tuple(rowText(options), version)
    .map(([text, at]) => text.replaceAll('\n', ' ').replace(/^\s*\{\s*"/, `{"at":${at},${own}`));
  return fc.oneof(
    { weight: 12, arbitrary: row.map((text) => ({ stream, row: text })) },
    { weight: 1, arbitrary: fc.constant({ stream, row: undefined }) },
  );
}

const given = streams.chain(([people, events]) =>
  fc.record({
    configured: fc.constant([people, events]),
    lines: fc.array(fc.oneof(lineOf(people as Stream), lineOf(people as Stream), lineOf(events as Stream)), {
      minLength: 5,
      maxLength: 40,
      size: 'max',
    }),
    cuts: fractions,
    concurrency: fc.integer({ min: 1, max: 4 }),
  }),
);

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

/** How many rows were written as bytes. */
let asBytes = 0;
const { write: writeRow } = RowMapping.prototype;
RowMapping.prototype.write = function (target, at) {
  asBytes++;
  return writeRow.call(this, target, at);
};

async function sync({ configured, lines, cuts, concurrency }: Given, areAlike: boolean): Promise<unknown> {
  const applied = new Map<string, unknown[]>();
  const sandbox = await createSandbox({
    ...{ siteId: 'site', apiKey: 'key', requestsPerSecond: Number.POSITIVE_INFINITY },
    onApply: ({ operation, text }) => {
      const [person = ''] = orderingKeys(operation);
      applied.set(person, [...(applied.get(person) ?? []), canonicalText(text)]);
    },
  });
  const output = new PassThrough();
  const said = text(output);
  try {
    const config = readConfig({ credentials: { siteId: 'site', apiKey: 'key' }, api_base_url: sandbox.url, concurrency });
    assert.ok('data' in config);
    const catalog = readCatalog({ streams: configured.map((stream) => configuredStream(stream as Stream)) }, config.data);
    assert.ok('data' in catalog);
    const input = Buffer.from(lines.map((line, n) => `${messageOf(line, areAlike ? 0 : n)}\n`).join(''));
    await write({
      ...{ config: config.data, catalog: catalog.data, protocol: new Protocol(output), clock: systemClock },
      ...{ input: Readable.from(cutAt(input, cuts)), stop: new AbortController().signal },
    });
  } finally {
    output.end();
    await sandbox.close();
  }
  // How many requests, and how long, is not the same.
  return { applied: Object.fromEntries(applied), said: (await said).replace(/; \d+ requests? in [\d.]+ s/g, '').split('\n') };
}

function configuredStream({ name, mode }: Stream): object {
  const object = name === 'people' ? 'person_identify' : 'person_event';
  const keys = { primary_key: [[name === 'people' ? 'person_email' : 'n']], cursor_field: ['at'] };
  return { stream: { name }, destination_object_name: object, destination_sync_mode: mode, ...keys };
}

function messageOf({ stream: { name }, row }: Line, n: number): string {
  if (row === undefined) return stateOf(name, { at: 1 });
  return `{"type":"RECORD",${n === 0 ? '' : `"n":${n},`}"record":{"stream":"${name}","data":${row},"emitted_at":${1_750_000_000_000 + n}}}`;
}

test('law: a sync whose rows pass as bytes is the same to everybody as one whose messages are parsed', async () => {
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(given, async (one) => {
      const alike = await sync(one as Given, true);
      const before = asBytes;
      assert.deepEqual(alike, await sync(one as Given, false));
      assert.equal(asBytes, before, 'messages that do not look alike are all parsed');
      rows += one.lines.length;
    }),
    { numRuns: Math.ceil(runs(200) / 3) },
  );
  assert.ok(asBytes > rows / 8, `of ${rows} rows only ${asBytes} passed as bytes`);
});
