import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Config, readConfig } from '../../lib/airbyte/config.ts';
import { type Plan, planOf } from '../../lib/airbyte/plan.ts';
import { streamOf } from './connector.ts';

function configOf(more: object = {}): Config {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' }, ...more });
  assert.ok('data' in config);
  return config.data;
}

function plan(streams: unknown[], config: Config = configOf()): Plan {
  const planned = planOf({ streams }, config);
  assert.ok('plan' in planned, JSON.stringify(planned));
  return planned.plan;
}

function problems(streams: unknown): string[] {
  const planned = planOf({ streams }, configOf());
  return 'problems' in planned ? planned.problems : [];
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
  assert.match(overwritten.warnings[0] ?? '', /overwrite is done as append.*person_identify/);
});

test('all problems are told at once', () => {
  assert.deepEqual(
    problems([
      streamOf('x'),
      streamOf('person_event', { destination_sync_mode: 'soft_delete' }),
      streamOf('person_identify'),
      streamOf('person_identify'),
      streamOf('y', { destination_object_name: 'person_evnt' }),
    ]),
    [
      'catalog: stream x names no object: give it a destination_object_name, call it like one (person_identify, person_event, object_identify, person_relationship), or set default_object',
      "catalog: stream person_event: events can't be deleted (soft_delete)",
      'catalog: stream person_identify is there twice',
      'catalog: stream y: unknown destination object "person_evnt": did you mean "person_event"?',
    ],
  );
  assert.deepEqual(problems([{ stream: {} }, streamOf('a', { destination_sync_mode: 'merge' })]), [
    'catalog: streams.0.stream.name is missing',
    'catalog: streams.1.destination_sync_mode must be one of append, overwrite, append_dedup, update, soft_delete',
  ]);
  assert.deepEqual(problems([]), ['catalog: streams names no stream']);
  assert.deepEqual(problems(undefined), ['catalog: streams is missing']);
});

test('without a configuration only what does not need one is judged', () => {
  assert.ok('plan' in planOf({ streams: [streamOf('x')] }, undefined));
  assert.ok('problems' in planOf({ streams: [streamOf('x', { destination_object_name: 'y' })] }, undefined));
});
