/**
 * "Kill it anywhere, run it again" for what is read from a folder of files, from a bucket and from the web, while what gives the
 * rows fails as well: people, events and rejected records are those of a run that nothing disturbed.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endOf, type Job, outcomeOf, startRun, startSandbox } from '../support/faults/killed-run.ts';
import { writeMixedRows } from '../support/faults/rows.ts';
import { folder } from '../support/folder.ts';
import type { Faults } from '../support/object-storage/faults.ts';
import { BUCKETS } from '../support/object-storage/stored-objects.ts';
import { isLong } from '../support/runs.ts';
import { SEED } from '../support/seed.ts';
import { WebServer } from '../support/web-server.ts';

const ROWS = 1_000;
const KILLS = isLong ? 2 : 1;

/** Where rows are read, and how to get there. */
type Reading = Pick<Job, 'files' | 'flags' | 'env'> & { readonly faults?: Faults };

const PLACES: Readonly<Record<string, (t: TestContext, cwd: string, names: readonly string[]) => Promise<Reading>>> = {
  'a folder': async (_t, cwd, names) => {
    await mkdir(join(cwd, 'export', 'deep'), { recursive: true });
    for (const [index, name] of names.entries())
      await rename(join(cwd, name), join(cwd, 'export', index === 0 ? name : join('deep', name)));
    return { files: ['export'] };
  },
  ...Object.fromEntries(
    Object.entries(BUCKETS).map(([name, start]) => [
      name,
      async (t: TestContext, cwd: string, names: readonly string[]): Promise<Reading> => {
        const { url, put, flags, env, server } = await start(t);
        for (const one of names) await put(`export/${one}`, await readFile(join(cwd, one)));
        return { files: [`${url}export/`], flags, env, faults: server.faults };
      },
    ]),
  ),
  'the web': async (t, cwd, names) => {
    const server = await WebServer.start(t);
    for (const [index, name] of names.entries()) {
      const headers = { etag: `"${name}"` };
      server.files.set(`/${name}`, { bytes: await readFile(join(cwd, name)), headers, noRanges: index === 0 });
    }
    return { files: names.map((name) => `${server.url}/${name}?token=secret`), faults: server.faults };
  },
};

for (const [what, prepare] of Object.entries(PLACES)) {
  // One place whose connections break shows it to people, and kill.test.ts reads files; the long runs try all.
  const skip = !isLong && what !== 'S3' && 'CIO_RUNS=1 has the time';
  test(`rows of ${what}: killed, and its connections broken, again and again`, { skip }, async (t) => {
    const cwd = await folder(t);
    const { files: names, bad } = await writeMixedRows(cwd, ROWS, SEED);
    const { faults, ...reading } = await prepare(t, cwd, names);
    const scene = async (place: string): Promise<{ job: Job; server: Awaited<ReturnType<typeof startSandbox>> }> => {
      const server = await startSandbox(t);
      await mkdir(join(cwd, place));
      return { server, job: { cwd, url: server.url, place: join(cwd, place), checkpointEvery: 50, ...reading } };
    };
    const calm = await scene('calm');
    const whole = await endOf(startRun(calm.job), calm.job);
    assert.equal(whole.status, 1, whole.stderr);
    const want = await outcomeOf(calm.server, calm.job);
    assert.equal(want.rejects.length, bad);
    const { job, server } = await scene('disturbed');
    let kills = 0;
    for (let ended = false; !ended; ) {
      faults?.add({ method: 'GET', cutAnswerAfter: 50_000, afterServed: 2 });
      const child = startRun(job);
      // Later each time: the first positions are saved before anything is delivered.
      const trap = { target: 'resume', nth: 6 + 8 * kills, random: () => 0, hit: () => child.kill('SIGKILL') } as const;
      const { status, signal, stderr } = await endOf(child, job, kills < KILLS ? trap : undefined);
      ended = signal === null;
      if (ended) assert.ok(status === 0 || status === 1, `status ${status}: ${stderr}`);
      else kills++;
    }
    const got = await outcomeOf(server, job);
    assert.ok(kills > 0);
    for (const one of ['people', 'events', 'rejects'] as const) assert.deepEqual(got[one], want[one], one);
    assert.doesNotMatch(await readFile(join(job.place, 'resume.json'), 'utf8'), /token|secret/);
    t.diagnostic(`seed ${SEED}: ${kills} kills, ${faults?.seen ?? 0} faults`);
  });
}
