/** What can go wrong around a run: each has one clear line, its own exit status, and no stack trace. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { validate } from '../../../lib/index.ts';
import { CLI, cli, folder, type Ran, type RunOptions, sandboxFor, start } from '../../support/cli/run-cli.ts';
import { serve } from '../../support/scripted-server.ts';

const SECRET = 'very-secret-key';
const SEND = ['people'];
const ROW = '{"person_id":"a","x":1}\n';

function fails({ status, stderr }: Ran, expected: number, message: RegExp): void {
  assert.equal(status, expected, stderr);
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
  assert.doesNotMatch(stderr, new RegExp(SECRET));
}

/** An address where nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

async function sends(t: TestContext, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const sandbox = await sandboxFor(t);
  return cli([...SEND, ...args], { ...options, env: { ...sandbox.env, ...options.env } });
}

test('usage: an unknown option or command names the nearest, and no value is repeated', async () => {
  fails(await cli(['people', '--emaill', 'x']), 2, /unknown option '--emaill': did you mean --email\?; see cio-stream people --help/);
  for (const wrong of [['peple'], ['peple', '--help'], ['peple', 'x.csv', '-h'], ['help', 'peple'], ['-h', 'peple']])
    fails(await cli(wrong), 2, /unknown command 'peple': did you mean people\?; see cio-stream --help\n$/);
  fails(
    await cli(['send', '--help']),
    2,
    /unknown command 'send'; known: preview, people, events, operations, rejects, replay, check, sandbox, version, completion;/,
  );
  fails(await cli(['replay']), 2, /missing required argument 'place'/);
  fails(await cli(['replay', 'x', '--as', 'person']), 2, /It must be one of people, events, operations; see/);
  fails(await cli([...SEND, `--apikey=${SECRET}`]), 2, /unknown option '--apikey': did you mean --api-key\?/);
  fails(await cli([...SEND, '--rate', '0']), 2, /--rate.*must be a number above 0/);
  fails(await cli([...SEND, '--snake-case=yes']), 2, /^cio-stream: option '--snake-case' takes no value; see cio-stream people --help/);
  fails(await cli([...SEND, '--emial', 'x']), 2, /unknown option '--emial': did you mean --email\?/);
  fails(await cli([...SEND, '--column', 'person_email=Email']), 2, /did you mean "Email" -> person_email\?/);
  fails(await cli([...SEND, '--dry-run', '--delimiter', ';']), 2, /--delimiter is for csv/);
  fails(await cli(SEND), 2, /no site id: set CUSTOMERIO_SITE_ID/);
  fails(await cli([...SEND, '--site-id', 'x']), 2, /no API key: set CUSTOMERIO_API_KEY/);
  fails(await cli([...SEND, '--base-url', `http://u:${SECRET}@x`]), 2, /--base-url must be an http\(s\) URL without credentials/);
});

test('a wrong option: the advice names the command that was run', async () => {
  const advice = (command: string): RegExp =>
    new RegExp(`what to do: Correct the option; \`cio-stream ${command} --help\` lists them all\\.`);
  fails(await cli(SEND), 2, advice('people'));
  fails(await cli(['check']), 2, advice('check'));
  fails(await cli(['replay', 'x', '--as', 'operations', '--done', 'move']), 2, advice('replay'));
  fails(await cli(['rejects', 'ftp://x']), 2, advice('rejects'));
  fails(await cli(['sandbox', '--faults', '{']), 2, advice('sandbox'));
  const json = await cli(['replay', 'x', '--as', 'operations', '--done', 'move', '--log-format', 'json']);
  assert.match(JSON.parse(json.stderr).todo, /cio-stream replay --help/);
  assert.throws(() => validate({ object: 'x' } as never), { code: 'CIO_OPTIONS', todo: 'Correct the option that the message names.' });
});

test('an input that is missing, or a folder without data, stops the run before anything is sent', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await mkdir(join(cwd, 'dir'));
  await writeFile(join(cwd, 'good.ndjson'), ROW);
  const run = (name: string): Promise<Ran> => cli([...SEND, 'good.ndjson', name], { cwd, env: sandbox.env });
  fails(await run('nothere.ndjson'), 5, /nothere\.ndjson does not exist \(ENOENT\)\n.*what to do/);
  fails(await run('dir'), 5, /dir has no data files/);
  assert.equal(sandbox.state().counts.applied, 0);
});

// Root may read everything: then somebody else has to try.
const somebody = process.getuid?.() === 0 ? { uid: 65_534 } : {};

test('an input that may not be read', async (t) => {
  const { error, status } = spawnSync(process.execPath, [CLI, '--version'], somebody);
  if (error || status !== 0) return t.skip('nobody but root may run this Node here');
  const cwd = await folder(t);
  await writeFile(join(cwd, 'closed.ndjson'), ROW);
  await chmod(join(cwd, 'closed.ndjson'), 0);
  await chmod(cwd, 0o755);
  fails(await sends(t, ['closed.ndjson'], { cwd, ...somebody }), 5, /closed\.ndjson is not readable: permission denied/);
});

test('an input that breaks half-way: what was read is delivered; the cause comes before the counts, with -q, too', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'a.csv'), 'person_id,x\na,1\n');
  await writeFile(join(cwd, 'b.csv'), 'person_id,person_id\nb,1\n');
  const ran = await cli([...SEND, 'a.csv', 'b.csv', '--report', 'report.json'], { cwd, env: sandbox.env });
  fails(ran, 5, /b\.csv: csv: the header row can't be used: columns 1 and 2 have the same name/);
  const report = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.deepEqual([report.delivered, report.error.code], [1, 'CIO_SOURCE']);
  assert.match(ran.stderr, /^cio-stream: b\.csv.*\n {2}what to do: .*\nfailed: 1 row: 1 delivered/m);
  const quiet = await cli([...SEND, 'a.csv', 'b.csv', '-q'], { cwd, env: sandbox.env });
  assert.match(quiet.stderr, /^cio-stream: b\.csv.*\n {2}what to do: .*\nfailed: 1 row: 1 delivered.*\n.*\n$/);
});

test('--email names a column that the CSV does not have', async (t) => {
  const ran = await sends(t, ['--format', 'csv', '--email', 'Email'], { input: 'E-Mail,plan\na@b.c,x\n' });
  fails(
    ran,
    5,
    /it has no column "Email": did you mean "E-Mail"\? \(its columns: E-Mail, plan\)\n.*what to do: .*`--column`.*`--header`.*`--delimiter`/,
  );
  const many = Array.from({ length: 1_000 }, (_, index) => `c${index}`).join(',');
  const wide = await sends(t, ['--format', 'csv', '--email', 'Email'], { input: `${many}\n` });
  fails(wide, 5, /it has no column "Email" \(its columns: c0, c1, .*c29 and 970 more\)\n/);
});

test('a CSV without a column that every row needs: none of its rows is sent', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const tried = (command: string, input: string, ...more: string[]): Promise<Ran> =>
    cli([command, '--format', 'csv', '--rejects', 'out', ...more], { input, cwd, env: sandbox.env });
  const none =
    /standard input: csv: .*none of the columns person_cio_id, person_id, person_email, person_phone( \(its columns: [\w, ]+\))?\n.*what to do: .*`--column`/;
  fails(await tried('people', 'Email,plan\na@b.c,x\n'), 5, none);
  fails(await tried('events', 'event_name\nx\n'), 5, none);
  fails(await tried('events', 'person_id\nx\n'), 5, /no column "event_name"/);
  fails(await tried('people', 'person_id,plan\n1,x\n', '--identifier', 'email'), 5, /no column "person_email"/);
  fails(await tried('people', 'person_id;plan\n1;x\n'), 5, /one column that holds ";": is that the `--delimiter`\?/);
  fails(await tried('people', 'a@b.c,x\n', '--header', 'email,plan'), 5, /the list of columns can't be used/);
  assert.equal(sandbox.state().counts.applied, 0);
  assert.deepEqual(await readdir(cwd), [], 'nothing is rejected either');
  const good: [string, string, ...string[]][] = [
    ['people', 'Email,plan\na@b.c,x\n', '--email', 'Email'],
    ['people', 'person_phone,plan\n+43660,x\n'],
    ['events', 'person_id,what\n1,x\n', '--identifier', 'id', '--name', 'what'],
  ];
  for (const [command, input, ...more] of good) assert.equal((await tried(command, input, ...more)).status, 0, input);
  assert.equal((await tried('operations', 'type,action\nperson,x\n')).status, 1, 'its rows are checked one by one');
});

test('input in another encoding: what to do is to name it; UTF-16 is read where it is certain', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'latin1.csv'), Buffer.from('person_id,Stra\xdfe\n1,x\n', 'latin1'));
  await writeFile(join(cwd, 'utf16.csv'), Buffer.from('\uFEFFperson_id\n1\n', 'utf16le'));
  fails(await cli([...SEND, '--dry-run', 'latin1.csv'], { cwd }), 5, /not valid UTF-8\n.*what to do: .*`--encoding windows-1252`/);
  fails(
    await cli([...SEND, '--dry-run', '--encoding', 'latin1', 'utf16.csv'], { cwd }),
    5,
    /is UTF-16LE by its first bytes, not windows-1252\n.*`--encoding utf-16le`/,
  );
  fails(
    await cli([...SEND, '--encoding', 'cp437', 'latin1.csv'], { cwd }),
    2,
    /--encoding.*must be one of utf-8, utf-16le, .*windows-1252/,
  );
  const read = await cli([...SEND, '--dry-run', 'utf16.csv'], { cwd });
  assert.equal(read.status, 0, read.stderr);
  assert.match(read.stderr, /1 would be delivered, 0 rejected/);
});

test('a JSON document that is not an array: the flags that help', async () => {
  const ran = await cli([...SEND, '--dry-run', '--format', 'json'], { input: ROW });
  fails(
    ran,
    5,
    /the document is not an array: name the path of the array in it \(--json-path data\.rows\), or use --format ndjson for one/,
  );
});

test('--column: mistakes, and columns that the CSV does not have', async (t) => {
  fails(await cli([...SEND, '--column', 'email']), 2, /--column: email: write SOURCE=target/);
  fails(await cli([...SEND, '--column', 'at=:int']), 2, /--column at=:int: unknown type "int"/);
  fails(await cli(['replay', 'x', '--as', 'operations', '--column', 'at=:time']), 2, /--column at=:time: has no effect on operations/);
  const csv = { input: 'person_id,E-Mail,created_at\n1,a@b.c,5\n' };
  fails(await sends(t, ['--format', 'csv', '--column', 'Email=email'], csv), 5, /it has no column "Email": did you mean "E-Mail"\?/);
  fails(
    await sends(t, ['--format', 'csv', '--column', 'createdat=:time'], csv),
    5,
    /it has no column "createdat": did you mean "created_at"\?/,
  );
});

test('options of a CSV that can not be', async (t) => {
  const csv = ['--format', 'csv', '--header', 'person_id,plan'];
  fails(
    await sends(t, [...csv, '--email', 'plam'], { input: '1,x\n' }),
    5,
    /the list of columns can't be used: it has no column "plam": did you mean "plan"\?/,
  );
  fails(await cli([...SEND, '--header', 'a,,b']), 2, /none empty, none twice/);
  fails(await cli([...SEND, '--header', 'a,a']), 2, /none empty, none twice/);
  fails(await cli([...SEND, '--quote', "''"]), 2, /one character, or none/);
  fails(await sends(t, [...csv, '--quote', ','], { input: '1,x\n' }), 2, /quote/);
  fails(await cli([...SEND, '--header', 'a'], { input: ROW }), 2, /--header is for csv/);
  fails(await cli([...SEND, '--quote', 'none'], { input: ROW }), 2, /--quote is for csv/);
  fails(await cli([...SEND, '--null', 'NULL'], { input: ROW }), 2, /--null is for csv/);
  fails(await cli([...SEND, '--trim'], { input: ROW }), 2, /--trim is for csv/);
});

test('wrong credentials', async (t) => {
  fails(await sends(t, ['--api-key', SECRET], { input: ROW }), 3, /refused the credentials \(HTTP 401\)/);
  fails(await sends(t, ['--api-key', SECRET, '--no-check'], { input: ROW }), 3, /refused the credentials \(HTTP 401\)/);
});

test('credentials from a file: a line end is taken off, one inside is named, a query in the base URL is refused', async (t) => {
  const { env } = await sandboxFor(t);
  const around = { ...env, CUSTOMERIO_SITE_ID: `${env.CUSTOMERIO_SITE_ID}\n`, CUSTOMERIO_API_KEY: ` ${env.CUSTOMERIO_API_KEY}\r\n` };
  assert.match((await cli(['check'], { env: around })).stdout, /^credentials: good/);
  const inside = await cli(['check'], { env: { ...env, CUSTOMERIO_API_KEY: `${SECRET}\n${SECRET}` } });
  fails(inside, 2, /^cio-stream: the API key \(CUSTOMERIO_API_KEY, --api-key\) has a line break or another control character in it\n/);
  fails(
    await cli(['check'], { env: { ...env, CUSTOMERIO_API_KEY: ' \n' } }),
    2,
    /^cio-stream: no API key: set CUSTOMERIO_API_KEY, or give --api-key\n/,
  );
  const query = await cli(['check'], { env: { ...env, CUSTOMERIO_BASE_URL: `https://track.customer.io/?key=${SECRET}` } });
  fails(query, 2, /^cio-stream: --base-url must be an http\(s\) URL without credentials, query or fragment\n/);
});

test('wrong region: a redirect to somewhere that credentials must not go', async (t) => {
  const { url } = await serve(t, () => ({ status: 307, headers: { location: 'https://track-eu.customer.example/' } }));
  fails(await sends(t, ['--base-url', url], { input: ROW }), 4, /redirects to a place outside Customer\.io/);
});

test('unknown host, TLS failure, something that is not a Track API', async (t) => {
  fails(
    await sends(t, ['--base-url', 'http://nowhere.invalid'], { input: ROW }),
    6,
    /can't be reached: (ENOTFOUND|EAI_AGAIN) \(nowhere\.invalid:80\)/,
  );
  const { url } = await serve(t, () => ({ body: '<html>' }));
  fails(
    await sends(t, ['--base-url', url.replace('http:', 'https:')], { input: ROW }),
    6,
    /can't be reached: (EPROTO|ERR_SSL\w*) \(127\.0\.0\.1:\d+\)/,
  );
  fails(await sends(t, ['--base-url', url], { input: ROW }), 11, /is it the Track API\?/);
});

test('an API that stays away: the run fails and says so; with --on-give-up reject the records come back', async (t) => {
  const sandbox = await sandboxFor(t, { faults: [{ path: '/api/v2/batch', status: 503 }] });
  const args = [...SEND, '--give-up-ms', '100'];
  fails(await cli(args, { input: ROW, env: sandbox.env }), 7, /1 row not delivered after \d+ attempts?: HTTP 503/);
  const ran = await cli([...args, '--on-give-up', 'reject'], { input: ROW, env: sandbox.env });
  assert.equal(ran.status, 1);
  assert.equal(JSON.parse(ran.stdout).rejected_reason, 'undeliverable');
});

test('--rejects with a mistyped s3:// is not taken for a folder', async (t) => {
  const cwd = await folder(t);
  fails(await sends(t, ['--rejects', 's3:/bucket/x'], { input: ROW, cwd }), 2, /cio-stream: --rejects: .*s3:\/\/bucket\/prefix/);
  fails(await cli(['rejects', 's3:/bucket/x'], { cwd }), 2, /cio-stream: rejects: .*s3:\/\/bucket\/prefix/);
  assert.deepEqual(await readdir(cwd), []);
});

test('a reject folder that can not be used, and a disk that is full', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'file'), '');
  fails(await sends(t, ['--rejects', 'file/rejected'], { input: 'no json', cwd }), 8, /a file is in the way/);
  const full = await open('/dev/full', 'w');
  t.after(() => full.close());
  fails(await sends(t, [], { input: 'no json', stdout: full.fd }), 8, /no space left \(ENOSPC\)/);
});

test('a reader that goes away is one clear error', async (t) => {
  const sandbox = await sandboxFor(t);
  // Without a limit of its own the run could also end because none of the first 1,000 rows can be read.
  const running = start([...SEND, '--max-rejected', '100%'], { input: 'no json\n'.repeat(50_000), env: sandbox.env });
  running.child.stdout?.once('data', () => running.child.stdout?.destroy());
  fails(await running.ended, 8, /its reader has closed it \(EPIPE\)/);
});

test('help and version', async () => {
  const help = await cli(['--help']);
  assert.deepEqual([help.status, help.stderr], [0, '']);
  assert.match(help.stdout, /Examples:/);
  for (const command of ['people', 'events', 'operations', 'replay', 'check', 'sandbox'])
    assert.match((await cli([command, '--help'])).stdout, /Options:[\s\S]*Examples:/);
  assert.equal((await cli(['--version'])).stdout.trim(), JSON.parse(await readFile('package.json', 'utf8')).version);
});

test('standard input that is a directory', async (t) => {
  const cwd = await folder(t);
  const { status, stderr } = spawnSync('sh', ['-c', `exec "${process.execPath}" "${CLI}" operations --dry-run < .`], { cwd });
  fails({ status, stderr: String(stderr), stdout: '', signal: null }, 5, /standard input is a directory/);
});

test('a report that can not be written any more does not hide how the run ended', async (t) => {
  const cwd = await folder(t);
  await mkdir(join(cwd, 'reports'));
  const sandbox = await sandboxFor(t, {
    faults: [{ path: '/api/v2/batch', status: 503 }],
  });
  const running = start([...SEND, '--give-up-ms', '2500', '--report', 'reports/r.json'], { cwd, env: sandbox.env });
  running.child.stdin?.end(ROW);
  while (sandbox.state().counts.faults === 0) await sleep(10);
  await rm(join(cwd, 'reports'), { recursive: true });
  const ran = await running.ended;
  fails(ran, 7, /1 row not delivered/);
  assert.match(ran.stderr, /the report can't be written to reports\/r\.json/);
});

test('an API that is away at the start is waited for as long as --give-up-ms says', async (t) => {
  const away = { path: '/api/v1/accounts/region', status: 503 };
  const [gone, back] = [await sandboxFor(t, { faults: [away] }), await sandboxFor(t, { faults: [{ ...away, times: 1 }] })];
  const args = [...SEND, '--give-up-ms', '200'];
  const ran = await cli(args, { input: ROW, env: gone.env });
  fails(
    ran,
    6,
    /^the Track API answers HTTP 503; trying again for up to 0\.2 s \(--give-up-ms\)\n.*the Track API at http\S+ answers HTTP 503\n.*when the API/,
  );
  const refused = await cli([...args, '--base-url', await nobody()], { input: ROW, env: gone.env });
  fails(
    refused,
    6,
    /^the Track API can't be reached: ECONNREFUSED \(127\.0\.0\.1:\d+\); trying again for up to 0\.2 s \(--give-up-ms\)\n.*can't be reached: ECONN.*\n.*DNS/,
  );
  const late = await cli(SEND, { input: ROW, env: back.env });
  assert.equal(late.status, 0, late.stderr);
});

test('a proxy that is not a URL', async (t) => {
  fails(await sends(t, [], { input: ROW, env: { http_proxy: 'not a url' } }), 6, /http_proxy/);
});

// Newer Nodes load modules one at a time, and few open files are enough for them.
const noLimit = process.platform === 'win32' || Number.parseInt(process.versions.node, 10) >= 22;

test('too few open files are one clear error, of the connector too', { skip: noLimit && 'no ulimit, or Node 22 and later' }, async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'config.json'), '{}');
  const limited = (files: number, program: string, ...args: string[]): Ran => {
    const script = `ulimit -n ${files}; exec "$0" "$@"`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, program, ...args], { cwd, encoding: 'utf8' });
    return { status, stdout, stderr } as Ran;
  };
  const words = /^(cio-stream: )?the .*: too many open files: raise the limit of open files \(ulimit -n\)/;
  // With fewer Node does not even load the module that reports it. From 42 Node says that a package does not exist.
  for (const files of [24, 30, 36, 42, 46, 50, 60]) {
    const ran = limited(files, CLI, ...SEND, '--dry-run');
    fails(ran, 71, words);
    assert.doesNotMatch(ran.stderr, /a bug/, `ulimit -n ${files}`);
  }
  for (const files of [24, 40]) {
    const synced = limited(files, CLI.replace(/cli.main\.js$/, 'airbyte/main.js'), 'check', '--config', 'config.json');
    assert.deepEqual([synced.status, synced.stderr], [1, '']);
    assert.match(JSON.parse(synced.stdout).trace.error.message, words);
  }
});
