/** Each flag that says how rows are read must be the same when a run resumes; those of how they are delivered need not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMAND_FLAGS, type SendFlags } from '../../../lib/cli/flags/flags.ts';
import { checkSameFlags, flagsOf } from '../../../lib/cli/input/run-identity.ts';

const flags = (more: object = {}): SendFlags =>
  ({ object: 'person_event', identifier: 'auto', column: [], null: [], siteId: 'a', ...more }) as unknown as SendFlags;
const refused = (earlier: object, now: object): string => {
  try {
    checkSameFlags('state.json', flagsOf(flags(earlier)), flagsOf(flags(now)));
  } catch (error) {
    return (error as Error).message;
  }
  return 'resumed';
};

/** What is not of the mapping: a resume with another limit or name of the stream sends the rest by it. */
const FREE = ['onViolation', 'limits', 'limit', 'maxRecordBytes', 'stream', 'namespace'];

test('every flag of rows and input counts, and is named', () => {
  for (const [heading, fields] of COMMAND_FLAGS.events) {
    if (heading !== 'Mapping:' && heading !== 'Input:') continue;
    for (const name of Object.keys(fields)) {
      const value = name === 'column' || name === 'null' ? ['other'] : 'other';
      const dashed = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      if (FREE.includes(name)) assert.equal(refused({}, { [name]: value }), 'resumed', name);
      else assert.match(refused({}, { [name]: value }), new RegExp(`^state\\.json belongs to a run with other ${dashed}: `), name);
    }
  }
});

test('another command is another run; the order of --column says nothing; operations have none', () => {
  assert.match(refused({}, { object: 'person_identify' }), /^state\.json belongs to a run of another command: /);
  assert.equal(refused({ column: ['a=b', 'c=d'] }, { column: ['c=d', 'a=b'] }), 'resumed');
  assert.match(refused({ column: ['a=b'] }, { column: ['a=c'] }), /with other --column/);
  assert.equal(refused({ object: 'entry', column: undefined }, { object: 'entry', column: undefined }), 'resumed');
});
