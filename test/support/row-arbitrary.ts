/** Rows as JSON text, ordinary and odd, and options for their mapping. */

import type { Columns } from '../../lib/stage/mapping/columns.ts';
import type { ValidateOptions } from '../../lib/stage/options.ts';
import fc from './fast-check.ts';

type Text = fc.Arbitrary<string>;

const quoted = (...texts: string[]): Text => fc.constantFrom(...texts.map((text) => JSON.stringify(text)));
const FIELDS = ['person_email', 'person_id', 'person_cio_id', 'person_phone', 'event_name', 'event_id', 'timestamp'];
const KNOWN = ['email', 'id', 'phone', 'cio_id', 'created_at', '_update', 'recipient', 'from_address', 'reply_to'];
const PLAIN = [
  'Prénom',
  '名前',
  'a',
  'b',
  'plan',
  'Mail',
  'First Name',
  'first_name',
  'Plan',
  'CRM ID',
  'joined',
  'total',
  'Created At',
  'E-Mail',
  'Email',
  'Person Email',
];
const RARE = ['Größe', '__proto__', 'constructor', 'toString', 'toJSON', '1', 'cio_subscription_preferences', 'name', 'n'.repeat(63)];

const email = quoted('ada@example.com', 'ADA.L+x@Example.co.uk', 'n@x.io', '1a@b.c', 'null_7@x.de', 'u@undefined.undefined');
const oddEmail = quoted(
  ...[
    'Ada',
    'a@b',
    'null@null.null',
    'undefined@null.null',
    '_a@b.c',
    '1+a@b.c',
    'ada@example..com',
    'ada@.com',
    'a"b@c.d',
    '"x"@y.z',
    'ada@exämple.com',
  ],
  ...['a@b@c.d', 'ada@example.com.', ' ada@example.com', 'ada@example.com\u00a0', '@b.c', 'a@', '00000000-@b.c'],
);
const id = quoted(
  ...['7', 'user-1', 'crm_0042', 'F00', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', '00000001', 'a b', '+4', 'x'.repeat(140), 'nullable1'],
);
const oddId = quoted(
  ...[
    'null',
    'NULL',
    'n/a',
    'N/A',
    'none',
    'nan',
    'undefined',
    'nullnull',
    'null-undefined',
    'null null null null',
    'true',
    'False',
    '-',
    '#N/A',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '1.2E+11',
    '1+2',
    '+',
    '+x',
    '{{id}}',
    'a\u200bb',
    'a\tb',
    ' x',
    'x ',
    '\u00e9',
    'é'.repeat(60),
  ],
  ...['x'.repeat(151), 'a\\b', 'a"b', 'nat', 'unknown', 'number-one-of-all', 'table', 'test', 't', '<null>', 'n.a.', 'a\u007fb'],
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '0',
    '-0',
    '1.50',
    '1e2',
    '1E+2',
    '1e-7',
    '0.1',
    '123456789012345',
    '1234567890123456',
    '12345678901234567890',
    '1e20',
    '-1.5',
  ),
  fc.constantFrom(
    '0.30000000000000004',
    '1.00',
    '1e400',
    '100000000000000000000000',
    '9007199254740993',
    `${'9'.repeat(320)}`,
    '1e21',
    '4.9e-324',
  ),
);
const phone = quoted('+491711234567', '+1234567', '+123456789012345');
const anyPhone = fc.stringMatching(/^\+[0-9]{4,17}$/).map((digits) => JSON.stringify(digits));
const oddPhone = quoted('+0123456789', '0171 1234', '+49 171 1234567', '+123', '+1234567890123456', '+49171x', 'null');
const time = fc.oneof(
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }).map(String),
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }).map((seconds) => `"${seconds}"`),
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }).map((seconds) => `${seconds}123`),
  fc.date({ min: new Date('1969-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((date) => JSON.stringify(date)),
  fc.date({ min: new Date('1999-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).chain((date) =>
    fc.constantFrom(
      ...[10, 16, 19, 22, 23].map((end) =>
        JSON.stringify(
          date
            .toISOString()
            .slice(0, end)
            .replace('T', end % 2 ? ' ' : 'T'),
        ),
      ),
    ),
  ),
);
const oddTime = fc.oneof(
  quoted(
    '2024-02-30',
    '2023-02-29',
    '2024-02-29',
    '2024-12-31T24:00:00Z',
    '2024-12-31T23:59:60Z',
    '1750000000.5',
    '2024-05-06T07:08:09+02:00',
    '20240506',
  ),
  quoted(
    '2024-05-06T07:08:09.Z',
    '2024-05-06T07:08:09z',
    '2024-05-06 07:08',
    '06/05/2024',
    '',
    ' 1750000000 ',
    '01750000000',
    '1969-12-31',
    '0001-01-01',
  ),
  quoted(
    '2024-05-06T07:08:09,5Z',
    '2024-5-6',
    '2024-05-06T',
    '2024-05-06T07:08:09ZZ',
    '2024-00-01',
    '2024-13-01',
    '2024-05-00',
    '2038-01-19T03:14:08Z',
    '1900-02-29',
  ),
  fc.constantFrom(
    '1750000000.25',
    '1.75e9',
    '20240506',
    '19750101',
    '1980010100',
    '2024050607',
    '1980010199',
    '0',
    '-5',
    '1750000000000000',
    '638000000000000000',
  ),
);
const eventName = quoted('purchase', 'page_viewed', 'häufig gesehen', 'x', 'Order Completed');
const oddName = quoted(
  '',
  ' ',
  'null',
  'n/a',
  ' purchase',
  'purchase\u200b',
  'a\nb',
  'x'.repeat(100),
  'x'.repeat(101),
  'é'.repeat(51),
  '日本'.repeat(100),
  'false',
  '#REF!',
);
const text = fc.oneof(
  quoted(
    'basic',
    'premium',
    'München',
    '東京',
    'true',
    'yes',
    '0',
    '1',
    '1.234,56',
    '12,5',
    '1,234.50',
    ' 5 ',
    '-7.25',
    '1e3',
    'a,b',
    '}{',
    '12.',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => JSON.stringify(value)),
);
const escaped = fc.constantFrom(
  String.raw`"\u0041da"`,
  String.raw`"a\nb"`,
  String.raw`"a\/b"`,
  String.raw`"\ud800"`,
  String.raw`"\ud83d\ude00"`,
  String.raw`"\\"`,
  String.raw`"\""`,
);
const long = fc
  .tuple(fc.constantFrom('x', 'é', '\n', '"'), fc.constantFrom(333, 334, 499, 500, 501, 999, 1000, 1001, 1100))
  .map(([char, times]) => JSON.stringify(char.repeat(times)));
const nested = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{}',
    '[]',
    '{"a":1,"a":2}',
    '[1, 2 ]',
    '{ "x" : { "y":[null] } }',
    '{"__proto__":1}',
    '[1e400]',
    '[12345678901234567890]',
  ),
);
const rare = fc.oneof(fc.constantFrom('null', '""', 'true', 'false', 'null', '""'), escaped, long, nested, number, text);

const mostly = (usual: Text, odd: Text): Text =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd }, { weight: 1, arbitrary: rare });
const OF_NAME: Readonly<Record<string, Text>> = {
  person_email: mostly(email, oddEmail),
  person_id: mostly(fc.oneof(id, fc.nat().map(String)), fc.oneof(oddId, number)),
  person_cio_id: mostly(id, oddId),
  person_phone: mostly(phone, fc.oneof(oddPhone, anyPhone)),
  event_name: mostly(eventName, oddName),
  event_id: mostly(fc.oneof(id, quoted('01J9ZK3Q5W7X8Y9Z0A1B2C3D4E', '01j9zk3q5w7x8y9z0a1b2c3d4e')), oddId),
  timestamp: mostly(time, oddTime),
  created_at: mostly(time, fc.oneof(oddTime, number, text)),
  email: mostly(email, oddEmail),
  id: mostly(fc.oneof(id, number), oddId),
  phone: mostly(fc.oneof(phone, number), fc.oneof(oddPhone, oddId)),
  cio_id: mostly(id, oddId),
  _update: mostly(fc.constantFrom('true', 'false'), text),
};
const OTHER = mostly(fc.oneof(text, number, time, id, nested, fc.constantFrom('true', 'false', 'null')), rare);

