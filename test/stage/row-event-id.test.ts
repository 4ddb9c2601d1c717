/** A row has the same event id whether it is read as a record or stays bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteView } from '../../lib/byte-view.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { loadHash } from '../../lib/hash.ts';
import { Block, type RowReader } from '../../lib/record/block.ts';
import { eventIdFor } from '../../lib/stage/choose-event-id.ts';
import { RowEventId } from '../../lib/stage/row-event-id.ts';
import { isUlid } from '../../lib/track/event-id.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

await loadHash();

/** Chance that is always the same. */
const clock: Clock = { ...systemClock, bytes: (length) => Buffer.alloc(length, 0xa7) };
const ULID = fc.string({
  unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz'),
  minLength: 26,
  maxLength: 26,
});
const NEARLY = fc.string({ unit: fc.constantFrom(...'0178AZILOUilou-@'), minLength: 25, maxLength: 27 });
const word = fc.string({ unit: fc.constantFrom(...'1aZ.', 'é', '東', '😀'), minLength: 1, maxLength: 6 });
const person = fc.string({ unit: fc.constantFrom(...'aZ1@', 'É', 'İ', 'Σ', 'Ⱥ', '東'), minLength: 1, maxLength: 8 });
const row = fc.record({
  own: fc.oneof(fc.constant(''), fc.constant(''), fc.constant('7c9e6679-7425-40de-944b-e07fc1f90ae7'), ULID, NEARLY, word),
  name: word,
  kind: fc.constantFrom('id' as const, 'email' as const, 'cio_id' as const, 'phone' as const),
  person: fc.oneof(person, fc.nat().map(String), fc.constant('a'.repeat(20_000))),
  hasTime: fc.boolean(),
  line: fc.oneof(fc.constant(Number.NaN), fc.nat(30), fc.constantFrom(9, 10, 99, 100, 2 ** 31, 2 ** 32 + 1, 2 ** 50)),
  filler: fc.oneof(fc.nat(3), fc.constantFrom(5_000, 20_000)),
});
const place = fc.record(
  { source: fc.constantFrom('events.ndjson', 'größe', ''), version: fc.constantFrom('v1', '') },
  { requiredKeys: [] },
);

test('law: the same id as an event that is an object, whatever decides about it', () => {
  const ids = new RowEventId(clock);
  const reader = (info: RowReader['place']): RowReader => ({ place: info, read: () => assert.fail('nothing is read') });
  fc.assert(
    fc.property(place, fc.array(row, { minLength: 1, maxLength: 4 }), fc.boolean(), (info, rows, isConstant) => {
      const texts = rows.map(({ own, name, person, filler }) => `["${own}","${name}","${person}","${'x'.repeat(filler)}"]`);
      const block = new Block(Buffer.from(texts.join('\n')), reader(info));
      let at = 0;
      rows.forEach(({ own, name, kind, person, hasTime, line }, index) => {
        const bytes = Buffer.byteLength(texts[index] ?? '');
        block.add(at, at + bytes, line, at, bytes);
        const ownFrom = at + 2;
        const nameFrom = ownFrom + Buffer.byteLength(own) + 3;
        const personFrom = nameFrom + Buffer.byteLength(name) + 3;
        const nameSpan = isConstant
          ? { name: ByteView.of(name), nameFrom: 0, nameTo: Buffer.byteLength(name) }
          : { name: undefined, nameFrom, nameTo: nameFrom + Buffer.byteLength(name) };
        const spans = { ownFrom, ownTo: ownFrom + Buffer.byteLength(own), personFrom, personTo: personFrom + Buffer.byteLength(person) };
        const target = Buffer.alloc(40, '-');
        assert.equal(ids.write(new ByteView(target), 7, block, index, { ...spans, ...nameSpan, kind, hasTime }), 33);
        const body = { type: 'person', action: 'event', identifiers: { [kind]: person }, name };
        const operation = { ...body, ...(own !== '' && { id: own }), ...(hasTime && { timestamp: 1 }) };
        const expected = eventIdFor(operation, block.origin(index), clock);
        assert.ok(isUlid(expected));
        assert.equal(target.toString(), `-------${expected}-------`);
        at += bytes + 1;
      });
    }),
    { numRuns: runs(300) },
  );
});
