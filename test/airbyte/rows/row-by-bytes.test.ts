/**
 * The rows of a stream by their bytes beside the same rows as records: whatever the stream and the row, the bytes are left alone, or
 * they give the same entry, and leave the same keys behind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { type Config, readConfig } from '../../../lib/airbyte/config/config.ts';
import { rowByBytes } from '../../../lib/airbyte/rows/row-by-bytes.ts';
import { latestRowOf, type RowToEntry, rowToEntry } from '../../../lib/airbyte/rows/row-to-entry.ts';
import { RowBlocks } from '../../../lib/airbyte/sync/read-row.ts';
import { Stream } from '../../../lib/airbyte/sync/streams.ts';
import { loadHash } from '../../../lib/hash.ts';
import type { Block } from '../../../lib/record/block.ts';
import { Entry } from '../../../lib/record/entry.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { Skipped } from '../../../lib/record/skipped.ts';
import type { Receiver } from '../../../lib/stream/receiver.ts';
import { isUlid } from '../../../lib/track/event-id.ts';
import fc from '../../support/fast-check.ts';
import { assertSameEntry, canonicalText } from '../../support/row-and-record.ts';
import { rowText } from '../../support/row-arbitrary.ts';
import { runs } from '../../support/runs.ts';

await loadHash();

const base: CatalogStream = { name: 's', namespace: 'n', object: 'person_identify', mode: 'append', primaryKey: [], cursor: undefined };

function configOf(identifierType: 'email' | 'id'): Config {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' }, identifierType });
  assert.ok('data' in config, JSON.stringify(config));
  return config.data;
}

/** An event without its own id, key and time has a random id, which is no part of what is compared. */
function withoutRandomId(json: string, record: SourceRecord, stream: CatalogStream): unknown {
  const isRandom = !record.event_id && !record.timestamp && stream.primaryKey.length === 0;
  if (stream.object !== 'person_event' || !isRandom) return canonicalText(json);
  const { id, ...rest } = JSON.parse(json);
  assert.ok(isUlid(id));
  return canonicalText(JSON.stringify(rest));
}

/** Reads rows by their bytes, and as records where that fails; and all of them as records. Gives how many were read by their bytes. */
function compare(stream: CatalogStream, texts: readonly string[], identifierType: 'email' | 'id' = 'email'): number {
  const config = configOf(identifierType);
  const latest = latestRowOf(stream, config);
  const bytes = rowByBytes(stream, config, latest);
  const besideBytes = rowToEntry(stream, config, latest);
  const allAsRecords = rowToEntry(stream, config);
  const lines = texts.map((text) => Buffer.from(`${text},"emitted_at":1}}\n`));
  const chunk = Buffer.concat(lines);
  let passed = 0;
  const blocks = new RowBlocks((block) => {
    for (let row = 0; row < block.size; row++) {
      const expected = outcome(allAsRecords, block, row);
      const entry: Receiver['entry'] = (mapped) => {
        assertSameEntry(mapped, entryOf(expected, texts[row]), seenBy(block, row, stream));
        return true;
      };
      if (bytes?.pass(block, row, { entry } as Receiver)) passed++;
      else assert.deepEqual(said(outcome(besideBytes, block, row)), said(expected), texts[row]);
    }
  });
  const { interval } = new Stream(stream);
  let at = 0;
  for (const [index, line] of lines.entries()) {
    blocks.add(chunk, at, at + line.length - ',"emitted_at":1}}\n'.length, index + 1, interval);
    at += line.length;
  }
  blocks.flush();
  return passed;
}

function seenBy(block: Block, row: number, stream: CatalogStream): (json: string) => unknown {
  return (json) => withoutRandomId(json, block.read(row) as SourceRecord, stream);
}

function outcome(toEntry: RowToEntry, block: Block, row: number): Entry | Rejection | Skipped {
  const record = block.read(row);
  return record instanceof Rejection ? record : toEntry(record as SourceRecord);
}

function entryOf(element: Entry | Rejection | Skipped, text: string | undefined): Entry {
  assert.ok(element instanceof Entry, `passed on, but as a record ${JSON.stringify(said(element))}: ${text}`);
  return element;
}

function said(element: Entry | Rejection | Skipped): unknown {
  if (element instanceof Rejection) return element.cause;
  return element instanceof Skipped ? element.reason : [element.operation.action, element.origin?.raw];
}

const MEMBERS = [
  ...['"key":1', '"key":"a b"', '"key":" a"', '"key":null', '"key":1.0', '"key":{"x":1}', '"key":"\\u0061"', '"key":"é"', '"key":false'],
  ...['"key2":"x"', '"key2":""', '"key2":12345678901234567890', '"key2":7'],
  ...['"at":1', '"at":2', '"at":10', '"at":"9"', '"at":1.5', '"at":-3', '"at":null', '"at":"soon"', '"at":true', '"at":1e3'],
  ...['"at":"2026-01-01T00:00:00Z"', '"at":"2026-01-01T00:00:00.5Z"', '"at":"2026-01-31T00:00:00"', '"at":"2026-02-30T00:00:00Z"'],
  ...['"at":"2026-01-01T01:00:00+02:00"', '"at":"2025-12-31"', '"at":"2026-01-01 00:00:00"', '"at":"2026-01-01T24:00:00Z"'],
  ...['"_ab_cdc_deleted_at":null', '"_ab_cdc_deleted_at":""', '"_ab_cdc_deleted_at":"2026-01-01"', '"_ab_cdc_deleted\\u005fat":"x"'],
  ...['"_airbyte_raw_id":"x"', '"note":"\\"_airbyte_\\""', '"_airbyte\\u005fid":1', '"a":"_airbyte_"', '"deep":{"_airbyte_x":1}'],
];

