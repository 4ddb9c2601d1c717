/** `--report` from the command line: the page and the JSON say what the sandbox has seen, however a run ends. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Report } from '../../../lib/cli/show/report.ts';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';

const ROWS = Array.from({ length: 400 }, (_, n) => (n % 100 === 7 ? `,nobody ${n}` : `p${n}@example.com,${'x'.repeat(900)}${n}`));
const FAULTS = [
  { status: 429, after: 1, times: 2 },
  { status: 503, after: 4, times: 1 },
];

const jsonIn = async (cwd: string, name: string): Promise<Report> => JSON.parse(await readFile(join(cwd, name), 'utf8'));

function numberIn(page: string, id: string): number {
  return Number(new RegExp(`id="${id}">([\\d,]+)<`).exec(page)?.[1]?.replaceAll(',', ''));
}

async function run(t: TestContext, cwd: string, name: string) {
  const sandbox = await sandboxFor(t, { faults: FAULTS });
  const args = [
    'people',
    'a.csv',
    'b.csv',
    '--email',
    'Email',
    '--rejects',
    `rejected ${name}`,
    '--quiet',
    '--no-check',
    '--api-key',
    sandbox.apiKey,
  ];
  const ran = await cli([...args, '--report', name], { cwd, env: sandbox.env });
  assert.deepEqual([ran.status, /^done: 400 rows/.test(ran.stderr)], [1, true], ran.stderr);
  return sandbox;
}

test('page and JSON agree with the sandbox, through throttling and failures', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'a.csv'), `Email,Name\n${ROWS.slice(0, 150).join('\n')}\n`);
  await writeFile(join(cwd, 'b.csv'), `Email,Name\n${ROWS.slice(150).join('\n')}\n`);
  const sandbox = await run(t, cwd, 'run.json');
  const report = await jsonIn(cwd, 'run.json');
  const { counts } = sandbox.state();
  assert.deepEqual([report.read, report.delivered, report.rejected.total], [400, 396, 4]);
  assert.deepEqual([report.requests, report.retries], [counts.requests, 3]);
  assert.deepEqual(
    report.inputs?.map(({ input, read, rejected }) => [input, read, rejected]),
    [
      ['a.csv', 150, 2],
      ['b.csv', 250, 2],
    ],
  );
  assert.deepEqual(report.retriesBy?.map(({ why, retries }) => [why, retries]).sort(), [
    ['HTTP 429', 2],
    ['HTTP 503', 1],
  ]);
  assert.deepEqual([report.exitStatus, report.rejectsIn], [1, join(cwd, 'rejected run.json')]);
  assert.deepEqual([report.kinds?.length, report.kinds?.[0]?.records, report.kinds?.[0]?.examples.length], [1, 4, 2]);
  assert.ok((report.mostRequestsPerSecond ?? 0) >= 1 && (report.mostRequestsPerSecond ?? 0) <= 100);
  assert.match(report.command ?? '', /^cio-stream people a\.csv b\.csv .* --api-key '\*\*\*' --report run\.json$/);
  assert.ok(Date.parse(report.startedAt ?? '') <= Date.parse(report.endedAt ?? ''));

  const { counts: again } = (await run(t, cwd, 'run.html')).state();
  const page = await readFile(join(cwd, 'run.html'), 'utf8');
  const shown = ['read', 'delivered', 'rejected', 'requests', 'exit-status'].map((id) => numberIn(page, id));
  assert.deepEqual(shown, [400, 396, 4, again.requests, 1]);
  const data = JSON.parse(/id="timeline">([^<]*)</.exec(page)?.[1] ?? '{}');
  const lines = data.charts.flatMap((chart: { lines: object[] }) => chart.lines);
  const last = (label: string): number => lines.find((line: { label: string }) => line.label === label).values.at(-1);
  assert.deepEqual(['read', 'delivered', 'rejected'].map(last), [400, 396, 4]);
  // Its own kind is replaced.
  await run(t, cwd, 'run.html');
});

test('a run that fails before it begins is reported, in place of an earlier report', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const args = ['people', '--report', 'run.json', '--quiet'];
  await cli(args, { input: '{"person_id":1}\n', cwd, env: sandbox.env });
  assert.equal((await jsonIn(cwd, 'run.json')).error, undefined);
  const ran = await cli(args, { input: '{"person_id":1}\n', cwd, env: { ...sandbox.env, CUSTOMERIO_API_KEY: 'another-key-0123' } });
  const report = await jsonIn(cwd, 'run.json');
  assert.deepEqual([report.read, report.error?.code, report.exitStatus], [0, 'CIO_AUTH', ran.status]);
});

test('where a report cannot be written is found before anything is sent', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await mkdir(join(cwd, 'there'));
  await writeFile(join(cwd, 'people.html'), '<!doctype html>\n<p>mine');
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['-', /--report needs the name of a file/],
    ['gone/run.html', /can't be written to gone\/run\.html: the folder gone does not exist/],
    ['there', /can't be written to there: /],
    ['people.html', /people\.html: the file there is not a report, so it is kept/],
  ];
  for (const [place, words] of wrong) {
    const ran = await cli(['people', '--report', place], { input: '{"person_id":1}\n', cwd, env: sandbox.env });
    assert.deepEqual([ran.status, words.test(ran.stderr)], [2, true], ran.stderr);
  }
  assert.equal(sandbox.state().counts.requests, 0);
  assert.equal(await readFile(join(cwd, 'people.html'), 'utf8'), '<!doctype html>\n<p>mine');
});

test('a replay is reported, too', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await cli(['people', '--rejects', 'rejected', '--quiet'], { input: '{"person_id":""}\n', cwd, env: sandbox.env });
  const args = ['replay', 'rejected', '--as', 'people', '--rejects', 'again', '--quiet', '--report', 'run.html'];
  assert.equal((await cli(args, { cwd, env: sandbox.env })).status, 1);
  const page = await readFile(join(cwd, 'run.html'), 'utf8');
  assert.deepEqual([numberIn(page, 'read'), numberIn(page, 'rejected')], [1, 1]);
  assert.match(page, /cio-stream replay .*replayed: 1 file in rejected/s);
});
