/** `--resume`: a run that failed resumes where it stopped, in every format; what no longer fits is refused. */
import assert from 'node:assert/strict';
import { appendFile, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cli, folder, type Ran, rejectedIn, sandboxFor } from '../../support/cli/run-cli.ts';

// A few batches: only whole ones are lost.
const ROWS = 40;
const filler = 'x'.repeat(900);
const row = (n: number): Record<string, string> => ({
  person_id: n % 10 === 3 ? '' : `p${n}`,
  ...Object.fromEntries(Array.from({ length: 30 }, (_, column) => [`c${column}`, filler])),
});
const rows = Array.from({ length: ROWS }, (_, n) => row(n));
const NDJSON = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
const CSV = [Object.keys(row(0)), ...rows.map((one) => Object.values(one))].map((cells) => `${cells.join(',')}\n`).join('');
const INPUTS = {
  'rows.ndjson': NDJSON,
  'rows.csv': CSV,
  'rows.ndjson.gz': gzipSync(NDJSON),
  'rows.csv.gz': gzipSync(CSV),
  'rows.json': JSON.stringify(rows),
};

/** A folder with a sandbox, and a way to send there with the resume file state.json. */
async function place(t: TestContext) {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (args: readonly string[], input: string | Buffer = ''): Promise<Ran> => {
    const resume = args.includes('--resume') ? [] : ['--resume', 'state.json'];
    const always = [...resume, '--report', 'report.json', '--rejects', 'rejected'];
    return cli(['people', ...always, '--concurrency', '1', ...args], { cwd, env: sandbox.env, input });
  };
  const report = async () => JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  return { sandbox, cwd, send, report };
}

for (const [name, bytes] of Object.entries(INPUTS)) {
  for (const how of ['file', 'standard input'] as const) {
    if (how === 'standard input' && (name === 'rows.csv' || name === 'rows.ndjson.gz')) continue;
    test(`${name} from ${how}: a failed run resumes after what was delivered or stored`, async (t) => {
      const { sandbox, cwd, send, report } = await place(t);
      await writeFile(join(cwd, name), bytes);
      const [, format = ''] = name.split('.');
      const again = (): Promise<Ran> => {
        const args = ['--checkpoint-every', '1', '--give-up-ms', '0', '--format', format];
        return how === 'file' ? send([name, ...args]) : send(args, bytes);
      };
      const lines: unknown[] = [];
      let delivered = 0;
      for (let status: number | null = 7; status === 7; ) {
        sandbox.setFaults([{ path: '/api/v2/batch', after: 1, status: 503 }]);
        status = (await again()).status;
        const latest = await report();
        delivered += latest.delivered;
        lines.push(latest.resumed?.[0].line ?? latest.resumed?.[0].item);
        assert.ok(status === 7 || status === 1 || status === 0, String(status));
      }
      assert.equal(delivered, ROWS - ROWS / 10);
      assert.equal(sandbox.state().counts.applied, delivered);
      const rejected = (await rejectedIn(join(cwd, 'rejected'))).map(({ rejected_origin: origin }) => Object(origin).line);
      assert.equal(new Set(rejected).size, ROWS / 10);
      assert.ok(lines.length >= 2 && lines[0] === undefined && lines.slice(1).every((line) => Number(line) > 1), String(lines));
      const last = await again();
      assert.match(last.stderr, /was already read to its end/);
      if (how === 'standard input') return assert.equal(last.status, 12, 'it may be something else now');
      assert.equal(last.status, 0);
      assert.deepEqual([(await report()).read, (await report()).resumed[0].ended], [0, true]);
    });
  }
}

test('several inputs: each has its own position', async (t) => {
  const { sandbox, cwd, send, report } = await place(t);
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"a"}\n');
  await writeFile(join(cwd, 'b.csv'), 'person_id\nb\n');
  assert.equal((await send(['a.ndjson', 'b.csv'])).status, 0);
  await appendFile(join(cwd, 'b.csv'), 'c\n');
  assert.equal((await send(['a.ndjson', 'b.csv'])).status, 0);
  assert.deepEqual((await report()).resumed, [
    { input: 'a.ndjson', ended: true },
    { input: 'b.csv', line: 3 },
  ]);
  assert.deepEqual([(await report()).read, sandbox.state().counts.applied], [1, 3]);
});

