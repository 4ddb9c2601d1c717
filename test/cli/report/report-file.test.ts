/** The file of a report: it replaces an earlier report only, is for its owner only, and no link leads it elsewhere. */
import assert from 'node:assert/strict';
import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockResume } from '../../../lib/cli/input/resume-lock.ts';
import { Recorder } from '../../../lib/cli/report/recorder.ts';
import { checkReportPlace, writeReport } from '../../../lib/cli/report/report-file.ts';
import { reportOf } from '../../../lib/cli/show/report.ts';
import { replaceFile } from '../../../lib/storage/durable-folder.ts';
import { ownMark } from '../../../lib/storage/run-mark.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { folder } from '../../support/reject/folder.ts';

const skip = process.platform === 'win32';

test('a report or a resume file is for its owner only, and a link at the names beside it is not followed', { skip }, async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const path = await folder(t);
  const [place, victim] = [join(path, 'state.json'), join(path, 'victim')];
  await writeFile(victim, 'precious');
  for (const ending of ['partial', 'run']) await symlink(victim, join(path, `.state.json.${ownMark()}.${ending}`));
  await replaceFile(place, 'one\n');
  await lockResume(place);
  await writeFile(join(path, 'old.json'), 'old', { mode: 0o644 });
  await symlink('old.json', join(path, 'link.json'));
  await replaceFile(join(path, 'link.json'), 'new\n');
  assert.equal(await readFile(victim, 'utf8'), 'precious');
  const modes = await Promise.all(
    (await readdir(path)).map(async (name) => [name, ((await lstat(join(path, name))).mode & 0o777).toString(8)]),
  );
  assert.deepEqual(Object.fromEntries(modes), {
    [`.state.json.${ownMark()}.run`]: '600',
    'link.json': '777',
    'old.json': '600',
    'state.json': '600',
    victim: '666',
  });
});

test('a report takes the place of an earlier report and of nothing else', async (t) => {
  const dir = await folder(t);
  const report = reportOf(new Summary(), { dryRun: false, interrupted: false, failure: undefined });
  const recorder = new Recorder(new FakeClock());
  recorder.close();
  const { timeline } = recorder;
  const write = async (path: string): Promise<void> => {
    await checkReportPlace(path);
    await writeReport(path, report, timeline);
  };
  const written = join(dir, 'report.json');
  await write(written);
  const text = await readFile(written, 'utf8');
  const laidOut = { 'again.json': text, 'compact.json': JSON.stringify(report), 'empty.json': '' };
  for (const [name, before] of Object.entries(laidOut)) {
    await writeFile(join(dir, name), before);
    await write(join(dir, name));
    assert.equal(await readFile(join(dir, name), 'utf8'), text, name);
  }
  const others = { 'people.csv': 'email\na@example.com\n', 'rows.ndjson': '{"read":"a"}\n', 'state.json': '{"cio_stream_resume":1}' };
  for (const [name, before] of Object.entries(others)) {
    const path = join(dir, name);
    await writeFile(path, before);
    const refused = {
      code: 'CIO_OPTIONS',
      message: /(people\.csv|rows\.ndjson|state\.json): the file there is not a report, so it is kept$/,
    };
    await assert.rejects(checkReportPlace(path), refused);
    await assert.rejects(writeReport(path, report, timeline), refused);
    assert.equal(await readFile(path, 'utf8'), before);
  }
});