const streams: fc.Arbitrary<CatalogStream> = fc.record({
  name: fc.constantFrom('s', 'é\n'),
  namespace: fc.constantFrom('n', undefined),
  object: fc.constantFrom('person_identify', 'person_event', 'person_identify', 'object_identify', 'person_relationship'),
  mode: fc.constantFrom('append', 'append_dedup', 'append_dedup', 'update', 'overwrite', 'soft_delete'),
  primaryKey: fc.constantFrom([], [['key']], [['key'], ['key2']], [['person_email']], [['key'], ['person_email']], [['deep', 'key']]),
  cursor: fc.constantFrom(undefined, ['at'], ['at'], ['at'], ['key'], ['timestamp'], ['deep', 'at']),
});

test('law: rows by their bytes and as records are the same entries, and outdate the same rows', () => {
  let [passed, all] = [0, 0];
  const given = fc.tuple(streams, fc.constantFrom('email' as const, 'id' as const)).chain(([stream, identifier]) => {
    const options = { object: stream.object === 'person_event' ? 'person_event' : 'person_identify', identifier } as const;
    const row = fc
      .tuple(rowText(options), fc.uniqueArray(fc.constantFrom(...MEMBERS), { maxLength: 4, selector: (member) => member.split(':')[0] }))
      .map(([text, more]) => (more.length > 0 && text.startsWith('{"') ? `{${more.join()},${text.slice(1)}` : text));
    return fc.tuple(fc.constant(stream), fc.constant(identifier), fc.array(row, { minLength: 1, maxLength: 20 }));
  });
  fc.assert(
    fc.property(given, ([stream, identifier, texts]) => {
      passed += compare(stream, texts, identifier);
      all += texts.length;
    }),
    { numRuns: runs(2_000) },
  );
  assert.ok(passed > all / 20, `only ${passed} of ${all} rows were read by their bytes`);
});

test('ordinary rows are read by their bytes', () => {
  const person = '{"person_email":"ada@example.com","id":7,"updated_at":"2026-01-02T03:04:05.678Z","_ab_cdc_deleted_at":null,"plan":"pro"}';
  const event = '{"person_email":"ada@example.com","event_name":"bought","timestamp":1750000000,"total":1.5}';
  const keyed = { primaryKey: [['id']], cursor: ['updated_at'] };
  const cases: [Partial<CatalogStream>, string[]][] = [
    [{}, [person]],
    [{ mode: 'overwrite', ...keyed }, [person]],
    [{ mode: 'append_dedup' }, [person]],
    [{ mode: 'append_dedup', ...keyed }, [person, person.replace('02T', '03T'), person.replace('7', '"seven"')]],
    [{ mode: 'update', primaryKey: [['person_email'], ['id']], cursor: ['id'] }, [person, person.replace('7', '8')]],
    [{ object: 'person_event' }, [event, '{"person_email":"ada@example.com","event_name":"x"}']],
    [{ object: 'person_event', mode: 'append_dedup', ...keyed }, [event, event.replace('"total":1.5', '"event_id":15')]],
  ];
  for (const [plan, texts] of cases) assert.equal(compare({ ...base, ...plan }, texts), texts.length, JSON.stringify(plan));
});

test('a row that an older one follows, one that deletes, and columns of Airbyte are read as records', () => {
  const keyed: CatalogStream = { ...base, mode: 'append_dedup', primaryKey: [['person_email']], cursor: ['at'] };
  const row = (at: unknown, more = ''): string => `{"person_email":"ada@example.com","at":${at}${more}}`;
  assert.equal(compare(keyed, [row(2), row(1), row(2), row(3, ',"_ab_cdc_deleted_at":"x"'), row(2), row(4)]), 3);
  assert.equal(compare(keyed, [row(2).replace('ada', 'ADA'), row(1), row('"2026-01-01T00:00:00Z"'), row('"2025-01-01T00:00:00Z"')]), 2);
  assert.equal(compare(base, [row(2), row(1, ',"_airbyte_raw_id":"x"'), row(1)]), 2);
  assert.equal(compare({ ...base, mode: 'soft_delete' }, [row(2)]), 0);
  assert.equal(compare({ ...base, object: 'person_event', primaryKey: [['at']] }, [row(2, ',"event_name":"x"')]), 0);
});

test('a time that is none leaves the one before it, and a key is the same however it is spelled', () => {
  const keyed: CatalogStream = { ...base, mode: 'append_dedup', primaryKey: [['key']], cursor: ['at'] };
  const row = (key: string, at: string): string => `{"person_email":"ada@example.com","key":${key},"at":${at}}`;
  const times = [
    '"2026-03-01T00:00:00Z"',
    '"2026-02-30T00:00:00Z"',
    '"2026-02-27T00:00:00Z"',
    '"2026-02-28T24:00:00Z"',
    '"2026-02-28T23:59:59Z"',
  ];
  assert.equal(
    compare(
      keyed,
      times.map((at) => row('1', at)),
    ),
    3,
  );
  assert.equal(compare(keyed, [row('"a/b"', '2'), row('"a\\/b"', '1'), row('"a/b"', '1'), row('"A/b"', '1')]), 2);
});
