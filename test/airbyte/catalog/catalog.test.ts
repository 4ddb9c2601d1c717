import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Catalog, readCatalog } from '../../../lib/airbyte/catalog/catalog.ts';
import { type Config, readConfig } from '../../../lib/airbyte/config/config.ts';
import { streamOf } from '../../support/airbyte/connector.ts';

function configOf(more: object = {}): Config {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' }, ...more });
  assert.ok('data' in config);
  return config.data;
}

function plan(streams: unknown[], config: Config = configOf()): Catalog {
  const read = readCatalog({ streams }, config);
  assert.ok('data' in read, JSON.stringify(read));
  return read.data;
}

function problems(streams: unknown): readonly string[] {
  return problemsIn({ streams }, configOf());
}

function problemsIn(catalog: unknown, config: Pick<Config, 'default_object'> | undefined): readonly string[] {
  const read = readCatalog(catalog, config);
  return 'problems' in read ? read.problems : [];
}

test('the object: as named, else as the stream is called, else the default', () => {
  const streams = [
    streamOf('a', { destination_object_name: 'person_event' }),
    streamOf('person_event'),
    streamOf('c', { destination_object_name: null }),
  ];
  const objects = plan(streams, configOf({ default_object: 'object_identify' })).streams.map(({ object }) => object);
  assert.deepEqual(objects, ['person_event', 'person_event', 'object_identify']);
});

test('keys, cursor, namespace and sync id are taken, nulls are nothing', () => {
  const full = streamOf(
    'person_identify',
    { destination_sync_mode: 'append_dedup', primary_key: [['id'], []], cursor_field: ['at'], sync_id: 42 },
    { namespace: 'ns' },
  );
  const empty = streamOf('person_event', { primary_key: null, cursor_field: null, sync_id: null }, { namespace: null });
  const { streams, syncId, warnings } = plan([full, empty]);
  assert.deepEqual(streams, [
    { name: 'person_identify', namespace: 'ns', object: 'person_identify', mode: 'append_dedup', primaryKey: [['id']], cursor: ['at'] },
    { name: 'person_event', namespace: undefined, object: 'person_event', mode: 'append', primaryKey: [], cursor: undefined },
  ]);
  assert.deepEqual([syncId, warnings], ['42', []]);
  const overwritten = plan([streamOf('person_identify', { destination_sync_mode: 'overwrite' })]);
  assert.match(overwritten.warnings[0] ?? '', /overwrite works as append \(person_identify\): earlier rows stay/);
});

test('all problems are reported at once', () => {
  assert.deepEqual(
    problems([
      streamOf('x'),
      streamOf('person_event', { destination_sync_mode: 'soft_delete' }),
      streamOf('person_identify'),
      streamOf('person_identify'),
      streamOf('y', { destination_object_name: 'person_evnt' }),
    ]),
    [
      'catalog: streams.0 (x) has no destination object: set its destination_object_name, name the stream after one (person_identify, person_event, object_identify, person_relationship), or set default_object',
      "catalog: streams.1 (person_event): events can't be deleted (soft_delete)",
      'catalog: streams.3 (person_identify) is listed twice',
      'catalog: streams.4 (y): unknown destination object "person_evnt": did you mean "person_event"?',
    ],
  );
  assert.deepEqual(problems([{ stream: {} }, streamOf('a', { destination_sync_mode: 'merge' })]), [
    'catalog: streams.0.stream.name is missing',
    'catalog: streams.1.destination_sync_mode must be one of append, overwrite, append_dedup, update, soft_delete',
    'catalog: streams.1 (a) has no destination object: set its destination_object_name, name the stream after one (person_identify, person_event, object_identify, person_relationship), or set default_object',
  ]);
  assert.deepEqual(problems([]), ['catalog: streams has no streams']);
  assert.deepEqual(problems(undefined), ['catalog: streams is missing']);
  for (const catalog of [null, [], 'x']) assert.deepEqual(problemsIn(catalog, configOf()), ['catalog: must be a JSON object']);
});

test('what is wrong with one part hides nothing of the others', () => {
  assert.deepEqual(
    problems([
      {},
      null,
      streamOf('person_event', { destination_sync_mode: 'soft_delete', primary_key: 3, cursor_field: [4] }),
      streamOf('y', { destination_object_name: 'person_evnt', destination_sync_mode: 'merge' }),
      streamOf('y', { destination_object_name: 5 }),
      streamOf('person_identify', {}, { namespace: 6 }),
    ]),
    [
      'catalog: streams.0.stream is missing',
      'catalog: streams.1 must be an object',
      'catalog: streams.2.primary_key must be a list of paths',
      'catalog: streams.2.cursor_field.0 must be text',
      "catalog: streams.2 (person_event): events can't be deleted (soft_delete)",
      'catalog: streams.3.destination_sync_mode must be one of append, overwrite, append_dedup, update, soft_delete',
      'catalog: streams.3 (y): unknown destination object "person_evnt": did you mean "person_event"?',
      'catalog: streams.4.destination_object_name must be text',
      'catalog: streams.4 (y) is listed twice',
      'catalog: streams.5.stream.namespace must be text',
    ],
  );
});

test('without a configuration only what does not need one is checked', () => {
  assert.ok('data' in readCatalog({ streams: [streamOf('x')] }, undefined));
  assert.ok('problems' in readCatalog({ streams: [streamOf('x', { destination_object_name: 'y' })] }, undefined));
});