test('a document that breaks half-way fails the run, and is not taken for read: repaired, it resumes there', async (t) => {
  const { sandbox, cwd, send, report } = await place(t);
  // What is repaired lies behind the head that a file is known by.
  const first = Array.from({ length: 3 }, (_, n) => JSON.stringify(row(n)));
  const document = (fourth: string): string => `[${first},${fourth},{"person_id":5}]`;
  await writeFile(join(cwd, 'a.json'), document('{"person_id";4}'));
  for (const resumed of [undefined, [{ input: 'a.json', item: 4 }]]) {
    const broken = await send(['a.json']);
    assert.match(broken.stderr, /a\.json: the document can't be read from item 4 on: its syntax is wrong/);
    assert.deepEqual([broken.status, (await report()).resumed, sandbox.state().people.length], [5, resumed, 3]);
  }
  await writeFile(join(cwd, 'a.json'), document('{"person_id":4}'));
  const repaired = await send(['a.json']);
  assert.deepEqual([repaired.status, (await report()).read, sandbox.state().people.length], [0, 2, 5]);
});

test('a plain file that continues with what looks like a mark of compression is not a compressed file', async (t) => {
  const { cwd, send, report } = await place(t);
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"a"}\n');
  assert.equal((await send(['a.ndjson'])).status, 0);
  await appendFile(join(cwd, 'a.ndjson'), Buffer.from([0x1f, 0x8b, 0x0a]));
  assert.equal((await send(['a.ndjson'])).status, 1);
  assert.equal((await report()).rejected.byReason.malformed, 1);
});

test('what can not be resumed is refused before anything is sent', async (t) => {
  const { sandbox, cwd, send } = await place(t);
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"a"}\n{"person_id":"b"}\n');
  assert.equal((await send(['a.ndjson'])).status, 0);
  const { requests } = sandbox.state().counts;
  const refused = async (args: string[], status: number, message: RegExp): Promise<void> => {
    const ran = await send(args);
    assert.deepEqual([ran.status, message.test(ran.stderr)], [status, true], ran.stderr);
  };
  await refused(['a.ndjson', './a.ndjson'], 2, /\.\/a\.ndjson is given twice/);
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"A"}\n{"person_id":"b"}\n');
  await refused(
    ['a.ndjson'],
    12,
    /a\.ndjson is not the file that state\.json describes: it begins with something else\n.*delete state\.json and run again.*`--dedupe`/,
  );
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"a"}\n');
  await refused(['a.ndjson'], 12, /it is smaller/);
  await refused(['--resume', 'a.ndjson', 'a.ndjson'], 12, /a\.ndjson is not a resume file/);
  await refused(
    ['--resume', 'nowhere/state.json', 'a.ndjson'],
    12,
    /can't be written to nowhere\/state\.json: it does not exist \(ENOENT\)/,
  );
  assert.equal(sandbox.state().counts.requests, requests);
});