/** What a column holds that is called like that, or becomes that. */
const valueFor = (name: string): Text =>
  (Object.hasOwn(OF_NAME, name) ? OF_NAME[name] : undefined) ??
  (['recipient', 'from_address', 'reply_to'].includes(name) ? mostly(email, number) : OTHER);

const space = fc.oneof({ weight: 30, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '  ', '\r', '\n') });
const escapedName = fc.constantFrom(
  String.raw`"pers\u006fn_email"`,
  String.raw`"a\nb"`,
  String.raw`"\u0061"`,
  '""',
  JSON.stringify('n'.repeat(151)),
  JSON.stringify('é'.repeat(76)),
);

type Object = 'person_identify' | 'person_event';
const TARGETS = [
  'a',
  'plan',
  'email',
  'id',
  'phone',
  'created_at',
  'reply_to',
  'recipient',
  'first_name',
  '_update',
  'timestamp',
  'person_email',
  'person_id',
  'Größe',
];
const details = fc.oneof(
  fc.constantFrom(
    { type: 'number' },
    { type: 'boolean' },
    { type: 'time' },
    { type: 'number', format: '1.234,56' },
    { type: 'time', format: 'YYYY-MM-DD' },
  ),
  fc.constantFrom({}),
);
const target = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TARGETS) },
  { weight: 1, arbitrary: fc.constant(false as const) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(details, fc.option(fc.constantFrom(...TARGETS), { nil: undefined }))
      .map(([more, attribute]) => (attribute === undefined ? more : { ...more, attribute })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...FIELDS).map((field) => ({ field })) },
);
const columns = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...PLAIN, ...KNOWN, ...FIELDS, 'constructor', '__proto__'), target), {
    selector: ([column]) => column,
    maxLength: 4,
  })
  .map((entries) => Object.fromEntries(entries) as Columns);

