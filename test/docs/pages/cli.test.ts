/** What each block of docs/cli.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags, COMMAND_FLAGS, type CommandName } from '../../../lib/cli/flags/flags.ts';
import { type Promised, testPage } from '../page.ts';

const HELP: Promised = {
  language: 'sh',
  holds: /^cio-stream --help/,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    for (const command of ['[options] [command]', 'people']) assert.ok(stdout.includes(`Usage: cio-stream ${command}`), command);
    assert.match(stdout, /^credentials: good, region us/m);
    assert.match(stdout, /^complete .* cio-stream$/m);
  },
};

testPage('docs/cli.md', [HELP]);

test('docs/cli.md: every flag of every command is there, and no table says twice what several commands share', () => {
  const page = readFileSync('docs/cli.md', 'utf8');
  for (const name of Object.keys(COMMAND_FLAGS) as CommandName[])
    for (const { flags } of addCommandFlags(new CliCommand(), name).options)
      assert.ok(page.includes(`| \`${flags.replaceAll('|', '\\|')}\` |`), `${name} ${flags}`);
  assert.equal(page.match(/^\| `--s3-endpoint <url>` \|/gm)?.length, 1);
});
