/** What is written on this machine: readable by its owner only, never through a link, and gone when its run was killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { CioError } from '../../lib/errors.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { FallbackFile } from '../../lib/reject/fallback-file.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { clearLeftFolders } from '../../lib/reject/staging-file.ts';
import { checkStore } from '../../lib/storage/check-store.ts';
import { ownMark } from '../../lib/storage/run-mark.ts';
import { closed, folder } from '../support/reject/folder.ts';

const skip = process.platform === 'win32';
const GONE = new CioError('CIO_REJECT_STORE', 'gone');
const row = new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { id: 1 });

/** Temporary files of its own. */
async function temporary(t: TestContext): Promise<string> {
  const [before, path] = [process.env.TMPDIR, await folder(t)];
  process.env.TMPDIR = path;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return path;
}

function openUmask(t: TestContext): void {
  const before = process.umask(0);
  t.after(() => process.umask(before));
}

/** The modes of all that is below a folder. */
async function modes(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const kinds = entries.map(async (entry) => {
    const { mode } = await lstat(join(entry.parentPath, entry.name));
    return `${entry.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`;
  });
  return [...new Set(await Promise.all(kinds))].sort();
}

/** A mark as a killed run of this machine has left it. */
function deadMark(): string {
  return `${process.pid}-1-${ownMark().split('-')[2]}`;
}

test('folders and files of rejected records are for their owner only, whatever the umask; a folder of the user stays as it is', {
  skip,
}, async (t) => {
  openUmask(t);
  const to = await folder(t);
  await chmod(to, 0o755);
  for (const format of ['ndjson', 'csv'] as const) {
    const writer = rejectWriter({ to: join(to, 'a', 'b'), format, pathFormat: '{year}/{month}' });
    writer.write(row);
    await writer.flush();
    writer.write(row);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await modes(to), ['file 600', 'folder 700']);
    writer.end();
    await closed(writer);
  }
  assert.deepEqual(await modes(to), ['file 600', 'folder 700']);
  assert.equal((await lstat(to)).mode & 0o777, 0o755);
  await new FallbackFile(join(to, 'fallback'), 'x.ndjson').rescue(GONE, new Map(), '{}\n');
  assert.deepEqual(await modes(join(to, 'fallback')), ['file 600']);
});

test('what is kept among the temporary files is in a folder of ours, whatever stands at its name', { skip }, async (t) => {
  openUmask(t);
  const [elsewhere, top] = [await folder(t), await temporary(t)];
  const keep = async (): Promise<string> => {
    const file = new FallbackFile(undefined, 'x.ndjson');
    await file.rescue(GONE, new Map(), '{}\n');
    const { message } = await file.rescue(GONE, new Map(), '{}\n');
    const [, path = ''] = /are in (.*)$/.exec(message) ?? [];
    assert.equal(await readFile(path, 'utf8'), '{}\n{}\n');
    return path;
  };
  assert.equal(await keep(), join(top, 'cio-stream-rejects', 'x.ndjson'));
  assert.deepEqual(await modes(top), ['file 600', 'folder 700']);
  for (const plant of [(path: string) => symlink(elsewhere, path), (path: string) => mkdir(path, { mode: 0o777 })]) {
    process.env.TMPDIR = await mkdtemp(join(top, 'other-'));
    await plant(join(tmpdir(), 'cio-stream-rejects'));
    assert.match(await keep(), /cio-stream-rejects-not-stored-\w{6}\/x\.ndjson$/);
  }
  assert.deepEqual(await readdir(elsewhere), []);
});

test('a link at a name that is written is not followed', { skip }, async (t) => {
  const [to, victim] = [await folder(t), join(await folder(t), 'victim')];
  await writeFile(victim, 'precious');
  const clock = { ...systemClock, wall: () => 0, bytes: (length: number) => Buffer.alloc(length, 0xab) };
  const name = '1970-01-01T00-00-00Z-abababab-0001.csv';
  for (const ending of ['partial', 'encoded.partial']) await symlink(victim, join(to, `.${name}.${ownMark()}.${ending}`));
  await symlink(victim, join(to, name));
  const writer = rejectWriter({ to, format: 'csv', clock } as never);
  writer.end(row);
  await closed(writer);
  assert.equal(writer.errored, null);
  assert.equal(await readFile(victim, 'utf8'), 'precious');
  // The folder itself may be one.
  const link = join(to, 'link');
  await symlink(await folder(t), link);
  await checkStore(link);
});

