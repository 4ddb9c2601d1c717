import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { asCioError } from '../lib/cli/show/failure.ts';
import { CioError, systemError, systemWords } from '../lib/errors.ts';
import { option, say } from '../lib/wording.ts';

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.fail('it works'),
    (error) => error,
  );

test('what the system refuses is not a bug: in words, with the file, and one status of its own', async () => {
  const folder = await errorOf(writeFile(tmpdir(), ''));
  assert.equal(systemWords(folder), 'a folder is in the way (EISDIR)');
  const { code, exitStatus, message, cause } = asCioError(folder);
  assert.deepEqual([code, exitStatus, cause], ['CIO_SYSTEM', 71, folder]);
  assert.equal(message, `the system refused open ("${tmpdir()}"): a folder is in the way (EISDIR)`);
  const strange = systemError(await errorOf(readFile('a\n\u001b[2Jb')));
  assert.equal(strange?.message, String.raw`the system refused open ("a\n\u001b[2Jb"): it does not exist (ENOENT)`);
  const many = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', syscall: 'open', path: '/x/y.js' });
  assert.match(
    asCioError(many).message,
    /^the system refused open: too many open files: raise the limit of open files \(ulimit -n\) \(EMFILE\)$/,
  );
  assert.equal(systemWords(Object.assign(new Error(), { code: 'EXDEV' })), 'EXDEV');
});

test('anything else still is one', () => {
  for (const error of [
    new TypeError('x'),
    Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG' }),
    'text',
    undefined,
    { code: 'EMFILE' },
  ]) {
    assert.equal(systemError(error), undefined);
    assert.equal(asCioError(error).code, 'CIO_INTERNAL');
  }
  assert.equal(systemWords(new Error('x')), undefined);
});

test('with a place before it an error is about the same option, or none', () => {
  for (const message of ['x', say`${option('csv', 'trim')} is wrong`]) {
    const error = new CioError('CIO_UNDELIVERED', message);
    const { details, todo, message: text } = error.at('a.csv');
    assert.deepEqual([details, todo, text], [error.details, error.todo, `a.csv: ${error.message}`]);
  }
});

test('whoever prints it, as Node does if nobody catches it, prints what to do', () => {
  const error = new CioError('CIO_AUTH', 'x');
  assert.ok(inspect(error).includes(`todo: '${error.todo}'`));
});
