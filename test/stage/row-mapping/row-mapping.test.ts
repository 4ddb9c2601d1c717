/**
 * The mapping of bytes beside the mapping of records: whatever the row and the options, the bytes are left alone, or they
 * give the same entry. And what is ordinary is not left alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunks } from '../../../bench/rows.ts';
import { CioError } from '../../../lib/errors.ts';
import { loadHash } from '../../../lib/hash.ts';
import type { ValidateOptions } from '../../../lib/stage/options.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { type BothWays, bothWays } from '../../support/row-and-record.ts';
import { rowOptions, rowText } from '../../support/row-arbitrary.ts';
import { runs } from '../../support/runs.ts';

await loadHash();

const clock = new FakeClock();
const place = fc.record(
  { source: fc.constantFrom('a.ndjson', 'größe'), version: fc.constantFrom('1', '2024-01-01') },
  { requiredKeys: [] },
);
const at = fc.record({ place, line: fc.oneof(fc.integer({ min: 1 }), fc.constant(Number.NaN)) });

function accepted(options: ValidateOptions, limits: 'published' | 'connector' = 'published'): BothWays | undefined {
  try {
    return bothWays({ ...options, clock } as ValidateOptions, { limits });
  } catch (error) {
    if (error instanceof CioError && error.code === 'CIO_OPTIONS') return undefined;
    throw error;
  }
}

test('law: the bytes of a row become what the record becomes, or nothing', () => {
  let mapped = 0;
  let all = 0;
  const rows = rowOptions.chain((options) =>
    fc.tuple(
      fc.constant(options),
      fc.constantFrom('published', 'connector'),
      fc.array(fc.tuple(rowText(options), at), { minLength: 1, maxLength: 30 }),
    ),
  );
  fc.assert(
    fc.property(rows, ([options, limits, texts]) => {
      const both = accepted(options, limits as 'published');
      if (both === undefined) return;
      for (const [text, place] of texts) {
        all++;
        if (both.isMapped(text, place)) mapped++;
      }
    }),
    { numRuns: runs(3_000) },
  );
  assert.ok(mapped > all / 4, `only ${mapped} of ${all} rows were mapped by their bytes`);
});

/** Options, and rows that an export of that kind has. */
const ORDINARY: [string, ValidateOptions, string[]][] = [
  [
    'people by email',
    { object: 'person_identify', identifier: 'email' },
    ['{"person_email":"ada@example.com","plan":"pro","age":36,"tags":["a"],"x":null}'],
  ],
  ['people without attributes', { object: 'person_identify' }, ['{"person_id":"user-1"}', '{"person_id":7}', '{ "person_id" : 7 }']],
  [
    'people by whatever is there',
    { object: 'person_identify' },
    [
      '{"person_cio_id":"a3000001","plan":"pro"}',
      '{"person_id":"crm_42","person_email":"ada@example.com","person_phone":"+4915123456","plan":"pro"}',
      '{"person_id":null,"person_email":"Ada@Example.com","plan":"pro"}',
      '{"person_id":"","person_email":"t@example.com","created_at":1750000000}',
      '{"person_phone":"+4915123456","created_at":"yesterday","email":"ada@example.com"}',
    ],
  ],
  [
    'people with identifiers among their attributes',
    { object: 'person_identify', identifier: 'id' },
    [
      '{"person_id":"f00","email":"ada@example.com","phone":"0171 1234567","cio_id":null,"_update":true}',
      '{"person_id":"f00","phone":null}',
    ],
  ],
  [
    'columns with other names, types and nothing',
    {
      object: 'person_identify',
      columns: {
        Mail: 'person_email',
        'CRM ID': 'person_id',
        Plan: 'plan',
        Notes: false,
        Joined: { attribute: 'created_at', type: 'time' },
        Total: { type: 'number' },
        Spent: { attribute: 'spent', type: 'number', format: '1.234,56' },
        Active: { attribute: 'active', type: 'boolean' },
      },
    },
    [
      '{"CRM ID":"17","Mail":"ada@example.com","Plan":"pro","Notes":"x","Joined":"2024-05-06T07:08:09Z","Total":"12.50","Spent":"1.234,56","Active":"yes","other":[{}]}',
      '{"Mail":"ada@example.com","Plan":null,"Joined":"","Total":12,"Active":true}',
      '{"Mail":"ada@example.com","Joined":"2024-05-06","Total":"-1"}',
      '{"Mail":"ada@example.com","Joined":"1950-01-01"}',
      '{"Mail":"ada@example.com","Joined":"9999-12-31"}',
    ],
  ],
  [
    'only what is named',
    {
      object: 'person_identify',
      identifier: 'email',
      columns: { Mail: 'person_email', plan: 'plan', Seen: { attribute: 'seen', type: 'time' } },
      others: 'drop',
    },
    [
      '{"Mail":"ada@example.com","plan":"pro","email":"x","id":"","Seen":1750000000123,"created_at":"never"}',
      '{"x":1,"Mail":"ada@example.com"}',
    ],
  ],
  [
    'events',
    { object: 'person_event' },
    [
      '{"person_email":"ada@example.com","event_name":"häufig gesehen","timestamp":1750000000,"total":12.5,"items":[{"a":1}]}',
      '{"person_id":"7","event_name":"bought","event_id":"e-1","timestamp":"2024-05-06T07:08:09.123Z","recipient":"ada@example.com"}',
      '{"person_id":7,"person_email":"ada@example.com","event_name":"bought","event_id":42}',
      '{"person_id":7,"event_name":"bought","event_id":"01j9zk3q5w7x8y9z0a1b2c3d4e","timestamp":1750000000123}',
      '{"person_id":7,"event_name":"bought","event_id":null,"timestamp":"1750000000"}',
      '{"person_id":7,"event_name":"bought","timestamp":"2024-05-06 07:08:09","id":"","email":null}',
    ],
  ],
  [
    'events of one name',
    {
      object: 'person_event',
      event: ' bought ',
      columns: { Mail: 'person_email', At: { field: 'timestamp', format: 'DD/MM/YYYY' } },
      others: 'drop',
    },
    ['{"Mail":"ada@example.com","At":"06/05/2024","event_name":"x"}'],
  ],
];

