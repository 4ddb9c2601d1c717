import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { Envelopes } from '../../../lib/airbyte/sync/envelope.ts';
import { readMessage } from '../../../lib/airbyte/sync/message.ts';
import { Stream } from '../../../lib/airbyte/sync/streams.ts';
import { PADDING } from '../../../lib/json/token-ends.ts';
import { mutated, rowText, SPELLINGS } from '../../support/airbyte/messages.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const plan: CatalogStream = { name: 's', namespace: 'n', object: 'person_event', mode: 'append', primaryKey: [], cursor: undefined };
const stream = new Stream(plan);

/** The text of the row in a line, if the line is known. */
function rowIn(envelopes: Envelopes, line: string): string | undefined {
  // Something stands around it, as in a chunk.
  const behind = '7'.repeat(PADDING);
  const bytes = Buffer.from(`7${line}${behind}`);
  const found = envelopes.find(bytes, 1, bytes.length - behind.length);
  if (found === undefined) return undefined;
  assert.equal(found.stream, stream);
  return bytes.toString('utf8', found.from, found.to);
}

function having(...lines: string[]): Envelopes {
  const envelopes = new Envelopes();
  for (const line of lines) envelopes.learn(line, stream);
  return envelopes;
}

test('a row in a known envelope is found, wherever it stands and whenever it was emitted', () => {
  for (const spell of SPELLINGS) {
    const envelopes = having(spell('{"a":1}', '1750000000000'));
    for (const row of ['{}', '{ "a" : [ {} , "}" ] }', '{"é":"\\\\\\"{"}', '{"x":",\\"emitted_at\\":5}}"}', '{"a":1e999}', '{nonsense]'])
      for (const time of ['0', '1', '1750000000001', '999999999999999'])
        assert.equal(rowIn(envelopes, spell(row, time)), row, spell(row, time));
  }
});

test('a number that is none, or that a double may not hold, is not the time of emission', () => {
  for (const spell of SPELLINGS) {
    const envelopes = having(spell('{"a":1}', '1'));
    for (const time of ['', '01', '-1', '1.5', '1e3', '1000000000000000', '"1"', 'null', ' ', '1 1'])
      assert.equal(rowIn(envelopes, spell('{"a":1}', time)), undefined, spell('{"a":1}', time));
  }
});

test('what is not one value in brackets is not found', () => {
  for (const spell of SPELLINGS) {
    const envelopes = having(spell('{"a":1}', '1'));
    const breaking = ['{"a":1},"stream":{}', '{"a":1}},"type":"STATE","state":{"x":{"y":1}', '{"a":1],"data":{"b":2}'];
    for (const row of [...breaking, '{', '{"a":"}', '{"a":"\\"}', '{"a":1}}', '{}{}', '{} ', '[1]', '"{}"', 'null', '', '{"a":1}\\'])
      assert.equal(rowIn(envelopes, spell(row, '1')), undefined, spell(row, '1'));
  }
});

test('a message without a row in braces teaches nothing', () => {
  for (const row of ['[1]', 'null', '"x"', '1'])
    assert.equal(rowIn(having(`{"record":{"data":${row}}}`), '{"record":{"data":{}}}'), undefined);
  assert.equal(rowIn(having('{"type":"RECORD"}'), '{"type":"RECORD"}'), undefined);
});

test('the last sixteen are remembered, and each is learned once', () => {
  const line = (n: number): string => `{"record":{"stream":"s${n}","data":{}}}`;
  const known = (envelopes: Envelopes): number[] =>
    Array.from({ length: 20 }, (_, n) => n).filter((n) => rowIn(envelopes, line(n)) !== undefined);
  const envelopes = having(...Array.from({ length: 16 }, (_, n) => line(n)), ...Array.from({ length: 16 }, () => line(3)));
  assert.equal(known(envelopes).length, 16);
  // That of the line that came last is the last one to be forgotten.
  assert.equal(rowIn(envelopes, line(0)), '{}');
  for (const n of [16, 17, 18]) envelopes.learn(line(n), stream);
  assert.equal(known(envelopes).length, 16);
  assert.ok(rowIn(envelopes, line(0)) !== undefined);
});

test('law: what is found is what the parser finds, however a line was changed', () => {
  let [found, tried] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(...SPELLINGS), rowText, mutated, mutated, (spell, row, mutateRow, mutateLine) => {
      const first = spell('{"a":1}', '1750000000000');
      const line = mutateLine(spell(mutateRow(row), '1750000000123'));
      const span = rowIn(having(first), line);
      tried++;
      if (span === undefined) return;
      found++;
      const [parsed, before] = [readMessage(line), readMessage(first)];
      assert.ok(parsed !== undefined && before !== undefined, line);
      assert.equal(parsed.data, span);
      const withoutTime = (envelope: object): unknown =>
        JSON.parse(JSON.stringify(envelope, (key, value) => (key === 'emitted_at' ? 0 : value)));
      assert.deepEqual(withoutTime(parsed.envelope), withoutTime(before.envelope));
    }),
    { numRuns: runs(2_000) },
  );
  assert.ok(found > tried / 20, `${found} of ${tried} were found`);
});
