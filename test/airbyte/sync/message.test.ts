import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMessage } from '../../../lib/airbyte/sync/message.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

test('a row stays the text that it is, its envelope is read without it', () => {
  const data = '{ "id": 1.50, "deep": {"data": "}"} }';
  assert.deepEqual(readMessage(`{"type":"RECORD","record":{"stream":"s","data":${data},"emitted_at":1}}`), {
    envelope: { type: 'RECORD', record: { stream: 's', data: {}, emitted_at: 1 } },
    data,
  });
});

test('a row that is wrong does not make its envelope wrong: its stream is known', () => {
  for (const data of ['{"n":1e999}', '{"a":}', 'nonsense', '[1', `${'['.repeat(2_000)}${']'.repeat(2_000)}`]) {
    const message = readMessage(`{"type":"RECORD","record":{"data":${data},"stream":"s"}}`);
    if (data === '[1') assert.equal(message, undefined);
    else assert.deepEqual([Object(message?.envelope.record).stream, message?.data], ['s', data]);
  }
});

test('data elsewhere than in record is not a row', () => {
  const text = '{"type":"STATE","state":{"data":{"a":1}},"data":2}';
  assert.deepEqual(readMessage(text), { envelope: JSON.parse(text), data: undefined });
});

test('what is not a JSON object is not a message', () => {
  for (const text of ['', 'x', '[1]', '"x"', '1', 'null', '{"type":"RECORD"', '{"type":"LOG"}x'])
    assert.equal(readMessage(text), undefined, text);
});

test('numbers and depths that a row may not have are taken in a STATE, and in nothing else', () => {
  for (const value of ['1e999', `${'['.repeat(2_000)}${']'.repeat(2_000)}`]) {
    assert.equal(readMessage(`{"type":"STATE","state":${value}}`)?.envelope.type, 'STATE');
    for (const type of ['LOG', 'RECORD', 'state']) assert.equal(readMessage(`{"type":"${type}","state":${value}}`), undefined, type);
  }
});

test('law: whatever the row, its text comes out as it came in', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\t '), (data, space) => {
      const message = readMessage(`{"record":${space}{"stream":"s",${space}"data"${space}:${space}${data}${space}},"type":"RECORD"}`);
      assert.deepEqual([message?.data, message?.envelope.type], [data.trim(), 'RECORD']);
    }),
    { numRuns: runs(300) },
  );
});
