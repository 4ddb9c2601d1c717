/** Folders, buckets and web addresses as a user names them: what is read, what is said, and how a run resumes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cli, folder, type Ran, rejectedIn, sandboxFor, start } from '../../support/cli/run-cli.ts';
import { BUCKETS } from '../../support/object-storage/stored-objects.ts';
import { skipOrFail } from '../../support/skip-or-fail.ts';
import { WebServer } from '../../support/web-server.ts';

const idsIn = ({ people }: { people: readonly { readonly id?: unknown }[] }): string[] => people.map(({ id }) => String(id)).sort();

async function place(t: TestContext) {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    cli(['people', '--report', 'report.json', '--rejects', 'rejected', '--give-up-ms', '0', ...args], {
      cwd,
      env: { ...sandbox.env, ...env },
    });
  const report = async () => JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  return { sandbox, cwd, send, report };
}

test('a folder of mixed formats: each file by its own name, what is no data is left out and said', async (t) => {
  const { sandbox, cwd, send, report } = await place(t);
  await mkdir(join(cwd, 'export', 'more'), { recursive: true });
  const files = {
    '1.csv': 'person_id,n\na,1\n',
    '2.tsv.gz': gzipSync('person_id\tn\nb\t2\n'),
    'more/3.json': '[{"person_id":"c"}]',
    'part-00000': '{"person_id":"d"}\n{broken\n',
    ...{ _SUCCESS: '', '.part-00000.crc': 'x', 'empty.csv': '' },
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, 'export', name), content);
  const ran = await send(['export']);
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stderr, /export: left out 1 empty file \(empty\.csv\) and 2 files that are not data \(\.part-00000\.crc, _SUCCESS\)/);
  assert.deepEqual([(await report()).read, idsIn(sandbox.state())], [5, ['a', 'b', 'c', 'd']]);
  const [rejected] = await rejectedIn(join(cwd, 'rejected'));
  const { source, line, offset, bytes } = Object(rejected?.rejected_origin);
  assert.deepEqual([source, line, offset, bytes], ['export/part-00000', 2, 18, 7]);
});

test('a folder that is read again: what is new comes, what is done does not, what is gone is said', async (t) => {
  const { sandbox, cwd, send, report } = await place(t);
  await mkdir(join(cwd, 'in'));
  for (const name of ['b', 'd']) await writeFile(join(cwd, 'in', `${name}.ndjson`), `{"person_id":"${name}"}\n`);
  assert.equal((await send(['in', '--resume', 'state.json'])).status, 0);
  for (const name of ['a', 'c', 'e']) await writeFile(join(cwd, 'in', `${name}.ndjson`), `{"person_id":"${name}"}\n`);
  await rm(join(cwd, 'in', 'd.ndjson'));
  const again = await send(['in/', '--resume', 'state.json']);
  assert.deepEqual([again.status, (await report()).read, idsIn(sandbox.state())], [0, 3, ['a', 'b', 'c', 'd', 'e']]);
  assert.doesNotMatch(again.stderr, /not read to the end/, 'd was');
  sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  await writeFile(join(cwd, 'in', 'f.ndjson'), '{"person_id":"f"}\n');
  assert.equal((await send(['in', '--resume', 'state.json'])).status, 7);
  sandbox.setFaults([]);
  await rm(join(cwd, 'in', 'f.ndjson'));
  const without = await send(['in', '--resume', 'state.json']);
  assert.match(without.stderr, /warning: not read to the end by the earlier run, and not among the inputs now: in\/f\.ndjson/);
});

for (const [name, startBucket] of Object.entries(BUCKETS)) {
  test(`${name}: a prefix, and an object that was replaced since`, async (t) => {
    const { sandbox, send, report, cwd } = await place(t);
    const bucket = await startBucket(t);
    await bucket.put('in/a.ndjson', '{"person_id":"a"}\n{"person_id":"a2"}\n');
    await bucket.put('in/b.csv.gz', gzipSync('person_id\nb\n'));
    const args = [`${bucket.url}in/`, ...bucket.flags, '--resume', 'state.json'];
    const ran = await send(args, bucket.env);
    assert.deepEqual([ran.status, idsIn(sandbox.state())], [0, ['a', 'a2', 'b']], ran.stderr);
    assert.equal((await send(args, bucket.env)).status, 0);
    assert.deepEqual([(await report()).read, (await report()).resumed.length], [0, 2]);
    await bucket.put('in/a.ndjson', '{"person_id":"a"}\n{"person_id":"a3"}\n');
    const changed = await send(args, bucket.env);
    const why = new RegExp(`${bucket.url}in/a\\.ndjson is not the file that state\\.json describes: it was replaced by another`);
    assert.deepEqual([changed.status, why.test(changed.stderr)], [12, true], changed.stderr);
    await rm(join(cwd, 'state.json'));
    const none = await send([`${bucket.url}nothing/*.csv`, ...bucket.flags], bucket.env);
    assert.deepEqual([none.status, /patterns \(\*\) are not supported/.test(none.stderr)], [5, true], none.stderr);
  });
}

test('a web address: compressed, resumed by a new signature, and nothing of it shown', async (t) => {
  const { sandbox, cwd, send, report } = await place(t);
  const server = await WebServer.start(t);
  const rows = Array.from(
    { length: 40 },
    (_, n) => `${JSON.stringify({ person_id: n === 7 ? '' : `p${n}`, x: Array(30).fill('y'.repeat(990)) })}\n`,
  ).join('');
  server.files.set('/rows.ndjson', { bytes: rows, headers: { etag: '"1"' } });
  server.files.set('/zipped', {
    bytes: gzipSync('person_id\nz\n'),
    headers: { etag: '"2"', 'content-encoding': 'gzip', 'content-type': 'text/csv' },
  });
  const address = (path: string, signature: string): string =>
    `${server.url.replace('//', '//ada:hunter2hunter2@')}${path}?X-Amz-Signature=${signature}`;
  const shown: string[] = [];
  let status: number | null = 7;
  for (let n = 0; status === 7; n++) {
    sandbox.setFaults([{ path: '/api/v2/batch', after: 1, status: 503 }]);
    const ran = await send([
      address('/rows.ndjson', `secretsecret${n}`),
      address('/zipped', `secretsecret${n}`),
      '--resume',
      'state.json',
      '--checkpoint-every',
      '1',
      '--concurrency',
      '1',
    ]);
    status = ran.status;
    shown.push(ran.stdout, ran.stderr, await readFile(join(cwd, 'report.json'), 'utf8'), await readFile(join(cwd, 'state.json'), 'utf8'));
    assert.ok(status === 7 || status === 1 || status === 0, ran.stderr);
  }
  assert.equal(sandbox.state().counts.applied, 40);
  assert.equal(sandbox.state().people.length, 40);
  const rejected = await rejectedIn(join(cwd, 'rejected'));
  assert.deepEqual(
    rejected.map(({ rejected_origin: origin }) => Object(origin).source),
    [`${server.url}/rows.ndjson`],
  );
  assert.equal((await report()).resumed.length > 0, true);
  // The web server serves from the middle what has been read half.
  assert.ok(
    server.ranges.some((range) => /^bytes=\d{3,}-$/.test(range ?? '')),
    String(server.ranges),
  );
  server.files.set('/rows.ndjson', { bytes: rows, headers: { etag: '"3"' } });
  const changed = await send([address('/rows.ndjson', 'secretsecret9'), '--resume', 'state.json']);
  assert.deepEqual([changed.status, /it was replaced by another/.test(changed.stderr)], [12, true], changed.stderr);
  const failed = await send([address('/none', 'secretsecret9')]);
  assert.deepEqual([failed.status, /\/none can't be read: it does not exist there \(404\)/.test(failed.stderr)], [5, true], failed.stderr);
  assert.doesNotMatch([...shown, changed.stderr, failed.stderr, JSON.stringify(rejected)].join(), /secretsecret|hunter2/);
});

test('a web server that says nothing of versions: a run resumes by what the object begins with', async (t) => {
  const { sandbox, send, report } = await place(t);
  const server = await WebServer.start(t);
  const rows = Array.from({ length: 40 }, (_, n) => `${JSON.stringify({ person_id: `p${n}`, w: Array(30).fill('y'.repeat(990)) })}\n`);
  server.files.set('/rows.ndjson', { bytes: rows.join(''), noRanges: true });
  const args = [`${server.url}/rows.ndjson`, '--resume', 'state.json', '--checkpoint-every', '1', '--concurrency', '1'];
  sandbox.setFaults([{ path: '/api/v2/batch', after: 1, status: 503 }]);
  assert.equal((await send(args)).status, 7);
  const { applied } = sandbox.state().counts;
  sandbox.setFaults([]);
  server.files.set('/rows.ndjson', { bytes: rows.reverse().join(''), noRanges: true });
  const other = await send(args);
  assert.deepEqual([other.status, /it begins with something else/.test(other.stderr)], [12, true], other.stderr);
  server.files.set('/rows.ndjson', { bytes: rows.reverse().join(''), noRanges: true });
  assert.equal((await send(args)).status, 0);
  assert.deepEqual([(await report()).read, sandbox.state().people.length], [40 - applied, 40]);
});

test('a preview reads the same places, and prints no secret of an address', async (t) => {
  const cwd = await folder(t);
  const bucket = await BUCKETS.S3(t);
  await bucket.put('in/a.csv', 'Email\na@b.io\n');
  await bucket.put('in/_SUCCESS', '');
  const ofBucket = await cli(['preview', `${bucket.url}in/`, ...bucket.flags], { cwd, env: bucket.env });
  assert.equal(ofBucket.status, 0, ofBucket.stderr);
  assert.match(ofBucket.stdout, /left out 1 file that is not data \(_SUCCESS\)/);
  assert.match(ofBucket.stdout, /cio-stream people s3:\/\/bucket\/in\/ [^$]*--s3-endpoint http/);
  const server = await WebServer.start(t);
  server.files.set('/a.csv', { bytes: 'Email\na@b.io\n' });
  const ofWeb = await cli(['preview', `${server.url.replace('//', '//ada:hunter2hunter2@')}/a.csv?sig=secretsecret`], { cwd });
  assert.equal(ofWeb.status, 0, ofWeb.stderr);
  assert.match(ofWeb.stdout, /cio-stream people "\$URL"/);
  assert.doesNotMatch(ofWeb.stdout + ofWeb.stderr, /hunter2|secretsecret/);
});

test('a file that is named twice is read twice, which is said', async (t) => {
  const { cwd, send, report } = await place(t);
  await mkdir(join(cwd, 'in'));
  await writeFile(join(cwd, 'in', 'a.ndjson'), '{"person_id":"a"}\n');
  const ran = await send(['in', 'in/a.ndjson']);
  assert.match(ran.stderr, /warning: in\/a\.ndjson is named twice, and is read twice/);
  assert.deepEqual([ran.status, (await report()).read], [0, 2]);
});

test('a proxy of the environment that is not an address is said', async (t) => {
  const { send } = await place(t);
  const ran = await send(['https://localhost/x.csv', '--dry-run'], { https_proxy: 'no proxy' });
  assert.deepEqual([ran.status, /a proxy in the environment .* is not an http\(s\) URL/.test(ran.stderr)], [6, true], ran.stderr);
});

test('a name that looks like an address, and other kinds of addresses', async (t) => {
  const { sandbox, cwd, send } = await place(t);
  await writeFile(join(cwd, 's3:'), '{"person_id":"a"}\n');
  assert.equal((await send(['./s3:'])).status, 0);
  assert.equal((await send([`file://${cwd}/s3:`])).status, 0);
  assert.deepEqual(idsIn(sandbox.state()), ['a']);
  for (const [name, why] of [
    ['s3:', /that is not a bucket name \(s3:\/\/bucket\/name/],
    ['https:x', /that is not a web address/],
    ['ftp://host/secret', /^cio-stream: ftp: can't be read: use a file, a folder, s3:\/\/, gs:\/\/, https:\/\/ or kafka:\/\/$/m],
    ['http://example.com/x.csv?token=secret', /http:\/\/example\.com\/x\.csv: http:\/\/ is only read from this machine/],
  ] as const) {
    const ran = await send([name]);
    assert.deepEqual([ran.status, why.test(ran.stderr), /secret/.test(ran.stderr)], [2, true, false], ran.stderr);
  }
});

test('Ctrl-C ends a reading that waits for its server, at once', { timeout: 60_000 }, async (t) => {
  const sandbox = await sandboxFor(t);
  const server = await WebServer.start(t);
  server.files.set('/rows.ndjson', { bytes: '{"person_id":"a"}\n', headers: { etag: '"1"' } });
  server.faults.add({ silent: true, afterServed: 1 });
  const { child, ended } = start(['people', `${server.url}/rows.ndjson`], { env: sandbox.env });
  while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  assert.equal((await ended).status, 130);
});

test('https: a certificate that is not trusted is said; credentials and rows don’t leave https', async (t) => {
  const { sandbox, cwd } = await place(t);
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', 'key.pem', '-out', 'cert.pem', ...subject],
      { cwd, stdio: 'ignore' },
    );
  } catch {
    return skipOrFail(t, 'there is no openssl');
  }
  const plain = await WebServer.start(t);
  plain.files.set('/rows.ndjson', { bytes: '{"person_id":"plain"}\n' });
  const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(cwd, name))));
  const server = createServer({ key, cert }, (request, response) => {
    if (request.url === '/down') response.writeHead(302, { location: `${plain.url}/rows.ndjson` }).end();
    else response.end('{"person_id":"safe"}\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const send = (path: string, env: Record<string, string>): Promise<Ran> =>
    cli(['people', url + path], { cwd, env: { ...sandbox.env, ...env } });
  const trusted = { NODE_EXTRA_CA_CERTS: join(cwd, 'cert.pem') };
  const [strange, down, good] = await Promise.all([send('/x', {}), send('/down', trusted), send('/x', trusted)]);
  assert.deepEqual(
    [strange.status, /no secure connection to \S+ \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED\w*)\)/.test(strange.stderr)],
    [5, true],
    strange.stderr,
  );
  assert.deepEqual([down.status, /redirects to http:\/\/127\.0\.0\.1:\d+, which is not safe/.test(down.stderr)], [5, true], down.stderr);
  assert.equal(good.status, 0, good.stderr);
  assert.deepEqual([plain.requests.length, idsIn(sandbox.state())], [0, ['safe']]);
});
