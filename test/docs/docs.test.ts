/** What docs/kafka.md says is what the code does, and links between the pages lead somewhere. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { CliCommand } from '../../lib/cli/flags/commander.ts';
import { addCommandFlags, type RowKind } from '../../lib/cli/flags/flags.ts';
import { shellQuoted } from '../../lib/cli/flags/shell-quote.ts';
import { kafkaInput } from '../../lib/cli/input/kafka/kafka-input.ts';
import { partitionsText } from '../../lib/cli/input/kafka/partition-text.ts';
import { KAFKA_OPTIONS } from '../../lib/source/kafka/options.ts';
import { blocksIn, fencesIn } from './blocks.ts';
import { Place } from './place.ts';

test('docs/kafka.md: every command is one that the command line takes, and its numbers are those of the options', async () => {
  const text = readFileSync('docs/kafka.md', 'utf8');
  const blocks = blocksIn(text);
  assert.equal(fencesIn(text), 2 * blocks.length);
  const codeOf = (language: string): string[] => blocks.filter((block) => block.language === language).map(({ code }) => code);
  const [docker = ''] = codeOf('dockerfile');
  const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.ok(docker.includes(`customerio-streams@${version} `) && docker.includes('ENTRYPOINT ["cio-stream"]') && 'cio-stream' in bin);
  const [args = []] = codeOf('yaml').map((code) => [...code.matchAll(/^ {12}- (.*)$/gm)].map(([, arg = '']) => shellQuoted(arg)));
  const commands = [`cio-stream ${args.slice(0, 7).join(' ')}`, ...[...codeOf('sh'), ...codeOf('ini')].flatMap(commandsIn)];
  assert.equal(commands.length, 8);
  for (const command of commands) {
    const words = execFileSync('sh', ['-c', command.replace('cio-stream', `printf '%s\\0'`)], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
    const [name = '', place = '', ...flags] = words as [RowKind, ...string[]];
    const given = addCommandFlags(new CliCommand(name), name as RowKind).parse(flags, { from: 'user' });
    assert.deepEqual(given.args, [], command);
    assert.equal(typeof kafkaInput([place], given.opts(), name as RowKind)?.group, 'string', command);
  }
  assert.ok(codeOf('').some((code) => code.trim() === partitionsText([0, 1, 2, 7].map((partition) => ({ topic: 'people', partition })))));
  const { checkpointEveryRecords, checkpointEveryMs, sessionTimeoutMs, settleMs, maxBytes } = KAFKA_OPTIONS.parse({
    brokers: 'a',
    topics: 'b',
    groupId: 'c',
  });
  const words = text.replace(/\s+/g, ' ');
  for (const said of [
    `after ${checkpointEveryRecords.toLocaleString('en-US')} rows or ${checkpointEveryMs / 1_000} seconds`,
    `\`--kafka-session-ms\` (${sessionTimeoutMs / 1_000} seconds;`,
    `(${settleMs / 1_000} seconds without progress at most, \`--settle-ms\`)`,
    `\`--kafka-max-bytes\` (${maxBytes / 1_000_000} MB)`,
  ])
    assert.ok(words.includes(said), said);
});

test('docs/kafka.md: its program is one: all of it is right but for the brokers, which are not there', async (t) => {
  const block = blocksIn(readFileSync('docs/kafka.md', 'utf8')).find(({ code }) => code.includes('source.stop()'));
  assert.ok(block);
  const place = await Place.open(t);
  const code = block.code.replace('host:9092', '127.0.0.1:1').replace('redis:', 'baseUrl: process.env.CUSTOMERIO_BASE_URL, redis:');
  // Kafka's client needs a newer Node than this package.
  await assert.rejects(place.js(code), /kafka\(\) needs Node|code: 'CIO_SOURCE'/);
});

/** Those of a script that read Kafka, without what sets the environment. */
function commandsIn(code: string): string[] {
  return code.split('\n').flatMap((line) => /(?:^|\/)(cio-stream \w+ ['"]kafka:.*)$/.exec(line)?.[1] ?? []);
}

test('links between the pages lead to files, and to headings that are there', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'examples/README.md',
    ...readdirSync('docs').map((name) => join('docs', name)),
  ];
  const headings = (path: string): string[] =>
    [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  let seen = 0;
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    for (const [link, file = '', heading] of readFileSync(page, 'utf8').matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = file === '' ? page : join(dirname(page), file);
      assert.ok(existsSync(target), `${page}: ${link}`);
      if (heading !== undefined) assert.ok(headings(target).includes(heading), `${page}: ${link}`);
      seen++;
    }
  }
  assert.ok(seen > 30, `${seen}`);
});
