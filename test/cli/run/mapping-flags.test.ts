import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagsOfMapping, type KeptFlags, mappingOfFlags, overridden } from '../../../lib/cli/run/mapping-flags.ts';
import { KeptMapping } from '../../../lib/record/kept-mapping.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const kept = new KeptMapping('people', {
  email: 'Mail',
  id: 'ID',
  column: ['At=created_at:time', 'a\\=b=c', 'Notes='],
  limit: ['person.attributes=5', 'event.attributes=7'],
  'snake-case': true,
});
const over = (flags: object): Record<string, unknown> => overridden(kept, flags, new Set(Object.keys(flags))).config;

test('a flag takes the place of what was said of its column, and everything else stays', () => {
  const { config } = kept;
  assert.deepEqual(over({}), config);
  assert.deepEqual(over({ column: ['At=joined:time:DD/MM/YYYY'] }).column, ['a\\=b=c', 'Notes=', 'At=joined:time:DD/MM/YYYY']);
  assert.deepEqual(over({ column: ['a\\=b=d'] }).column, ['At=created_at:time', 'Notes=', 'a\\=b=d']);
  const moved = over({ email: 'Notes' });
  assert.deepEqual([moved.email, moved.column], ['Notes', ['At=created_at:time', 'a\\=b=c']]);
  assert.deepEqual([over({ column: ['Mail=x'] }).email, over({ phone: 'ID' }).id], [undefined, undefined]);
  assert.deepEqual(over({ limit: ['person.attributes=9'] }).limit, ['event.attributes=7', 'person.attributes=9']);
  const dropping = over({ dropOthers: true });
  assert.deepEqual([dropping['snake-case'], dropping['drop-others']], [undefined, true]);
  assert.throws(() => over({ event: 'seen' }), { code: 'CIO_OPTIONS', message: /--event has no effect on rows of people/ });
});

test('only what differs from a default is kept, and no credential', () => {
  const flags = { ...flagsOfMapping(new KeptMapping('events', {}), 'x'), siteId: 'secret', rate: 5, email: 'e' } as KeptFlags;
  assert.deepEqual(mappingOfFlags(flags), new KeptMapping('events', { email: 'e' }));
});

test('the same flags in another order are the same mapping', () => {
  assert.equal(new KeptMapping('people', { id: 'a', email: 'b' }).id, new KeptMapping('people', { email: 'b', id: 'a' }).id);
  assert.notEqual(new KeptMapping('people', { id: 'a' }).id, new KeptMapping('events', { id: 'a' }).id);
});

test('law: flags that are kept come back as they were, whatever is in them', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(
      fc.record({ email: text, time: text, event: text, column: fc.array(text, { minLength: 1 }), snakeCase: fc.constant(true) }),
      (given) => {
        const flags = { ...flagsOfMapping(new KeptMapping('events', {}), 'x'), ...given } as KeptFlags;
        const back = mappingOfFlags(flags);
        assert.deepEqual(mappingOfFlags(flagsOfMapping(JSON.parse(JSON.stringify({ ...back })) as KeptMapping, 'x')).id, back.id);
      },
    ),
    { numRuns: runs(100) },
  );
});

test('what is not a mapping of ours is called by its name', () => {
  const cases: [KeptMapping, RegExp][] = [
    [new KeptMapping('sandbox', {}), /^x does not say how rows were mapped: sandbox is not a kind of rows/],
    [new KeptMapping('toString', {}), /is not a kind of rows/],
    [new KeptMapping('people', { rejects: '/etc' }), /--rejects is not a flag of people/],
    [new KeptMapping('people', { 'on-violation': 'ignore' }), /--on-violation must be one of/],
  ];
  for (const [mapping, message] of cases) assert.throws(() => flagsOfMapping(mapping, 'x'), { code: 'CIO_SOURCE', message });
});