/** Options of validate(); some are refused. */
export const rowOptions: fc.Arbitrary<ValidateOptions> = fc
  .record({
    object: fc.constantFrom<Object>('person_identify', 'person_event'),
    identifier: fc.constantFrom('auto' as const, 'auto' as const, 'email' as const, 'id' as const, 'phone' as const, 'cio_id' as const),
    columns: fc.oneof(fc.constant({}), columns),
    others: fc.constantFrom('keep' as const, 'keep' as const, 'drop' as const, 'snake_case' as const),
    event: fc.option(fc.constantFrom('bought', ' bought ', 'größer', 'say "hi"\\n\n.'), { nil: undefined, freq: 4 }),
  })
  .map(({ event, ...options }) => (event === undefined || options.object === 'person_identify' ? options : { ...options, event }));

/** What columns become, and which ones a row of that kind mostly has. */
function columnsFor(options: ValidateOptions) {
  const named = Object.entries(options.columns ?? {});
  const becomes = new Map(
    named.map(([column, to]) => [column, typeof to === 'string' ? to : to === false ? 'a' : (to.field ?? to.attribute ?? column)]),
  );
  const own =
    options.identifier === undefined || options.identifier === 'auto' ? ['person_email', 'person_id'] : [`person_${options.identifier}`];
  const needed = [...own, ...(options.object === 'person_event' ? ['event_name', 'timestamp'] : [])];
  const likely = needed.map((field) => named.find(([column]) => becomes.get(column) === field)?.[0] ?? field);
  return { named, becomes, likely };
}

/** A CSV for such options. */
export function csvText(options: ValidateOptions): fc.Arbitrary<string> {
  const { named, becomes, likely } = columnsFor(options);
  const cell = (name: string): fc.Arbitrary<string> =>
    valueFor(becomes.get(name) ?? name).map((json) => (json.startsWith('"') ? (JSON.parse(json) as string) : json));
  const line = (cells: readonly string[]): string =>
    cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
  return fc
    .uniqueArray(fc.constantFrom(...PLAIN, ...named.map(([column]) => column), ...KNOWN, ...FIELDS), { maxLength: 6 })
    .map((more) => [...new Set([...likely, ...more])])
    .chain((header) =>
      fc
        .array(fc.tuple(...header.map(cell)), { minLength: 5, maxLength: 30, size: 'max' })
        .map((rows) => [header, ...rows].map((cells) => `${line(cells)}\n`).join('')),
    );
}

/** Rows for such options, as text. */
export function rowText(options: ValidateOptions): fc.Arbitrary<string> {
  const { named, becomes, likely } = columnsFor(options);
  const member = (name: string): fc.Arbitrary<[string, string]> =>
    fc.tuple(fc.constant(JSON.stringify(name)), valueFor(becomes.get(name) ?? name));
  const others = fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...PLAIN, ...named.map(([column]) => column)).chain(member) },
    { weight: 4, arbitrary: fc.constantFrom(...KNOWN, ...FIELDS, ...TARGETS).chain(member) },
    { weight: 1, arbitrary: fc.constantFrom(...RARE).chain(member) },
    { weight: 1, arbitrary: fc.tuple(escapedName, OTHER) },
  );
  const isThere = (name: string): fc.Arbitrary<[string, string][]> =>
    fc.oneof({ weight: 9, arbitrary: member(name).map((one) => [one]) }, { weight: 1, arbitrary: fc.constant<[string, string][]>([]) });
  const isRepeated = fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc
    .tuple(
      fc.tuple(...likely.map(isThere)),
      fc.array(others, { maxLength: 6 }),
      isRepeated,
      fc.array(space, { minLength: 40, maxLength: 40 }),
      fc.integer(),
    )
    .map(([first, more, repeats, spaces, seed]) => {
      const all = [...first.flat(), ...more];
      const members = repeats ? all : all.filter(([name], index) => all.findIndex(([other]) => other === name) === index);
      const sorted = members.map((one, index) => [one, Math.imul(seed, index + 7) >>> 3] as const).sort(([, a], [, b]) => a - b);
      let n = 0;
      const gap = (): string => spaces[n++ % spaces.length] ?? '';
      return `{${gap()}${sorted.map(([[name, value]]) => `${gap()}${name}${gap()}:${gap()}${value}${gap()}`).join(',')}}${gap()}`;
    });
}
