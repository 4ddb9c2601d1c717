/** `--config` and `--show` as commands: what wins over what, where a mistake was made, and what is printed where. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder, linesOf, sandboxFor } from '../../support/cli/run-cli.ts';

const CSV = 'E-Mail Address;First Name;Spent\na@b.c;Ada;1.50\nb@b.c;Bob;12345678901234567890\n';

test('a config loads what its flags would; flags win over it, also over a list, and so does the environment', async (t) => {
  const [cwd, { env, state }] = [await folder(t), await sandboxFor(t)];
  await writeFile(join(cwd, 'crm.csv'), CSV);
  const config = {
    $schema: 'x',
    email: 'E-Mail Address',
    delimiter: ';',
    column: ['Spent=', 'First Name=name'],
    region: 'EU',
    rejects: 'rejected',
  };
  await writeFile(join(cwd, 'load.json'), JSON.stringify(config));
  const run = (...args: string[]) =>
    cli(['people', 'crm.csv', '--config', 'load.json', ...args], { cwd, env: { ...env, CUSTOMERIO_REGION: 'us' } });
  assert.equal((await run()).status, 0);
  assert.deepEqual(
    state()
      .people.map(({ attributes }) => attributes)
      .map((all) => [all?.name, all?.Spent])
      .sort(),
    [
      ['Ada', undefined],
      ['Bob', undefined],
    ],
  );
  const shown = await run('--dry-run', '--show', '2', '--column', 'Spent=ltv:float', '--linger-ms', '5ms');
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /"ltv":1\.50?\b.*\n.*"First Name":"Bob","ltv":12345678901234567890\b/);
  assert.equal(linesOf(shown.stdout).length, 2);
  const first = await run('--dry-run', '--show', '1');
  assert.deepEqual(linesOf(first.stdout), [
    { type: 'person', action: 'identify', identifiers: { email: 'a@b.c' }, attributes: { name: 'Ada' } },
  ]);
});

test('a mistake that comes from a config says so; one in the file itself names file and key', async (t) => {
  const cwd = await folder(t);
  const run = async (config: string, ...args: string[]) => {
    await writeFile(join(cwd, 'load.json'), config);
    const { status, stderr } = await cli(['people', '--config', 'load.json', '--dry-run', ...args], { cwd });
    assert.equal(status, 2, stderr);
    return stderr;
  };
  assert.match(
    await run('{"state-dir": "x"}'),
    /^cio-stream: --state-dir does nothing without --dedupe \(--state-dir is from load\.json\)\n/,
  );
  assert.match(await run('{"snake-case": true}', '--drop-others'), /leaves nothing for --snake-case \(--snake-case is from load\.json\)/);
  assert.match(await run('{"column": ["a=b:tim"]}'), /unknown type "tim": did you mean "time"\? \(--column is from load\.json\)/);
  assert.doesNotMatch(await run('{"column": ["a=b"]}', '--column', 'a=b:tim'), /is from/);
  assert.match(await run('{"api-key": "SECRET"}'), /^cio-stream: --config load\.json: "api-key" is not read from a file(?!.*SECRET)/);
  assert.match(await run('{"emial": "a"}'), /unknown key "emial": did you mean "email"\?/);
  const missing = await cli(['replay', 'x', '--config', 'nothere.json'], { cwd });
  assert.match(missing.stderr, /--config nothere\.json: there is no such file/);
});

test('--show: only of a dry run, and never among rejected records', async (t) => {
  const cwd = await folder(t);
  const rows = '{"person_id":"1"}\n{"person_id":"2"}\nnot JSON\n{"person_id":"3"}\n';
  const run = (...args: string[]) => cli(['people', '--show', '2', ...args], { cwd, input: rows });
  assert.match((await run()).stderr, /--show goes with --dry-run/);
  assert.match((await run('--dry-run')).stderr, /--show prints operations on standard output, .*: give --rejects with a folder/);
  const { status, stdout } = await run('--dry-run', '--rejects', 'rejected');
  assert.equal(status, 1);
  assert.deepEqual(
    linesOf(stdout).map((line) => line.identifiers),
    [{ id: '1' }, { id: '2' }],
  );
  const plain = await cli(['people', '--dry-run', '--rejects', 'other', '--report', 'report.json'], { cwd, input: rows });
  assert.equal(plain.stdout, '');
  assert.ok((await readFile(join(cwd, 'report.json'), 'utf8')).length > 0);
});
