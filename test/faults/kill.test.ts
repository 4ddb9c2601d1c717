/**
 * The proof of "kill it anywhere, run it again": rows of people and events, several updates per person, duplicates, bad
 * rows; the command line is killed again and again, also by a full disk, while the API fails as well. At the end people,
 * events and rejected records are those of a run that nothing disturbed. CIO_KILLS=50 makes it long.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { mulberry32 } from '../../bench/rows.ts';
import type { Fault } from '../../lib/sandbox/faults.ts';
import {
  endOf,
  type Job,
  leftovers,
  type Outcome,
  outcomeOf,
  type Server,
  startRun,
  startSandbox,
  TARGETS,
  type Target,
} from '../support/faults/killed-run.ts';
import { type MixedRows, writeMixedRows } from '../support/faults/rows.ts';
import { tinyDisk } from '../support/faults/tiny-disk.ts';
import { isLong, onlyLong } from '../support/runs.ts';
import { SEED } from '../support/seed.ts';

const LONG = process.env.CIO_KILLS !== undefined;
/** One of each kind, or more. */
const KILLS = Number(process.env.CIO_KILLS ?? (isLong ? 6 : TARGETS.length));
const ROWS = LONG ? 200_000 : 3_000;
const CHECKPOINT_EVERY = LONG ? 500 : 50;
/** A hit comes at one of so many first signs: about what a run shows in its share of the rows. */
const MOST_SIGNS: Readonly<Record<Target, number>> = { rejects: LONG ? 20 : 10, resume: LONG ? 60 : 30, store: LONG ? 20 : 10, moment: 20 };
const BATCHES = '/api/v2/batch';

let cwd = '';
let input: MixedRows;
let undisturbed: Outcome | undefined;

before(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cio-kill-'));
  input = await writeMixedRows(cwd, ROWS, SEED);
});
after(() => rmSync(cwd, { recursive: true, force: true }));

/** A sandbox, and an empty place to keep state. */
async function scene(t: TestContext, name: string): Promise<{ server: Server; job: Job }> {
  const server = await startSandbox(t);
  const place = join(cwd, name);
  mkdirSync(place, { recursive: true });
  return { server, job: { cwd, files: input.files, url: server.url, place, checkpointEvery: CHECKPOINT_EVERY } };
}

/** The outcome of the run that nothing disturbs, made once. */
async function expected(t: TestContext): Promise<Outcome> {
  if (undisturbed) return undisturbed;
  const { server, job } = await scene(t, 'undisturbed');
  const { status, stderr } = await endOf(startRun(job), job);
  assert.equal(status, 1, stderr);
  undisturbed = await outcomeOf(server, job);
  assert.equal(undisturbed.rejects.length, input.bad);
  assert.equal(undisturbed.repeated, 0);
  return undisturbed;
}

/** Kills runs until the wanted number is reached, and then lets one end; a round that ends before is followed by another. */
async function killUntil(t: TestContext, name: string, wanted: number, faults: readonly Fault[]): Promise<void> {
  const want = await expected(t);
  const random = mulberry32(SEED + wanted);
  const kills: Record<Target, number> = { rejects: 0, resume: 0, store: 0, moment: 0 };
  const half = { rejects: 0, resume: 0 };
  let [killed, rounds, repeated] = [0, 0, 0];
  for (; killed < wanted; rounds++) {
    const { server, job } = await scene(t, `${name}-${rounds}`);
    await server.setFaults(faults);
    for (let ended = false; !ended; ) {
      const target = TARGETS[killed % TARGETS.length] as Target;
      const child = startRun(job);
      const trap = { target, nth: 1 + Math.floor(random() * MOST_SIGNS[target]), random, hit: () => child.kill('SIGKILL') };
      const before = leftovers(job);
      const { status, signal, stderr } = await endOf(child, job, killed < wanted ? trap : undefined);
      ended = signal === null;
      if (ended) assert.ok(status === 0 || status === 1, `status ${status}: ${stderr}`);
      else {
        killed++;
        kills[target]++;
        const left = leftovers(job);
        half.rejects += left.rejects - before.rejects;
        half.resume += left.resume;
      }
    }
    const got = await outcomeOf(server, job);
    repeated += got.repeated;
    assertSame(got, want);
  }
  t.diagnostic(
    `seed ${SEED}: ${input.rows} rows, ${killed} kills (${Object.entries(kills)
      .map(([target, n]) => `${n} ${target}`)
      .join(', ')}), ` +
      `${killed + rounds} starts, ${rounds} rounds; half-written: ${half.rejects} reject files, ${half.resume} resume files`,
  );
  t.diagnostic(counted(want, repeated));
}

