/** docs/terminal.svg shows what the command line does today, and is a picture that any page may show. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder, sandboxFor } from '../support/cli/run-cli.ts';
import { crmCsv, PICTURE, repaired, STEPS } from './story.ts';
import { lastLines } from './svg.ts';

const svg = readFileSync(PICTURE, 'utf8');
/** All rows that are rejected are among them. */
const ROWS = 2_000;
const AGAIN = `${PICTURE} is not what the commands print today: run \`npm run picture\``;

test('the commands of the picture print today what it shows, but for numbers', async (t) => {
  const cwd = await folder(t);
  const { env, state } = await sandboxFor(t);
  writeFileSync(join(cwd, 'crm.csv'), crmCsv(ROWS));
  const printed: string[] = [];
  for (const { typed, status, repairs } of STEPS) {
    printed.push(`$ ${typed}`);
    if (status !== undefined) {
      const { status: ended, stdout, stderr } = await cli(wordsOf(typed), { cwd, env });
      assert.equal(ended, status, stderr);
      printed.push(stdout + stderr);
    }
    const sheet = join(cwd, 'fix.csv');
    if (repairs) writeFileSync(sheet, repaired(readFileSync(sheet, 'utf8')));
  }
  assert.equal(comparable(lastLines(svg)), comparable(printed), AGAIN);
  assert.equal(state().people.length, ROWS);
});

test('it is XML, small and narrow enough for a README, and loads and runs nothing', () => {
  const open: string[] = [];
  for (const [, slash, name = '', selfClosing] of svg.matchAll(/<(\/?)([\w-]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g))
    if (slash) assert.equal(open.pop(), name);
    else if (!selfClosing) open.push(name);
  assert.deepEqual(open, []);
  assert.ok(!/<(?![\w/])|&(?!(amp|lt|gt|quot);)/.test(svg));
  assert.ok(Buffer.byteLength(svg) <= 150_000);
  assert.ok(Number(/ width="(\d+)"/.exec(svg)?.[1]) <= 900);
  const { length } = svg.match(/(https?|file):|url\(|@import|@font-face|<script|<foreignObject| on\w+=/g) ?? [];
  assert.equal(length, 1, 'only the name of SVG');
  assert.match(svg, /xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
});

test('it shows no path of the machine on which it was made', () => {
  assert.doesNotMatch(svg, /\/tmp\/|\/home\/|\/root\/|\/work\/|\/Users\/|127\.0\.0\.1/);
});

/** The words of a command that has no quotes but double ones. */
function wordsOf(command: string): string[] {
  const [program, ...words] = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  assert.equal(program, 'cio-stream');
  return words;
}

/** Numbers with their units and names of files made at a time are all alike. White space is left out: a terminal breaks long lines. */
function comparable(lines: readonly string[]): string {
  const times = lines.join('').replace(/\d{4}-\d\d-\d\dT[\w-]+/g, 'TIME');
  return times.replace(/[\d.,]*\d( [kMG]?B\b)?/g, '0').replace(/\s+/g, '');
}
