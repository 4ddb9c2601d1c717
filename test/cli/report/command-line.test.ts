/** The command in a report: it can be pasted, and shows no secret. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandLine, reportRedactor } from '../../../lib/cli/report/command-line.ts';

const [SITE, KEY] = ['site-0123456789', 'key-0123456789abcdef'];
const redacted = reportRedactor([SITE, KEY, undefined]);
const command = (...args: string[]): string => commandLine(['node', 'cio-stream', ...args], redacted);

test('a shell reads the words that were given', { skip: process.platform === 'win32' }, () => {
  const args = ['people', "it's $(touch x).csv", '--column', 'Created At=created_at:time', '--null', '', '--', '-q', 'a\u001b[2J\u202eb'];
  const line = command(...args).replace(/^cio-stream/, `printf '%s\\0'`);
  const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
  assert.deepEqual(words, args);
});

test('credentials and addresses that may hold one are replaced, however they are given', () => {
  const line = command('people', 'crm.csv', '--site-id', SITE, `--api-key=${KEY}`, '--base-url', 'https://user:word@example.com/');
  assert.equal(line, "cio-stream people crm.csv --site-id '***' '--api-key=***' --base-url '***'");
  assert.equal(command('people', `${KEY}.csv`), "cio-stream people '***.csv'");
  // What looks like an option may be a value.
  assert.equal(command('people', '--email', '--api-key', 'x.csv'), 'cio-stream people --email --api-key x.csv');
  assert.equal(
    command('people', 'https://b.s3.example/x.csv?X-Amz-Signature=abc&b=1'),
    "cio-stream people 'https://b.s3.example/x.csv?***'",
  );
  assert.equal(command('people', 'kafka://h:9092/t?group=crm'), "cio-stream people 'kafka://h:9092/t?group=crm'");
  assert.equal(command('people', 'kafka://u:p@h/t?group=crm&password=x'), "cio-stream people 'kafka://***@h/t?***'");
});

test('addresses in a text keep their place only', () => {
  const text = 'no https://me:pw@host:8443/a/b?sig=1#x and s3://bucket/pre, ftp://u@h';
  assert.equal(redacted(text), 'no https://***@host:8443/a/b?*** and s3://bucket/pre, ftp://***@h');
});
