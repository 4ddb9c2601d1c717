import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supersedes } from '../../lib/dedupe/supersedes.ts';

const of = (attributes: object, more: object = {}) => ({ type: 'person', action: 'identify', attributes, ...more });

test('the later must set all that the earlier sets', () => {
  assert.ok(supersedes(of({ a: 1, b: 2 }), of({ a: 2 })));
  assert.ok(supersedes(of({ a: 1 }), of({ a: 2 })));
  assert.ok(supersedes(of({ a: null, b: '' }), of({ a: 2, b: 3 })));
  assert.ok(supersedes(of({ a: 1 }), of({})));
  assert.ok(!supersedes(of({ a: 1 }), of({ a: 1, b: 2 })));
  assert.ok(!supersedes(of({ a: 1, b: undefined }), of({ b: 2 })));
  assert.ok(supersedes(of({ a: 1 }), of({ a: 1, b: undefined })));
});

test('attributes with a meaning of their own must be the same in both', () => {
  for (const name of ['email', 'id', '_update', 'unsubscribed', 'created_at', 'cio_subscription_preferences.topics.topic_1']) {
    assert.ok(!supersedes(of({ a: 1, [name]: 'x' }), of({ a: 2 })), name);
    assert.ok(!supersedes(of({ a: 1 }), of({ a: 2, [name]: 'x' })), name);
    assert.ok(!supersedes(of({ a: 1, [name]: 'y' }), of({ a: 2, [name]: 'x' })), name);
    assert.ok(supersedes(of({ a: 1, [name]: 'x' }), of({ a: 2, [name]: 'x' })), name);
  }
});

test('relationships, and times that run backwards or are missing on one side, forbid it', () => {
  const relationships = { cio_relationships: [{ identifiers: { object_type_id: '1', object_id: '1' } }] };
  assert.ok(!supersedes(of({ a: 1 }, relationships), of({ a: 2 })));
  assert.ok(!supersedes(of({ a: 1 }), of({ a: 2 }, relationships)));
  assert.ok(supersedes(of({ a: 1 }, { timestamp: 6 }), of({ a: 2 }, { timestamp: 5 })));
  assert.ok(supersedes(of({ a: 1 }, { timestamp: 5 }), of({ a: 2 }, { timestamp: 5 })));
  assert.ok(!supersedes(of({ a: 1 }, { timestamp: 4 }), of({ a: 2 }, { timestamp: 5 })));
  assert.ok(!supersedes(of({ a: 1 }, { timestamp: 6 }), of({ a: 2 })));
  assert.ok(!supersedes(of({ a: 1 }), of({ a: 2 }, { timestamp: 5 })));
});
