/** Addresses of Redis: what they say, what is refused, and that no message repeats them; and what errors of Redis mean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { z } from 'zod';
import { CioError } from '../../lib/errors.ts';
import { readOptions } from '../../lib/options.ts';
import { redisAddress, redisAddresses, redisUrls } from '../../lib/redis/address.ts';
import { RedisWords } from '../../lib/redis/fault.ts';
import { redisKeyPrefix } from '../../lib/redis/keys.ts';

test('an address says where Redis is, who asks, and which database', () => {
  const none = { tls: false, username: undefined, password: undefined, db: 0 };
  assert.deepEqual(redisAddress('redis://cache'), { ...none, host: 'cache', port: 6379 });
  assert.deepEqual(redisAddress('REDISS://u%40x:p%3Aw%23@[::1]:7000/12'), {
    ...{ host: '::1', port: 7000, tls: true, username: 'u@x', password: 'p:w#', db: 12 },
  });
  assert.deepEqual(redisAddress('redis://:100%25@h'), { ...none, host: 'h', port: 6379, password: '100%' });
  assert.deepEqual(redisAddress('redis://:50%-off@h')?.password, '50%-off');
  assert.deepEqual(redisAddress('/run/redis.sock'), { ...none, path: '/run/redis.sock' });
  const wrong = [
    '',
    'cache',
    'cache:6379',
    'http://cache',
    'redis://',
    'redis:///1',
    'redis://h/x',
    'redis://h/1/2',
    'redis://h?db=1',
    'redis://h#1',
  ];
  for (const text of [
    ...wrong,
    'redis://a b',
    'redis://h:99999',
    'redis://:se#cret@h',
    'redis://h\n',
    '/x?y',
    'unix:///x',
    'redis://h/123456',
  ])
    assert.equal(redisAddress(text), undefined, text);
});

test('an option is one address, or those of a cluster; what is refused is not repeated', () => {
  const schema = z.strictObject({ redis: redisUrls });
  const problemOf = (redis: unknown): string => {
    try {
      readOptions('trackWriter', schema, { redis });
    } catch (error) {
      assert.ok(error instanceof CioError && error.code === 'CIO_OPTIONS');
      assert.doesNotMatch(inspect(error), /sesame/);
      return error.message;
    }
    return '';
  };
  for (const good of [
    'redis://:sesame@h',
    ['redis://:sesame@h'],
    ['redis://a', 'redis://b:1'],
    ['rediss://u:sesame@a', 'rediss://u:sesame@b'],
  ])
    assert.equal(problemOf(good), '', String(good));
  for (const bad of ['sesame', 'redis://:ses/ame@h', [], [1], 7, null, ['redis://a', 'sesame']])
    assert.match(problemOf(bad), /must be redis:/);
  assert.match(problemOf(['redis://:sesame@a', 'redis://b']), /the same user and password/);
  assert.match(problemOf(['redis://a', 'rediss://b']), /TLS or not/);
  assert.match(problemOf(['redis://a/1', 'redis://b/1']), /no numbered databases/);
  assert.match(problemOf(['redis://a', '/x.sock']), /no Unix sockets/);
  assert.equal(redisAddresses(['redis://a', 'redis://b']).length, 2);
});

test('an error of Redis says what is wrong, where, and no password', () => {
  const words = new RedisWords(redisAddresses(['redis://sesame-user:open-sesame@h:7', 'redis://sesame-user:open-sesame@i']));
  assert.equal(words.place, 'h:7 and 1 more');
  const faultOf = (message: string, more: object = {}) => words.faultOf(Object.assign(new Error(message), more));
  const fatal = [
    'WRONGPASS x',
    'NOAUTH x',
    'NOPERM x',
    'READONLY x',
    'MOVED 1 x',
    'DENIED x',
    'ERR DB index is out of range',
    'Protocol error, got "H"',
  ];
  for (const message of fatal) assert.equal(faultOf(message).isFatal, true, message);
  for (const message of ['Command timed out', 'LOADING x', 'OOM x', 'MISCONF x', 'CLUSTERDOWN x', 'connect ECONNREFUSED', 'something else'])
    assert.equal(faultOf(message).isFatal, false, message);
  assert.equal(faultOf('x', { code: 'CERT_HAS_EXPIRED' }).isFatal, true);
  assert.match(faultOf('MISCONF no disk').why, /answers: MISCONF no disk/);
  // As ioredis has them.
  const shown = faultOf('ERR unknown user open-sesame', { command: { name: 'auth', args: ['sesame-user', 'open-sesame'] } });
  const error = words.errorOf(shown);
  assert.doesNotMatch(inspect([shown, error], { depth: 9 }) + error.message + error.todo, /sesame/);
  const hidden = words.faultOf(Object.assign(new Error('all failed'), { lastNodeError: new Error('WRONGPASS') }));
  assert.equal(hidden.isFatal, true);
  assert.equal(words.errorOf(hidden).message, 'Redis at h:7 and 1 more refuses the user and password in the address');
});

test('keys of a workspace are in one slot, and do not show the site id', () => {
  assert.match(redisKeyPrefix('site'), /^cio:\{[\da-f]{16}\}$/);
  assert.notEqual(redisKeyPrefix('site'), redisKeyPrefix('other'));
});
