/** What is said of options that nobody knows, at the top and inside others; and that undefined is what was left out. */
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { z } from 'zod';
import { DEDUPE_OPTIONS, DEDUPE_SHAPE, MEMORY_STORE_OPTIONS, MEMORY_STORE_SHAPE } from '../lib/dedupe/options.ts';
import { checkStore, csv, enforceLimits, json, ndjson, openRejects, rejectWriter, trackWriter, validate } from '../lib/index.ts';
import { SERVE_METRICS_SHAPE } from '../lib/metrics/options.ts';
import { nearest, readOptions, unknownName } from '../lib/options.ts';
import { REJECT_WRITER_OPTIONS, REJECT_WRITER_SHAPE } from '../lib/reject/options.ts';
import { SANDBOX_OPTIONS, SANDBOX_SHAPE } from '../lib/sandbox/options.ts';
import { CSV_SHAPE } from '../lib/source/csv/options.ts';
import { KAFKA_SHAPE } from '../lib/source/kafka/options.ts';
import { SOURCE_SHAPE } from '../lib/source/options.ts';
import { ENFORCE_LIMITS_OPTIONS, ENFORCE_LIMITS_SHAPE, VALIDATE_OPTIONS, VALIDATE_SHAPE } from '../lib/stage/options.ts';
import { STORE_SHAPE } from '../lib/storage/options.ts';
import { LIMITS } from '../lib/track/limits.ts';
import { TRACK_WRITER_OPTIONS, TRACK_WRITER_SHAPE } from '../lib/write/options.ts';
import { docsOf } from './docs/option-tables.ts';
import { folder } from './support/folder.ts';

test('an unknown option inside another names its place and the nearest known', () => {
  const cases: [(options: never) => unknown, object, string][] = [
    [validate, { object: 'entry', colums: {} }, 'validate: unknown option "colums": did you mean "columns"?'],
    [
      validate,
      { object: 'person_event', columns: { at: { fild: 'timestamp' } } },
      'validate: option "columns.at": unknown option "fild": did you mean "field"?',
    ],
    [enforceLimits, { limits: { persons: {} } }, 'enforceLimits: unknown option "limits.persons": did you mean "limits.person"?'],
    [
      enforceLimits,
      { limits: { event: { eventName: 1 } } },
      'enforceLimits: unknown option "limits.event.eventName": did you mean "limits.event.eventNameBytes"?',
    ],
    [rejectWriter, { to: 'x', s3: { regin: 'eu' } }, 'rejectWriter: unknown option "s3.regin": did you mean "s3.region"?'],
  ];
  for (const [make, options, message] of cases) assert.throws(() => make(options as never), { code: 'CIO_OPTIONS', message });
});

test('the nearest name: few letters away, or the only one that holds it; else all are listed', () => {
  const known = ['person_email', 'person_id', 'event_id'];
  assert.equal(unknownName('option', 'Email', known), 'unknown option "Email": did you mean "person_email"?');
  assert.equal(unknownName('option', 'event', known), 'unknown option "event": did you mean "event_id"?');
  for (const name of ['id', 'x', ''])
    assert.equal(unknownName('option', name, known), `unknown option "${name}"; known: person_email, person_id, event_id`);
  // Where every letter is another one, nothing is near.
  for (const name of ['ID', 'x']) assert.equal(nearest(name, ['AT', '1', '']), undefined, name);
  assert.equal(nearest('ID', ['AT', 'id2']), 'id2');
  assert.equal(nearest('email_address', known), undefined);
  assert.equal(nearest('event_id_2', [...known, 'e']), 'event_id');
  assert.equal(nearest('maxRetries', ['maxRejected', 'region']), undefined, 'not what only begins alike');
});

test('several unknown options are told with one list, which has none that are for tests', () => {
  const make = () => enforceLimits({ a: 1, onViolations: 'drop', b: 2 } as never);
  const message =
    'enforceLimits: unknown option "onViolations": did you mean "onViolation"?; unknown options "a", "b"; known: limits, onViolation';
  assert.throws(make, { code: 'CIO_OPTIONS', message });
  assert.throws(
    () => trackWriter({ siteId: 'a', apiKey: 'b', close: 1 } as never),
    ({ message: text }: Error) => {
      assert.match(text, /^trackWriter: unknown option "close"; known: siteId, apiKey, .*, dryRun$/);
      return !/clock|sentAt|onDryBody/.test(text);
    },
  );
});