test('a file that was read by other flags, or into another account, is not taken for done', async (t) => {
  const { sandbox, cwd, send } = await place(t);
  await writeFile(join(cwd, 'a.csv'), 'person_id,mail\n,a@b.c\n');
  assert.equal((await send(['a.csv'])).status, 1, 'no row has an identifier');
  const { requests } = sandbox.state().counts;
  const refused = async (args: string[], message: RegExp): Promise<void> => {
    const ran = await send(['a.csv', ...args]);
    assert.deepEqual([ran.status, message.test(ran.stderr)], [12, true], ran.stderr);
  };
  await refused(
    ['--email', 'mail'],
    /state\.json belongs to a run with other --email: .*\n.* Give the command and the flags of that run to resume it\. Or name another resume file, .* replay/,
  );
  await refused(['--email', 'mail', '--identifier', 'email'], /with other --identifier, --email/);
  await refused(['--delimiter', ';'], /with other --delimiter/);
  await refused(['--site-id', 'another'], /with other --site-id/);
  assert.equal(sandbox.state().counts.requests, requests);
  assert.doesNotMatch(await readFile(join(cwd, 'state.json'), 'utf8'), new RegExp(sandbox.siteId));
  assert.equal((await send(['a.csv'])).status, 0);
  // A run that delivered and rejected nothing binds nobody.
  await rm(join(cwd, 'state.json'));
  sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  await writeFile(join(cwd, 'b.csv'), 'person_id,mail\n1,a@b.c\n');
  const first = await send(['b.csv', '--give-up-ms', '0']);
  sandbox.setFaults([]);
  const second = await send(['b.csv', '--email', 'mail', '--identifier', 'email']);
  assert.deepEqual([first.status, second.status], [7, 0]);
  const unsaved = /^state\.json has no saved position yet: starting from the first row$/m;
  assert.deepEqual([unsaved.test(first.stderr), unsaved.test(second.stderr)], [false, true], second.stderr);
  assert.equal(sandbox.state().people[0]?.email, 'a@b.c');
  // Nor do its flags stay where the next run has none.
  await rm(join(cwd, 'state.json'));
  sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  assert.equal((await send(['b.csv', '--email', 'mail', '--give-up-ms', '0'])).status, 7);
  sandbox.setFaults([]);
  assert.equal((await send(['b.csv'])).status, 0);
  await appendFile(join(cwd, 'b.csv'), '2,b@b.c\n');
  const again = await send(['b.csv']);
  assert.equal(again.status, 0, again.stderr);
});

test('standard input that is shorter than before is refused', async (t) => {
  const { sandbox, cwd, send } = await place(t);
  sandbox.setFaults([{ path: '/api/v2/batch', after: 1, status: 503 }]);
  assert.equal((await send(['--checkpoint-every', '1', '--give-up-ms', '0'], NDJSON)).status, 7);
  const before = await readFile(join(cwd, 'state.json'), 'utf8');
  const ran = await send([], NDJSON.slice(0, 1_000));
  assert.deepEqual([ran.status, /standard input: .* not the one that was read before/.test(ran.stderr)], [12, true], ran.stderr);
  assert.equal(await readFile(join(cwd, 'state.json'), 'utf8'), before);
});

test('a dry run says where it would resume, and saves nothing', async (t) => {
  const { cwd, send, report } = await place(t);
  await writeFile(join(cwd, 'a.ndjson'), '{"person_id":"a"}\n');
  assert.equal((await send(['a.ndjson', '--dry-run'])).status, 0);
  await assert.rejects(readFile(join(cwd, 'state.json')), { code: 'ENOENT' });
  assert.equal((await send(['a.ndjson'])).status, 0);
  await appendFile(join(cwd, 'a.ndjson'), '{"person_id":"b"}\n');
  const before = await readFile(join(cwd, 'state.json'), 'utf8');
  assert.equal((await send(['a.ndjson', '--dry-run'])).status, 0);
  assert.deepEqual([(await report()).read, (await report()).resumed], [1, [{ input: 'a.ndjson', line: 2 }]]);
  assert.equal(await readFile(join(cwd, 'state.json'), 'utf8'), before);
});

test('events of a file that was touched, or has grown, after a failed run are counted once', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const path = join(cwd, 'events.ndjson');
  const events = Array.from(
    { length: 40 },
    (_, n) => `${JSON.stringify({ person_id: `p${n}`, event_name: 'seen', n, texts: ['x'.repeat(30_000)] })}\n`,
  );
  const args = ['events', 'events.ndjson', '--resume', 'state.json'];
  const send = () => cli([...args, '--concurrency', '1', '--give-up-ms', '0'], { cwd, env: sandbox.env });
  await writeFile(path, events.join(''));
  sandbox.setFaults([{ path: '/api/v2/batch', after: 1, status: 503 }]);
  assert.equal((await send()).status, 7);
  assert.ok(sandbox.state().events.length > 0);
  sandbox.setFaults([]);
  await utimes(path, 1, 1);
  await appendFile(path, events[0]?.replace('"n":0', '"n":40') ?? '');
  const ran = await send();
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(sandbox.state().events.length, 41);
});
