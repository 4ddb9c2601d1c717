import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { localPlaces } from '../../../lib/cli/input/places/local.ts';
import type { Place } from '../../../lib/cli/input/places/place.ts';
import { ResumeState } from '../../../lib/cli/input/resume-file.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import type { SourcePosition } from '../../../lib/source/checkpointer.ts';
import { csv } from '../../../lib/source/csv.ts';
import { decompress } from '../../../lib/source/decompress.ts';
import { ndjson } from '../../../lib/source/ndjson.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cio-resume-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function inputOf(path: string): Promise<Place> {
  const [place] = await localPlaces(path, assert.fail);
  return place ?? assert.fail();
}
const STDIN = { label: 'standard input', source: undefined, size: undefined };

test('what is saved is there again: offset, line, columns, the end; per input', async (t) => {
  const dir = await folder(t);
  const [file, one, two] = [join(dir, 'state.json'), join(dir, 'one.csv'), join(dir, 'two.ndjson')];
  await writeFile(one, 'a,b\n1,2\n3,4\n');
  await writeFile(two, '{}\n');
  const state = await ResumeState.load(file);
  assert.equal(await state.positionOf(await inputOf(one)), undefined);
  assert.equal(await state.positionOf(await inputOf(two)), undefined);
  assert.equal(await state.positionOf(STDIN), undefined);
  const place = { source: one, offset: 8, line: 3, columns: ['a', 'b'] };
  await state.save(place);
  await state.save({ source: two, offset: 3, line: 2, ended: true });
  await state.save({ offset: 70, line: 7 });
  const again = await ResumeState.load(file);
  assert.deepEqual(await again.positionOf(await inputOf(one)), { startAt: place });
  assert.deepEqual(await again.positionOf(await inputOf(two)), { startAt: { source: two, offset: 3, line: 2, ended: true } });
  assert.deepEqual(await again.positionOf(STDIN), { startAt: { offset: 70, line: 7 }, skip: 'lines' });
  assert.deepEqual((await readdir(dir)).sort(), ['one.csv', 'state.json', 'two.ndjson']);
});

test('a file that has grown resumes; one that shrank, or begins otherwise, is refused', async (t) => {
  const dir = await folder(t);
  const [file, path] = [join(dir, 'state.json'), join(dir, 'rows.ndjson')];
  const rows = '{"n":1}\n{"n":2}\n';
  const saved = async (ended?: true): Promise<void> => {
    await writeFile(path, rows);
    await rm(file, { force: true });
    const state = await ResumeState.load(file);
    await state.positionOf(await inputOf(path));
    await state.save({ source: path, offset: 16, line: 3, ...(ended && { ended }) });
  };
  const ask = async () => (await ResumeState.load(file)).positionOf(await inputOf(path));
  await saved(true);
  assert.equal((await ask())?.startAt.ended, true);
  await appendFile(path, '{"n":3}\n');
  assert.deepEqual(await ask(), { startAt: { source: path, offset: 16, line: 3 } });
  await saved();
  await writeFile(path, '{"n":1}\n');
  await assert.rejects(ask(), { code: 'CIO_STATE', message: /is not the file that .*state\.json describes: it is smaller/ });
  await saved();
  await writeFile(path, rows.replace('1', '9'));
  await assert.rejects(ask(), { code: 'CIO_STATE', message: /begins with something else/ });
  // It grew while it was read, and is back to what it was at first.
  await saved();
  const state = await ResumeState.load(file);
  await state.positionOf(await inputOf(path));
  await state.save({ source: path, offset: 24, line: 4 });
  await assert.rejects(ask(), { code: 'CIO_STATE', message: /smaller/ });
});

test('a resume file that is damaged, foreign or unreadable is one clear error', async (t) => {
  const dir = await folder(t);
  const file = join(dir, 'state.json');
  for (const text of [
    '',
    '{',
    '[]',
    '{"cio_stream_resume":2,"inputs":{}}',
    '{"cio_stream_resume":1,"inputs":{"x":{"offset":-1,"line":1}}}',
    '{"name":"x"}',
  ]) {
    await writeFile(file, text);
    await assert.rejects(ResumeState.load(file), { code: 'CIO_STATE', message: /is not a resume file of cio-stream, or it is damaged/ });
    assert.equal(await readFile(file, 'utf8'), text);
  }
  await assert.rejects(ResumeState.load(dir), { code: 'CIO_STATE', message: /EISDIR/ });
  const state = await ResumeState.load(join(dir, 'no such folder', 'state.json'));
  await assert.rejects(state.save({ offset: 0, line: 1 }), { code: 'CIO_STATE', message: /ENOENT/ });
});

test('a link stays a link', async (t) => {
  const dir = await folder(t);
  const [file, link] = [join(dir, 'real.json'), join(dir, 'link.json')];
  await (await ResumeState.load(file)).save({ offset: 1, line: 2 });
  await symlink(file, link);
  await (await ResumeState.load(link)).save({ offset: 5, line: 6 });
  assert.equal((await (await ResumeState.load(file)).positionOf(STDIN))?.startAt.line, 6);
});

