/** `npm run picture`: docs/terminal.svg, recorded from a real run against the sandbox. Needs script(1), of Linux. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createSandbox } from '../../lib/index.ts';
import { childEnv } from '../support/child.ts';
import { crmCsv, PICTURE, repaired, SCREEN, STEPS, TITLE } from './story.ts';
import { svgOf } from './svg.ts';
import { Recording } from './terminal.ts';

/** Enough for a few seconds of progress. */
const ROWS = 120_000;
const MOST_MS = 23_000;
const BEFORE_MS = 500;

const folder = mkdtempSync(join(tmpdir(), 'cio-picture-'));
const sandbox = await createSandbox();
try {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(resolve('dist/lib/cli/main.js'), join(folder, 'bin', 'cio-stream'));
  writeFileSync(join(folder, 'crm.csv'), crmCsv(ROWS));
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited } = childEnv();
  const env = {
    ...inherited,
    CUSTOMERIO_SITE_ID: sandbox.siteId,
    CUSTOMERIO_API_KEY: sandbox.apiKey,
    CUSTOMERIO_BASE_URL: sandbox.url,
    PATH: `${join(folder, 'bin')}${delimiter}${inherited.PATH}`,
  };
  const recording = new Recording(SCREEN);
  for (const { typed, status, repairs, pauseMs } of STEPS) {
    await recording.prompt();
    recording.wait(BEFORE_MS);
    await recording.type(typed);
    if (status !== undefined) assert.equal(await recording.run(typed, folder, env), status, typed);
    const sheet = join(folder, 'fix.csv');
    if (repairs) writeFileSync(sheet, repaired(readFileSync(sheet, 'utf8')));
    recording.wait(pauseMs);
  }
  assert.equal(sandbox.state().people.length, ROWS);
  if (recording.now > MOST_MS)
    throw new Error(`this machine is busy: the picture would take ${(recording.now / 1_000).toFixed(1)} s; run it again`);
  const svg = svgOf(recording.frames, SCREEN, recording.now, TITLE);
  writeFileSync(PICTURE, svg);
  console.log(`${PICTURE}: ${(recording.now / 1_000).toFixed(1)} s, ${recording.frames.length} frames, ${Buffer.byteLength(svg)} bytes`);
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