test('undefined means the default', async (t) => {
  const schemas: [z.ZodObject, object][] = [
    [VALIDATE_OPTIONS, { object: 'entry' }],
    [ENFORCE_LIMITS_OPTIONS, {}],
    [DEDUPE_OPTIONS, {}],
    [TRACK_WRITER_OPTIONS, { siteId: 'x', apiKey: 'y' }],
    [REJECT_WRITER_OPTIONS, { to: 'rejected/' }],
    [MEMORY_STORE_OPTIONS, {}],
    [SANDBOX_OPTIONS, {}],
  ];
  for (const [schema, needed] of schemas) {
    const nothing = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, undefined]));
    const given = Object.entries(readOptions('it', schema, { ...nothing, ...needed })).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(given), readOptions('it', schema, needed));
  }
  const { limits } = readOptions('it', ENFORCE_LIMITS_OPTIONS, {
    limits: { person: { attributes: undefined, entryBytes: 5 }, event: undefined },
  });
  assert.deepEqual(limits, { ...LIMITS, person: { ...LIMITS.person, entryBytes: 5 } });
  const source = { source: undefined, maxRecordBytes: undefined, startAt: undefined };
  const streams: [Duplex, string][] = [
    [ndjson(source), '{"a":1}'],
    [json({ ...source, path: undefined }), '[{"a":1}]'],
    [csv({ ...source, delimiter: undefined, columns: undefined }), 'a\n1'],
  ];
  for (const [stream, text] of streams) {
    stream.end(text);
    assert.equal((await stream.toArray()).length, 1);
  }
  const place = await folder(t);
  await checkStore(place, { giveUpMs: undefined, signal: undefined, s3: { region: undefined } });
  await (await openRejects(place, { except: undefined, gcs: { projectId: undefined } })).close();
});

test('the sentence of an option says the default that its schema has', () => {
  const shapes: [file: string, name: string, shape: z.ZodRawShape][] = [
    ['lib/write/options.ts', 'TRACK_WRITER_SHAPE', TRACK_WRITER_SHAPE],
    ['lib/reject/options.ts', 'REJECT_WRITER_SHAPE', REJECT_WRITER_SHAPE],
    ['lib/storage/options.ts', 'STORE_SHAPE', STORE_SHAPE],
    ['lib/source/options.ts', 'SOURCE_SHAPE', SOURCE_SHAPE],
    ['lib/source/csv/options.ts', 'CSV_SHAPE', CSV_SHAPE],
    ['lib/stage/options.ts', 'VALIDATE_SHAPE', VALIDATE_SHAPE],
    ['lib/stage/options.ts', 'ENFORCE_LIMITS_SHAPE', ENFORCE_LIMITS_SHAPE],
    ['lib/dedupe/options.ts', 'DEDUPE_SHAPE', DEDUPE_SHAPE],
    ['lib/dedupe/options.ts', 'MEMORY_STORE_SHAPE', MEMORY_STORE_SHAPE],
    ['lib/sandbox/options.ts', 'SANDBOX_SHAPE', SANDBOX_SHAPE],
    ['lib/metrics/options.ts', 'SERVE_METRICS_SHAPE', SERVE_METRICS_SHAPE],
  ];
  const MIB = 1_048_576;
  let seen = 0;
  for (const [file, name, shape] of shapes) {
    const docs = docsOf(file, name);
    for (const [option, schema] of Object.entries(shape) as [string, z.ZodType][]) {
      const standard = schema.safeParse(undefined).data;
      const doc = docs.get(option);
      if (doc === undefined || !['number', 'string', 'boolean'].includes(typeof standard)) continue;
      const number = typeof standard === 'number' ? [standard.toLocaleString('en-US'), `${standard / MIB} MiB`] : [];
      const said = [`${standard}`, `\`${standard}\``, ...number];
      const isSaid = said.some(
        (text) => doc.includes(`efault ${text}`) || doc.includes(`${text} (default)`) || doc.includes(`efault and maximum ${text}`),
      );
      assert.ok(isSaid, `${name}.${option}: ${standard} is not in "${doc}"`);
      seen++;
    }
  }
  assert.ok(seen > 25, `${seen}`);
});

test("a wrong value of any option is refused in this package's words, not in zod's", () => {
  const shapes = { ...TRACK_WRITER_SHAPE, ...REJECT_WRITER_SHAPE, ...STORE_SHAPE, ...SOURCE_SHAPE, ...CSV_SHAPE, ...VALIDATE_SHAPE };
  const others = {
    ...ENFORCE_LIMITS_SHAPE,
    ...DEDUPE_SHAPE,
    ...MEMORY_STORE_SHAPE,
    ...SERVE_METRICS_SHAPE,
    ...SANDBOX_SHAPE,
    ...KAFKA_SHAPE,
  };
  const wrong = [undefined, null, true, -1, 0, 1.5, Number.NaN, 1e12, '', 'x', [], [5], {}, { x: 1 }, () => 1];
  let seen = 0;
  for (const [option, schema] of [...Object.entries(shapes), ...Object.entries(others)]) {
    for (const value of wrong) {
      try {
        readOptions('it', z.strictObject({ [option]: schema as z.ZodType }), { [option]: value });
      } catch (error) {
        seen++;
        assert.match(Object(error).message, new RegExp(`"${option}[".]`));
        assert.doesNotMatch(Object(error).message, /Invalid|Too (small|big)|expected|received/, `${option}: ${String(value)}`);
      }
    }
  }
  assert.ok(seen > 300, `${seen}`);
});
