import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappedFields } from '../../../lib/cli/flags/mapped-fields.ts';

test('--map: each mistake has its own words', () => {
  assert.deepEqual(mappedFields(['person_email=E=mail', 'timestamp=at'], 'person_event'), { person_email: 'E=mail', timestamp: 'at' });
  const wrong = (pairs: string[], object: string, message: RegExp): void => {
    assert.throws(() => mappedFields(pairs, object), { code: 'CIO_OPTIONS', message });
  };
  wrong(['person_email'], 'person_event', /write record_field=column/);
  wrong(['person_email=a', 'person_email=b'], 'person_event', /given twice/);
  wrong(['person_email=a'], 'entry', /no effect with --object entry/);
});
