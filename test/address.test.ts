import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAndPort, isAddress } from '../lib/address.ts';

test('an address is an http(s) URL without anything that is a secret, or lost behind a path', () => {
  for (const text of ['https://track.customer.io', 'http://127.0.0.1:8080/prefix/', 'HTTPS://X', 'http://[::1]:1'])
    assert.ok(isAddress(text), text);
  for (const text of [
    ...['', 'x', 'track.customer.io', 'ftp://x', 's3://bucket', 'file:///x', '//x', 'https://'],
    ...['https://user@x', 'https://:password@x', 'https://x?a=1', 'https://x?', 'https://x#', 'https://x/#a'],
  ]) {
    assert.ok(!isAddress(text), text);
  }
});

test('host and port, with the usual port where none is given', () => {
  const of = (text: string): string => hostAndPort(new URL(text));
  assert.deepEqual(['http://x/a', 'https://x', 'https://x:443', 'http://x:443', 'https://[::1]:9'].map(of), [
    'x:80',
    'x:443',
    'x:443',
    'x:443',
    '[::1]:9',
  ]);
});
