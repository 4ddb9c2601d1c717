import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { intervalOf, Streams } from '../../../lib/airbyte/sync/streams.ts';
import { Origin } from '../../../lib/record/origin.ts';

const plan = (name: string, namespace?: string): CatalogStream => ({
  name,
  namespace,
  object: 'person_event',
  mode: 'append',
  primaryKey: [],
  cursor: undefined,
});

test('the name is enough where only one stream has it', () => {
  const streams = new Streams([plan('a', 'x'), plan('b', 'x'), plan('b', 'y'), plan('c')]);
  const found = (name: unknown, namespace?: unknown): unknown => {
    const stream = streams.find({ name, namespace });
    return stream && `${stream.configured.namespace}.${stream.configured.name}`;
  };
  assert.deepEqual(
    [found('a', 'x'), found('a'), found('a', null), found('a', ''), found('b', 'y'), found('c', '')],
    ['x.a', 'x.a', 'x.a', 'x.a', 'y.b', 'undefined.c'],
  );
  assert.deepEqual(
    [found('b'), found('a', 'z'), found('c', 'x'), found('d'), found(undefined), found({})],
    [undefined, undefined, undefined, undefined, undefined, undefined],
  );
});

test('a STATE ends the interval of its stream, or of all; rows count where they were read', () => {
  const streams = new Streams([plan('a'), plan('b')]);
  const [a, b] = streams.all;
  assert.ok(a && b);
  const first = a.interval;
  first.read = 3;
  const origin = new Origin({}, first);
  assert.deepEqual(streams.nextIntervals({ name: 'a' }), [first]);
  assert.deepEqual([a.interval.read, intervalOf(origin)?.read, origin.stream, origin.source], [0, 3, 'a', 'airbyte']);
  assert.deepEqual(streams.nextIntervals({ name: 'unknown' }), []);
  assert.deepEqual(
    streams.nextIntervals(undefined).map(({ of }) => of),
    [a, b],
  );
  assert.equal(intervalOf(new Origin({})), undefined);
});

test('incomplete is what no COMPLETE came for, once any status came', () => {
  const streams = new Streams([plan('a', 'n'), plan('b')]);
  assert.deepEqual(streams.incomplete, []);
  streams.status({ name: 'other' }, 'STARTED');
  assert.deepEqual(streams.incomplete, ['n.a', 'b']);
  streams.status({ name: 'a' }, 'COMPLETE');
  streams.status({ name: 'b', namespace: null }, 'RUNNING');
  assert.deepEqual(streams.incomplete, ['b']);
  streams.status({ name: 'b' }, 'COMPLETE');
  streams.status({ name: 'a' }, 'INCOMPLETE');
  assert.deepEqual(streams.incomplete, ['n.a']);
});