test('temporary folders of dead runs are cleared, and nothing else', { skip: process.platform !== 'linux' }, async (t) => {
  const [other, top] = [await folder(t), await temporary(t)];
  const make = async (name: string, file: string): Promise<void> => {
    await mkdir(join(top, name));
    await writeFile(join(top, name, file), '{}\n');
  };
  const dead = `cio-stream-rejects-${deadMark()}`;
  await make(`${dead}-abcdef`, '1.partial');
  await make(`${dead}-UVWXYZ`, '12.partial');
  await mkdir(join(top, `${dead}-empty1`));
  await make(`${dead}-kept00`, '1.ndjson');
  await make(`${dead}-notours`, '1.partial');
  await make(`${dead}-other1`, '1.partial');
  await make(`cio-stream-rejects-${ownMark()}-abcdef`, '1.partial');
  await make('cio-stream-rejects-9-9-00000000-recent', '1.partial');
  await make('cio-stream-rejects-9-9-00000000-longag', '1.partial');
  for (const path of ['', '1.partial']) await utimes(join(top, 'cio-stream-rejects-9-9-00000000-longag', path), 0, 0);
  await make('cio-stream-rejects', 'not-stored.ndjson');
  await writeFile(join(top, `${dead}-a_file`), '');
  await writeFile(join(other, '1.partial'), 'precious');
  await symlink(other, join(top, `${dead}-a_link`));
  const root = process.getuid?.() === 0;
  if (root) await chown(join(top, `${dead}-other1`), 12_345, 12_345);
  await clearLeftFolders();
  const left = [`${dead}-a_file`, `${dead}-a_link`, `${dead}-kept00`, `${dead}-notours`, ...(root ? [`${dead}-other1`] : [])];
  const others = ['cio-stream-rejects', 'cio-stream-rejects-9-9-00000000-recent', `cio-stream-rejects-${ownMark()}-abcdef`];
  assert.deepEqual((await readdir(top)).sort(), [...left, ...others].sort());
  assert.equal(await readFile(join(other, '1.partial'), 'utf8'), 'precious');
  process.env.TMPDIR = join(top, 'nowhere');
  await clearLeftFolders();
});

test('half files of dead runs are cleared in a folder and below it, not where a link leads', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const [to, other] = [await folder(t), await folder(t)];
  const half = `.a.csv.${deadMark()}.encoded.partial`;
  const others = [`.a.csv.${ownMark()}.partial`, '.a.csv.partial', `a.csv.${deadMark()}.partial`];
  await mkdir(join(to, 'below'));
  await symlink(other, join(to, 'link'));
  for (const place of [to, join(to, 'below'), other]) for (const name of [half, ...others]) await writeFile(join(place, name), 'x');
  await symlink(join(other, half), join(to, `.link.${deadMark()}.partial`));
  const writer = rejectWriter({ to });
  writer.end();
  await closed(writer);
  assert.deepEqual((await readdir(to)).sort(), [...others, `.link.${deadMark()}.partial`, 'below', 'link'].sort());
  assert.deepEqual((await readdir(join(to, 'below'))).sort(), others.toSorted());
  assert.deepEqual((await readdir(other)).sort(), [half, ...others].sort());
});

test('what a run that was killed has left is cleared by the next one: its folder of temporary files, and its half files', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const [to, top] = [await folder(t), await temporary(t)];
  const library = new URL('../../lib/', import.meta.url);
  const from = (name: string): string => JSON.stringify(new URL(name, library).href);
  const program = `
    import { Rejection } from ${from('record/rejection.js')};
    import { rejectWriter } from ${from('reject/reject-writer.js')};
    const row = new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { id: 1 });
    const s3 = { endpoint: 'http://127.0.0.1:9', region: 'eu-central-1', accessKeyId: 'a', secretAccessKey: 'b' };
    for (const to of [process.argv[1], 's3://bucket']) {
      const writer = rejectWriter({ to, s3, pathFormat: 'a' });
      writer.on('error', () => {});
      await new Promise((resolve) => writer.write(row, resolve));
    }
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, to], {
    cwd: new URL('../../..', import.meta.url),
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const under = async (path: string): Promise<string[]> =>
    (await readdir(path, { recursive: true })).filter((name) => /partial$/.test(name));
  while ((await under(top)).length === 0 || (await under(to)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const mode = (await lstat(join(top, (await readdir(top))[0] ?? ''))).mode & 0o777;
  assert.equal(mode, 0o700);
  const open = async (): Promise<void> => {
    const writer = rejectWriter({ to });
    writer.end();
    await closed(writer);
  };
  await open();
  assert.deepEqual([(await under(top)).length, (await under(to)).length], [1, 1], 'while it lives nothing is touched');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await open();
  assert.deepEqual([await readdir(top), await readdir(to, { recursive: true })], [[], ['a']]);
});
