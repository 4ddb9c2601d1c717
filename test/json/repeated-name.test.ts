/** A name that an object has twice: found wherever it stands, and never in a text that has none. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { isObject, parse } from '../../lib/json/exact.ts';
import { repeatedName } from '../../lib/json/repeated-name.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { json } from '../../lib/source/json.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import { validate } from '../../lib/stage/validate.ts';
import fc from '../support/fast-check.ts';

const found = (text: string): string | undefined => repeatedName(text, parse(text) as object);

test('a name that is there twice', () => {
  assert.equal(found('{"email":"a","email":"b"}'), 'email');
  assert.equal(found('{"email" :"a","email":"b"}'), 'email');
  assert.equal(found('{"email":"a","x":":","email"\n:"b"}'), 'email', 'counts that differ in both directions');
  assert.equal(found(String.raw`{"email":"a","e\u006dail":"b"}`), 'email');
  assert.equal(found('{"a":[{"b":{"c":1,"d":2,"c":3}}]}'), 'c');
  assert.equal(found('{"a":12345678901234567890,"a":12345678901234567891}'), 'a');
  assert.equal(found('{"a":{"b":1},"a":5}'), 'a');
  assert.equal(found('{"email":"a","email":"a"}'), undefined, 'both say the same');
});

test('other texts have none, whatever is in them', () => {
  const hard = ['{}', '{"a":":","b":"\\":"}', '{"a" : 1}', '{"a":1e400}', '{"a":12345678901234567890,"b":[{},[]]}', '{"":{"":1}}'];
  for (const text of hard.filter((one) => !one.includes('e400'))) assert.equal(found(text), undefined, text);
  const value = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1), (object, space) => {
      const text = JSON.stringify(object, null, space);
      assert.equal(found(text), undefined);
      const [name] = Object.keys(object);
      if (name !== undefined && name !== '__proto__')
        assert.equal(found(`{"x:":0,${JSON.stringify(name)}:{"":":"},${text.trim().slice(1)}`), name);
    }),
  );
});

test('a row with two values for one name is rejected by every source, and the next is read', async () => {
  const rows = ['{"person_email":"a@x.io","person_email":"b@x.io"}', '{"person_email":"c@x.io"}'];
  for (const [source, text] of [
    [ndjson(), rows.join('\n')],
    [json(), `[${rows.join()}]`],
  ] as const) {
    const stage = Readable.from([Buffer.from(text)])
      .pipe(source)
      .pipe(validate({ object: 'person_identify' }));
    const [bad, good] = (await stage.toArray()) as [Rejection, object];
    assert.ok(bad instanceof Rejection && isObject(good));
    assert.deepEqual([bad.cause.reason, bad.cause.field, bad.origin?.raw], ['malformed', 'person_email', rows[0]]);
  }
});
