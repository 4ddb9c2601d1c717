/** Usage errors: one line that names the help of the command, and never a value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import fc from '../../support/fast-check.ts';

/** What a program writes, and the code it ends with. */
function run(...args: string[]): { out: string; err: string; code: unknown; ran: string[] } {
  const [written, ran] = [{ out: '', err: '' }, [] as string[]];
  const program = new CliCommand('cio-stream').configureOutput({
    writeOut: (text) => {
      written.out += text;
    },
    writeErr: (text) => {
      written.err += text;
    },
  });
  for (const name of ['people', 'events']) {
    program
      .command(name)
      .copyInheritedSettings(program)
      .argument('[file...]')
      .option('--api-key <key>', 'key')
      .option('-q, --quiet', 'less')
      .action(() => void ran.push(name));
  }
  try {
    program.parse(args, { from: 'user' });
    return { ...written, code: undefined, ran };
  } catch (error) {
    return { ...written, code: Reflect.get(Object(error), 'code'), ran };
  }
}

test('a right command runs', () => {
  assert.deepEqual(run('people', '--api-key', 'x', '-q', 'file'), { out: '', err: '', code: undefined, ran: ['people'] });
});

test('an unknown option names the nearest and the help of its command; a value behind it, or behind a letter, is not repeated', () => {
  assert.equal(
    run('people', '--apikey=SECRET').err.trim(),
    "cio-stream: unknown option '--apikey': did you mean --api-key?; see cio-stream people --help",
  );
  assert.equal(run('people', '-kSECRET').err.trim(), "cio-stream: unknown option '-k'; see cio-stream people --help");
});

test('a switch with a value is not called unknown', () => {
  const { err, code } = run('people', '--quiet=SECRET');
  assert.equal(err.trim(), "cio-stream: option '--quiet' takes no value; see cio-stream people --help");
  assert.equal(code, 'commander.unknownOption');
});

test('an unknown command names the nearest, or all if none is near, also where help is asked for', () => {
  for (const args of [['poeple'], ['poeple', '--help'], ['help', 'poeple']]) {
    const { out, err } = run(...args);
    assert.deepEqual(
      [out, err.trim()],
      ['', "cio-stream: unknown command 'poeple': did you mean people?; see cio-stream --help"],
      String(args),
    );
  }
  assert.equal(run('xyz').err.trim(), "cio-stream: unknown command 'xyz'; known: people, events; see cio-stream --help");
});

test('help of a command is the same whichever way it is asked for, and runs nothing', () => {
  const [asked, named] = [run('people', '--help'), run('help', 'people')];
  assert.match(asked.out, /^Usage: cio-stream people .*--api-key <key>/s);
  assert.equal(named.out, asked.out);
  assert.deepEqual([asked.ran, named.ran, named.err], [[], [], '']);
  for (const args of [['--help'], ['help']]) assert.match(run(...args).out, /^Usage: cio-stream .*people.*events/s);
});

test('law: whatever an unknown option is called, there is one printable line about it, and it never holds the value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const { err, code } = run('people', `--x${name.replaceAll('=', '')}=SECRET`);
      assert.equal(code, 'commander.unknownOption');
      assert.match(err, /^cio-stream: [^\p{Cc}]*; see cio-stream people --help\n$/u);
      assert.ok(!err.includes('SECRET'));
    }),
  );
});