test('killed at any moment, the resume file is whole and not older than what was acknowledged', async (t) => {
  const file = join(await folder(t), 'state.json');
  for (let round = 0, least = 0; round < 5; round++) {
    const child = fork(fileURLToPath(new URL('../../support/cli/resume-child.js', import.meta.url)), [file]);
    t.after(() => child.kill('SIGKILL'));
    let acknowledged = 0;
    child.on('message', (line) => {
      acknowledged = line as number;
      if (acknowledged > least + 20 + 7 * round) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const line = (await (await ResumeState.load(file)).positionOf(STDIN))?.startAt.line ?? 0;
    assert.ok(line >= acknowledged && acknowledged > least, `${line}, ${acknowledged}`);
    least = line;
  }
});

const lines = Array.from({ length: 50 }, (_, n) => n);
const NDJSON = Buffer.from(lines.map((n) => `{"n":${n}}\n`).join(''));
const CSV = Buffer.from(['n,text', ...lines.map((n) => `${n},"x\n${n}"`)].join('\n'));

for (const [name, make, bytes] of [
  ['rows.ndjson', ndjson, NDJSON],
  ['rows.csv', csv, CSV],
  ['rows.ndjson.gz', ndjson, gzipSync(NDJSON)],
  ['rows.csv.gz', csv, gzipSync(CSV)],
] as const) {
  test(`${name}: read in pieces, each by a state of its own, every record comes once`, async (t) => {
    const dir = await folder(t);
    const [file, path] = [join(dir, 'state.json'), join(dir, name)];
    await writeFile(path, bytes);
    const seen: number[] = [];
    for (let runs = 0; runs < 20; runs++) {
      const state = await ResumeState.load(file);
      const resumption = await state.positionOf(await inputOf(path));
      if (resumption?.startAt.ended) break;
      const { startAt, skip } = resumption ?? {};
      const start = skip === undefined ? (startAt?.offset ?? 0) : 0;
      const source = make({ source: path, checkpointEveryRecords: 8, ...(startAt && { startAt }), ...(skip && { skip }) });
      await pipeline(createReadStream(path, { start }), decompress(), source, async (elements: AsyncIterable<object>) => {
        let cut = false;
        for await (const element of elements) {
          if (cut) continue;
          cut = element instanceof Checkpoint;
          if (element instanceof Checkpoint) await state.save(element.position as SourcePosition);
          else seen.push(Number((element as { n: unknown }).n));
        }
      });
    }
    assert.deepEqual(seen, lines);
  });
}

test('a file keeps the version it was read with first, until it is another', async (t) => {
  const dir = await folder(t);
  const [file, path] = [join(dir, 'state.json'), join(dir, 'rows.ndjson')];
  await writeFile(path, '{"n":1}\n');
  const begin = async (version: string) => {
    const state = await ResumeState.load(file);
    const input = { ...(await inputOf(path)), version };
    const from = await state.positionOf(input);
    await state.write();
    return { state, from, version: state.versionOf(input) };
  };
  assert.deepEqual((await begin('first')).version, 'first');
  await appendFile(path, '{"n":2}\n');
  const again = await begin('touched');
  assert.deepEqual([again.from, again.version], [undefined, 'first']);
  await again.state.save({ source: path, offset: 8, line: 2 });
  await appendFile(path, '{"n":3}\n');
  const grown = await begin('grown');
  assert.deepEqual([grown.from?.startAt.line, grown.version], [2, 'first']);
  // Nothing of it was delivered or rejected: then it may be replaced.
  await rm(file);
  await begin('first');
  await writeFile(path, '{"m":1}\n');
  assert.equal((await begin('other')).version, 'other');
});

test('a file that was changed before the place where it resumes is refused', async (t) => {
  const dir = await folder(t);
  const [file, path] = [join(dir, 'state.json'), join(dir, 'rows.ndjson')];
  const text = Array.from({ length: 5_000 }, (_, n) => `{"n":${n},"text":"some more of it"}\n`).join('');
  await writeFile(path, text);
  const state = await ResumeState.load(file);
  await state.positionOf(await inputOf(path));
  await state.save({ source: path, offset: text.length, line: 5_001, ended: true });
  const middle = text.indexOf('{"n":4000,');
  await writeFile(path, `${text.slice(0, middle)}{"n":"new"}\n${text.slice(middle)}`);
  const again = await ResumeState.load(file);
  await assert.rejects(again.positionOf(await inputOf(path)), {
    code: 'CIO_STATE',
    message: /the part that was read last has changed/,
  });
});

test('what would be read for ever is not a resume file', { skip: process.platform === 'win32' }, async () => {
  await assert.rejects(ResumeState.load('/dev/zero'), { code: 'CIO_STATE', message: 'the resume file /dev/zero is not a file' });
});
