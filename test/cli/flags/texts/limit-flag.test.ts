import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownLimits } from '../../../../lib/cli/flags/texts/limit-flag.ts';

test('--limit: each mistake has its own words', () => {
  assert.deepEqual(ownLimits('connector', ['person.attributes=500', 'person.entryBytes=none', 'event.eventNameBytes=50']), {
    list: 'connector',
    person: { attributes: 500, entryBytes: Number.POSITIVE_INFINITY },
    event: { eventNameBytes: 50 },
  });
  const mistakes: [string, RegExp][] = [
    ['person.attributes', /write kind\.name=number/],
    ['person.attributes=', /write kind\.name=number/],
    ['person.attributes=0', /must be a whole number above 0, or none/],
    ['person.attributes=-1', /must be a whole number above 0, or none/],
    ['person.atributes=5', /unknown limit "person\.atributes": did you mean "person\.attributes"\?/],
    ['attributes=5', /unknown limit "attributes"/],
  ];
  for (const [pair, message] of mistakes) assert.throws(() => ownLimits('published', [pair]), { code: 'CIO_OPTIONS', message });
});