function counted({ people, events, rejects }: Outcome, repeated: number): string {
  return `equal: ${people.length} people, ${events.length} events, ${rejects.length} rejected records (besides ${repeated} lines that stand there again)`;
}

function assertSame(got: Outcome, want: Outcome): void {
  for (const what of ['people', 'events', 'rejects'] as const) {
    const [is, should] = [new Set(got[what]), new Set(want[what])];
    const missing = want[what].filter((line) => !is.has(line));
    const extra = got[what].filter((line) => !should.has(line));
    const counts = `seed ${SEED}, ${what}: ${got[what].length} where ${want[what].length} should be`;
    assert.deepEqual([missing.slice(0, 3), extra.slice(0, 3), got[what].length], [[], [], want[what].length], counts);
  }
}

test('killed at any moment, and while it writes rejects, position and store', (t) => killUntil(t, 'kills', KILLS, []));

test('the same where the API breaks connections after it has applied the request', { skip: !LONG && onlyLong }, (t) =>
  killUntil(t, 'resets', Math.ceil(KILLS / 6), [{ path: BATCHES, reset: 'after', probability: 0.2 }]),
);

test('the same in a storm of 429', { skip: !LONG && onlyLong }, (t) =>
  killUntil(t, 'storm', Math.ceil(KILLS / 6), [
    { path: BATCHES, status: 429, headers: { 'retry-after': '0' }, probability: 0.3, ...(LONG ? {} : { times: 8 }) },
  ]),
);

/** How LMDB's native code may end the process when a disk is full: what counts is that the next run is right. */
const LMDB_CRASHES: readonly string[] = ['SIGBUS', 'SIGABRT', 'SIGSEGV'];

test('the same where the disk is full for a while', async (t) => {
  const want = await expected(t);
  const random = mulberry32(SEED);
  const { server, job: anywhere } = await scene(t, 'disk');
  const disk = tinyDisk(t, join(cwd, 'tiny'), 16 + ROWS / 1_000);
  const job = disk ? { ...anywhere, place: disk.folder } : anywhere;
  const statuses: (number | string | null)[] = [];
  for (let full = 0; full < (LONG ? 10 : 3); full++) {
    // The first meets it before anything is there, the others on their way.
    if (full === 0) disk?.fill();
    const child = startRun(job, disk ? [] : ['sh', '-c', `ulimit -f ${full === 0 ? 8 : 200}; exec "$0" "$@"`]);
    const trap = { target: TARGETS[full % 3] as Target, nth: 2 + Math.floor(random() * 5), random, hit: () => disk?.fill() };
    const { status, signal, stderr } = await endOf(child, job, trap);
    statuses.push(status ?? signal);
    // LMDB maps its file: where the system can't back a page of it any more, that ends the process as a kill does.
    assert.ok([0, 1, 8, 12].includes(status ?? -1) || LMDB_CRASHES.includes(`${signal}`), `status ${status ?? signal}: ${stderr}`);
    disk?.free();
  }
  assert.ok(statuses[0] !== 0 && statuses[0] !== 1, 'no run met a full disk');
  const { status, stderr } = await endOf(startRun(job), job);
  assert.ok(status === 0 || status === 1, `status ${status}: ${stderr}`);
  const got = await outcomeOf(server, job);
  assertSame(got, want);
  t.diagnostic(`seed ${SEED}: ${disk ? 'a tmpfs that was full' : 'ulimit -f'}, statuses ${statuses.join(', ')}, then ${status}`);
  t.diagnostic(counted(want, got.repeated));
});
