import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrappedNote } from '../../../lib/cli/input/wrapped-rows.ts';
import { parse } from '../../../lib/json/exact.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';

const nameIn = (text: string): string | undefined =>
  /look like (.*?)[:,]/.exec(wrappedNote(parse(text) as SourceRecord, 'a.ndjson') ?? '')?.[1];

test('formats that wrap their fields are named', () => {
  assert.equal(nameIn('{"_id":{"$oid":"64b7"},"email":"a@x.io"}'), 'MongoDB extended JSON');
  assert.equal(nameIn('{"email":"a@x.io","at":{"$date":{"$numberLong":"1"}}}'), 'MongoDB extended JSON');
  assert.equal(nameIn('{"Item":{"email":{"S":"a@x.io"},"n":{"N":"1"}}}'), 'DynamoDB JSON');
  assert.equal(nameIn('{"email":{"S":"a@x.io"}}'), 'DynamoDB JSON');
  assert.equal(nameIn('{"schema":{},"payload":{"before":null,"after":{},"source":{},"op":"c"}}'), 'change events of Debezium');
  assert.equal(nameIn('{"before":null,"after":{},"source":{},"op":"c"}'), 'change events of Debezium');
  assert.equal(nameIn('{"_index":"people","_id":"1","_source":{"email":"a@x.io"}}'), 'hits of Elasticsearch');
  assert.equal(nameIn('{"type":"RECORD","record":{"stream":"s","data":{}}}'), 'messages of Airbyte');
});

test('ordinary rows are not', () => {
  for (const text of [
    '{}',
    '{"email":"a@x.io"}',
    '{"S":"small"}',
    '{"sizes":{}}',
    '{"Item":{"email":"a@x.io"}}',
    '{"address":{"city":"Wien"},"price":{"$":5}}',
    '{"n":12345678901234567890}',
    '{"type":"RECORD","record":"LP"}',
    '{"payload":null,"op":"c"}',
    '{"payload":{"op":"c"}}',
  ])
    assert.equal(nameIn(text), undefined, text);
});
