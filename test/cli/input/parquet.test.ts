/** Parquet as an input: a file is loaded, resumes at any row, and what can only be read from its beginning is refused. */
import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { SendFlags } from '../../../lib/cli/flags/flags.ts';
import { findInputs } from '../../../lib/cli/input/inputs.ts';
import { InputReader } from '../../../lib/cli/input/read-inputs.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import { originOf } from '../../../lib/record/origin.ts';
import type { Element } from '../../../lib/record/record.ts';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';

const FILE = resolve('test/fixtures/parquet/groups.parquet');
const NAN = resolve('test/fixtures/parquet/nan.parquet');
const FLAGS = { object: 'person_identify', column: [], null: [], resume: 'r', checkpointEvery: 100 } as unknown as SendFlags;

async function elementsOf(from?: { startAt: { offset: number; line: number }; skip: 'bytes' }): Promise<Element[]> {
  const [input] = await findInputs([FILE], FLAGS);
  assert.ok(input);
  const elements: Element[] = [];
  const head = new Writable({
    objectMode: true,
    write: (element, _encoding, callback) => {
      elements.push(element);
      callback();
    },
  });
  await new InputReader([{ ...input, ...(from && { from }) }], FLAGS, [], assert.fail).read(head, new AbortController().signal);
  return elements;
}

test('a run resumes at the row of any checkpoint, with the same origins', async () => {
  const all = await elementsOf();
  const shown = (elements: readonly Element[]): unknown[] =>
    elements.flatMap((one) => {
      const { line, offset, raw } = originOf(one) ?? {};
      return one instanceof Checkpoint ? [] : [`${line} ${offset} ${raw}`];
    });
  assert.equal(shown(all).length, 1_000);
  const positions = all.flatMap((one) => (one instanceof Checkpoint ? [one.position as { offset: number; line: number }] : []));
  assert.ok(positions.length >= 10);
  for (const startAt of positions.filter((_, index) => index % 3 === 0))
    assert.deepEqual(shown(await elementsOf({ startAt, skip: 'bytes' })), shown(all).slice(startAt.line - 1));
});

test('rows arrive with their values, one that JSON has no form for is rejected by its row', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (...args: string[]) => cli(['people', ...args], { cwd, env: sandbox.env });
  const { status, stderr } = await send(FILE, '--column', 'created_at=:time');
  assert.equal(status, 0, stderr);
  const { people } = sandbox.state();
  assert.equal(people.length, 1_000);
  assert.deepEqual(people.find(({ attributes }) => attributes.name === 'Person 1')?.attributes, {
    name: 'Person 1',
    created_at: 1_700_000_000,
  });
  const rejecting = await send(NAN, '--id', 'n');
  assert.deepEqual([rejecting.status, sandbox.state().people.length], [1, 1_000], rejecting.stderr);
  assert.match(rejecting.stdout, /"rejected_reason":"malformed".*"line":2.*\n.*"line":3/);
});

test('a pipe is refused, another name is recognised, and --encoding has no effect', async (t) => {
  const cwd = await folder(t);
  await copyFile(FILE, join(cwd, 'rows.dat'));
  const read = (args: string[], input: string | Buffer = '') => cli(['people', '--dry-run', ...args], { cwd, input });
  const piped = await read(['--format', 'parquet'], await readFile(FILE));
  assert.deepEqual([piped.status, /standard input: Parquet is read from its end/.test(piped.stderr)], [5, true], piped.stderr);
  const renamed = await read(['rows.dat']);
  assert.match(renamed.stderr, /rows\.dat.* a Parquet file.*\n.*Read it with --format parquet, as a file/);
  assert.equal((await read(['rows.dat', '--format', 'parquet'])).status, 0);
  assert.match((await read([FILE, '--encoding', 'latin1'])).stderr, /--encoding has no effect on Parquet/);
});
