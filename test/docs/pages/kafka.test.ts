/**
 * What each block of docs/kafka.md promises. Without a broker its commands are read as the command line reads them, and its numbers
 * compared with the options; test/integration/kafka/page.test.ts runs them on one, and compares the output that is shown.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags, type RowKind } from '../../../lib/cli/flags/flags.ts';
import { shellQuoted } from '../../../lib/cli/flags/shell-quote.ts';
import { isKafka } from '../../../lib/cli/input/kafka/address.ts';
import { kafkaInput } from '../../../lib/cli/input/kafka/kafka-input.ts';
import { partitionsText } from '../../../lib/cli/input/kafka/partition-text.ts';
import { START_MS } from '../../../lib/source/kafka/client/first-look.ts';
import { KAFKA_OPTIONS } from '../../../lib/source/kafka/options.ts';
import { type Promised, testPage } from '../page.ts';

const PAGE = 'docs/kafka.md';
const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The words that a shell makes of a command are what the command line takes, and read Kafka. */
function assertCommand(command: string): void {
  const words = execFileSync('sh', ['-c', command.replace('cio-stream', `printf '%s\\0'`)], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  const [name, place = '', ...flags] = words as [RowKind, ...string[]];
  const given = addCommandFlags(new CliCommand(name), name).parse(flags, { from: 'user' });
  assert.deepEqual(given.args, [], command);
  if ((name as string) === 'check') assert.ok(isKafka(place));
  else assert.equal(typeof kafkaInput([place], given.opts(), name)?.group, 'string', command);
}

/** Those of a script, without what sets the environment. */
function commandsIn(code: string): string[] {
  return code.split('\n').flatMap((line) => /(?:^|\/)(cio-stream \w+ ['"]kafka:.*)$/.exec(line)?.[1] ?? []);
}

function command(holds: RegExp, language = 'sh'): Promised {
  const check: Promised['check'] = async (_place, code) => {
    const commands = commandsIn(code);
    assert.equal(commands.length, 1);
    commands.forEach(assertCommand);
  };
  return { language, holds, check };
}

/** Here only its lines are looked at. */
function output(holds: RegExp, lines: RegExp): Promised {
  return { language: 'text', holds, check: async (_place, code) => assert.match(code, lines) };
}

const STOPPED: Promised = {
  language: 'text',
  holds: /^reading/,
  check: async (_place, code) => {
    const [reading, stopping = '', stopped] = code.split('\n');
    assert.equal(reading, partitionsText([0, 1, 2, 3].map((partition) => ({ topic: 'people', partition }))));
    assert.ok(readFileSync('lib/cli/run/run-pipeline.ts', 'utf8').includes(`'${stopping}'`), stopping);
    assert.match(stopped ?? '', /^stopped: 1,200 rows: 1,199 delivered, 1 rejected, 0 skipped$/);
  },
};

const INSTALL: Promised = {
  language: 'sh',
  holds: /^npm install/,
  check: async (_place, code) => {
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(code, 'npm install -g customerio-streams @platformatic/kafka@2\n');
    assert.match(peerDependencies['@platformatic/kafka'], /^\^2\./);
  },
};

const DOCKER: Promised = {
  language: 'dockerfile',
  holds: /^ENTRYPOINT/m,
  check: async (_place, code) => {
    assert.ok(code.includes(`customerio-streams@${version} `) && code.includes('ENTRYPOINT ["cio-stream"]') && 'cio-stream' in bin);
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, name = ''] of code.matchAll(/ (@?[a-z-]+(?:\/[a-z0-9-]+)?)(?:@2)?(?= |$)/gm))
      if (name.includes('/') || name === 'ioredis') assert.ok(name in peerDependencies, name);
  },
};

const DEPLOYMENT: Promised = {
  language: 'yaml',
  holds: /^kind: Deployment/m,
  check: async (_place, code) => {
    const args = [...code.matchAll(/^ {12}- (?!\{)(.*)$/gm)].map(([, arg = '']) => shellQuoted(arg));
    assert.equal(args.filter((arg) => arg.startsWith('--')).length, 5);
    assertCommand(`cio-stream ${args.filter((arg) => !arg.includes('secretRef')).join(' ')}`);
    assert.ok(code.includes(`cio-stream:${version}`));
  },
};

testPage(PAGE, [
  INSTALL,
  command(/--dry-run --show 2/),
  command(/^cio-stream people 'kafka:\S+' --email email --rejects rejected\/$/m),
  STOPPED,
  command(/--until end/),
  command(/^cio-stream check/),
  output(/^credentials/, /^credentials: .*\nkafka: .*\ntopic people: .*\nwarning: .*\nredis: /),
  command(/--tombstones delete/),
  command(/--kafka-sasl/),
  command(/^ExecStart/m, 'ini'),
  DOCKER,
  DEPLOYMENT,
]);

test(`${PAGE}: its numbers are those of the options`, () => {
  const options = KAFKA_OPTIONS.parse({ brokers: 'a', topics: 'b', groupId: 'c' });
  const { checkpointEveryRecords, checkpointEveryMs, sessionTimeoutMs, settleMs } = options;
  const words = readFileSync(PAGE, 'utf8').replace(/\s+/g, ' ');
  for (const said of [
    `after ${checkpointEveryRecords.toLocaleString('en-US')} rows or ${checkpointEveryMs / 1_000} seconds`,
    `\`--kafka-session-ms\` (${sessionTimeoutMs / 1_000} seconds)`,
    `at most ${settleMs / 1_000} seconds for rows in flight if none settles (\`--settle-ms\`)`,
  ])
    assert.ok(words.includes(said), said);
  assert.ok(
    readFileSync('docs/kafka-program.md', 'utf8')
      .replace(/\s+/g, ' ')
      .includes(`within ${START_MS / 1_000} seconds`),
  );
});