test('ordinary rows are mapped by their bytes', () => {
  for (const [what, options, rows] of ORDINARY) {
    const both = accepted(options);
    assert.ok(both, what);
    for (const text of rows) assert.ok(both.isMapped(text, { place: { source: 'a' }, line: 1 }), `${what}: ${text}`);
  }
});

/** Options, and rows that need a look at the record. */
const ODD: [ValidateOptions, string[]][] = [
  [
    { object: 'person_identify' },
    [
      '{"person_phone":"+4915123456","phone":null}',
      '{"person_phone":"+4915123456","phone":""}',
      '{"person_cio_id":"a3000001","cio_id":null}',
      '{"person_id":"7","id":null}',
      '{"person_id":"7","email":""}',
      '{"person_id":"7","email":"Ada"}',
      '{"person_id":"7","email":7}',
      '{"person_id":"7","id":true}',
      '{"person_id":"7","id":"null"}',
      '{"person_id":"7","phone":"none"}',
      '{"person_id":"7","_update":"true"}',
      '{"person_id":"7","person_email":"ada@example.com","email":"ada@example.com"}',
      '{"person_id":"7","created_at":1.75e9}',
      String.raw`{"person_id":"7","created_at":"\u0031750000000"}`,
      '{"person_id":"7","created_at":"0000001750000000"}',
      '{"person_email":"Ada"}',
      '{"person_phone":"0171 1234567"}',
    ],
  ],
  [
    { object: 'person_identify', columns: { email: { type: 'number' }, phone: { type: 'boolean' }, a: 'x' } },
    ['{"person_id":"7","email":1}', '{"person_id":"7","phone":"yes"}', '{"person_id":"7","x":1,"a":2}', '{"person_id":"7","x":1}'],
  ],
  [
    { object: 'person_event' },
    [
      String.raw`{"person_id":"7","event_name":"\u006eull"}`,
      '{"person_id":"7","event_name":"x","recipient":null}',
      '{"person_id":"7","event_name":"x","reply_to":7}',
    ],
  ],
  [
    { object: 'person_event', identifier: 'email', columns: { CRM: 'person_id' } },
    ['{"person_email":"ada@example.com","CRM":"7","event_name":"x","id":8}', '{"CRM":"7","event_name":"x"}'],
  ],
  // Sent with a warning, as a column is named for the time.
  [
    { object: 'person_event', event: 'x', columns: { At: 'timestamp' } },
    ['{"person_id":"7","At":null}', '{"person_id":"7"}', '{"person_id":"7","timestamp":1750000000}'],
  ],
  [{ object: 'person_identify', columns: { At: 'timestamp' } }, ['{"person_id":"7","a":1}']],
];

test('columns in snake case are learned from the first row that has them', () => {
  const both = accepted({ object: 'person_identify', others: 'snake_case', columns: { Mail: 'person_email', Notes: false } });
  const at = { place: { source: 'a' }, line: 1 };
  const row = '{"Mail":"ada@example.com","First Name":"Ada","plan":"pro","Notes":"x","Größe":1}';
  assert.deepEqual([both?.isMapped(row, at), both?.isMapped(row, at)], [false, true]);
  assert.ok(!both?.isMapped('{"Mail":"ada@example.com","New":1}', at));
  for (const broken of ['{"Mail":', '{"Mail":"ada@example.com","Newer":}']) assert.ok(!both?.isMapped(broken, at));
  // They may be left out, and two of them may have one name.
  assert.ok(both?.isMapped('{"Größe":2,"Mail":"ada@example.com"}', at));
  for (let n = 0; n < 3; n++) assert.ok(!both?.isMapped('{"Mail":"ada@example.com","First Name":"Ada","firstName":"A"}', at));
  for (let n = 0; n < 3; n++) assert.ok(!both?.isMapped('{"Mail":"ada@example.com","Person ID":"7"}', at));
  assert.ok(both?.isMapped('{"Mail":"ada@example.com","plan":"free","created_at":1750000000}', at));
});

test('odd rows are left to the mapping of records', () => {
  for (const [options, rows] of ODD) {
    const both = accepted(options);
    assert.ok(both);
    for (const text of rows) assert.ok(!both.isMapped(text, { place: { source: 'a' }, line: 1 }), text);
  }
});

test('all rows of the bench are mapped by their bytes', () => {
  for (const kind of ['person_identify', 'person_event'] as const) {
    const both = accepted({ object: kind, identifier: 'email' });
    const [rows = ''] = chunks(kind, 200, 1);
    for (const text of rows.trim().split('\n')) assert.ok(both?.isMapped(text, { place: { source: 'a' }, line: 1 }), text);
  }
});
