/** A config says what flags say: there and back, closed, and every mistake with its key. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { z } from 'zod';
import { CONFIG_COMMANDS, configOf, configOptions, optionFields, secretOptions } from '../../../lib/cli/config/config-options.ts';
import { flagsOfConfig, readConfigFile } from '../../../lib/cli/config/read-config.ts';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { specOf } from '../../../lib/cli/flags/flag.ts';
import { addCommandFlags, type CommandName } from '../../../lib/cli/flags/flags.ts';
import { choicesOf } from '../../../lib/cli/flags/read-value.ts';
import { unitOf } from '../../../lib/cli/flags/units.ts';
import { bare } from '../../../lib/options.ts';
import { folder } from '../../support/cli/run-cli.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

/** Texts for options that do not take any. */
const TEXTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  encoding: fc.constantFrom('latin1', 'UTF-16LE', 'utf-8'),
  'json-path': fc.constantFrom('data', 'data.rows'),
  quote: fc.constantFrom('none', '"', "'", '\n', '\u{20ac}'),
  header: fc.constantFrom('a', 'a, b', 'a,b,c'),
  delimiter: fc.constantFrom(';', String.raw`\t`, '||'),
  'max-rejected': fc.constantFrom('0', '5', '5%', '0.5%', '100%'),
  reason: fc.constantFrom('refused', 'invalid,refused', 'Malformed'),
  'kafka-instance-id': fc.constantFrom('pod-0', 'a.b'),
};

/** What could stand behind a flag on a command line. */
function textsFor(field: z.ZodType): fc.Arbitrary<string> {
  const [spec, inner] = [specOf(field), bare(field)];
  const key = spec.flag.match(/--([\w-]+)/)?.[1] ?? '';
  const unit = unitOf(spec);
  if (unit === 'ms') return fc.constantFrom('1000', '1s', '1.5h', '20 min');
  if (unit === 'bytes') return fc.constantFrom('1000', '64MB', '64MiB', '1.5kB');
  if (TEXTS[key]) return TEXTS[key];
  const { options } = inner as z.ZodEnum;
  if (Array.isArray(options) && inner !== undefined) return fc.constantFrom(...choicesOf(inner as z.ZodEnum));
  if (/<n>/.test(spec.flag)) return fc.integer({ min: 1, max: 1_000 }).map(String);
  const text = fc.string({ minLength: 1, unit: 'binary' });
  return key.startsWith('s3-') || key.startsWith('gcs-') ? fc.stringMatching(/^[a-z0-9]{1,8}$/) : text;
}

/** A command and some of its flags, as a command line has them. */
const commandLine: fc.Arbitrary<{ command: CommandName; args: string[] }> = fc.constantFrom(...CONFIG_COMMANDS).chain((command) => {
  const options = configOptions(optionFields(command));
  const args = fc.subarray(options).chain((some) =>
    fc.tuple(
      ...some.map(({ key, field }) => {
        const { flag, repeat, off } = specOf(field);
        if (!flag.includes('<')) return fc.constantFrom(...[`--${key}`, ...(off === undefined ? [] : [`--no-${key}`])]).map((arg) => [arg]);
        return fc
          .array(textsFor(field), { minLength: 1, maxLength: repeat ? 3 : 1 })
          .map((texts) => texts.map((text) => `--${key}=${text}`));
      }),
    ),
  );
  return args.map((each) => ({ command, args: each.flat() }));
});

function flagsOf(command: CommandName, args: readonly string[]): Record<string, unknown> {
  return (addCommandFlags(new CliCommand(command), command) as CliCommand).parse(args, { from: 'user' }).opts();
}

test('law: the flags of any command line, written as a config and read again, are the same flags', async (t) => {
  const path = join(await folder(t), 'load.json');
  await fc.assert(
    fc.asyncProperty(commandLine, async ({ command, args }) => {
      const flags = flagsOf(command, args);
      const config = configOf(flags, optionFields(command));
      await writeFile(path, JSON.stringify({ $schema: 'x', ...config }));
      const read = await readConfigFile(path, command);
      assert.deepEqual({ ...flagsOf(command, []), ...read }, flags);
      assert.deepEqual(configOf(read, optionFields(command)), config);
    }),
    { numRuns: runs(250) },
  );
});

test('credentials, and where they are sent, are never written', () => {
  const flags = flagsOf('people', ['--site-id=a', '--api-key=b', '--base-url=http://x', '--s3-endpoint=http://y', '--email=Mail']);
  assert.deepEqual(configOf({ ...flags, object: 'person_identify' }, optionFields('people')), { email: 'Mail' });
  assert.deepEqual(
    secretOptions(optionFields('replay')).map(({ key }) => key),
    ['site-id', 'api-key', 'base-url', 's3-endpoint', 'gcs-endpoint', 'redis'],
  );
});

test('values are plain JSON of the type of the flag; times and sizes may have their units', () => {
  const read = (config: object) => flagsOfConfig(config, 'people', 'x');
  assert.deepEqual(
    read({
      ...{
        $schema: './load.schema.json',
        'snake-case': true,
        'drop-others': false,
        'no-check': true,
        'keep-empty-cells': true,
        trim: false,
      },
      ...{ 's3-path-style': false, region: 'EU', rate: 12.5, 'linger-ms': 5, 'timeout-ms': '1.5h', 'rejects-roll-bytes': '64MiB' },
      ...{ header: ['a', 'b,c'], null: ['NULL'], 'max-rejected': 3, quote: 'none', delimiter: '\t', column: ['Notes='] },
    }),
    {
      ...{ snakeCase: true, dropOthers: false, check: false, keepEmptyCells: 'keep', trim: undefined, s3PathStyle: false, region: 'eu' },
      ...{ rate: 12.5, lingerMs: 5, timeoutMs: 5_400_000, rejectsRollBytes: 67_108_864 },
      ...{ header: ['a', 'b,c'], null: ['NULL'], maxRejected: 3, quote: false, delimiter: '\t', column: ['Notes='] },
    },
  );
});

test('every mistake is reported at once, with its key and without its value', () => {
  const refused = (config: object, message: RegExp, command: CommandName = 'people'): void =>
    assert.throws(
      () => flagsOfConfig(config, command, 'load.json'),
      (error: Error) => {
        assert.match(error.message, /^--config load\.json: /);
        assert.match(error.message, message);
        assert.equal(Reflect.get(error, 'code'), 'CIO_OPTIONS');
        return !error.message.includes('SECRET');
      },
    );
  refused({ 'snake-cse': true }, /unknown key "snake-cse": did you mean "snake-case"\?/);
  for (const key of ['snakeCase', '--snake-case']) refused({ [key]: true }, /did you mean "snake-case"\?/);
  refused(JSON.parse('{"__proto__": 1, "config": "SECRET"}'), /unknown key "__proto__".*unknown key "config"/);
  for (const key of ['api-key', 'apiKey', '--api-key', 'API_KEY'])
    refused({ [key]: 'SECRET' }, /"api-key" is not read from a file: .* set CUSTOMERIO_API_KEY, or give --api-key/);
  refused({ 'site-id': 'SECRET' }, /set CUSTOMERIO_SITE_ID/);
  refused({ 'base-url': 'https://me:SECRET@x' }, /set CUSTOMERIO_BASE_URL/);
  refused({ 's3-endpoint': 'https://me:SECRET@x' }, /Instead give --s3-endpoint/);
  refused({ name: 'a' }, /"name" is an option of events, replay, not of people/);
  refused({ delimiter: ';' }, /"delimiter" is an option of people, events, operations, not of replay/, 'replay');
  refused(
    { id: 7, rate: '50', 'no-check': 'yes', column: 'a=b' },
    /"id" must be text; "rate" must be a number above 0.*; "no-check" must be true or false; "column" must be a list of texts$/,
  );
  refused(
    { rate: 0, concurrency: 1.5, 'linger-ms': -1 },
    /"concurrency" must be a whole number from 1 to 1000; "linger-ms" must be a time of 0ms or more/,
  );
  refused({ 'timeout-ms': '5M' }, /"timeout-ms" must be a time of 1ms or more, such as 500ms, 1\.5h \(units: ms, s, m, min, h, d\)/);
  refused({ 'max-record-bytes': '64mb' }, /must be a size of 1B or more, such as 64MB, 64MiB \(units: B, kB, KB, MB, GB, KiB, MiB, GiB\)/);
  refused({ region: 'ue' }, /"region" must be one of us, eu, auto: did you mean us\?|must be one of us, eu, auto/);
  refused(
    { null: [''], header: ['a', 'a'], quote: '' },
    /"null" must not be empty; "header" must be names, none empty, none twice; "quote" must/,
  );
  refused(
    { column: [1], id: null, email: '', 'max-rejected': 1.5 },
    /"column" must be a list.*"id" must be text; "email" must not be empty; "max-rejected" must be/,
  );
  refused({ $schema: 1 }, /"\$schema" must be text/);
});

test('a file that is none, or holds no object, is refused in one sentence that names it', async (t) => {
  const path = await folder(t);
  await mkdir(join(path, 'dir'));
  const refused = async (name: string, content: string | Buffer | undefined, message: RegExp): Promise<void> => {
    if (content !== undefined) await writeFile(join(path, name), content);
    await assert.rejects(readConfigFile(join(path, name), 'people'), (error: Error) => {
      assert.match(error.message, message);
      return Reflect.get(error, 'code') === 'CIO_OPTIONS' && error.message.includes(`${name}: `) && !error.message.includes('SECRET');
    });
  };
  await refused('none.json', undefined, /there is no such file$/);
  await refused('dir', undefined, /is a folder, not a file$/);
  await refused('broken.json', '{\n  "email": "SECRET",\n}', /is not valid JSON: see line 3, character 1$/);
  await refused('cut.json', '{"email": "SECRET"', /is not valid JSON: see line 1, character 19$/);
  await refused('empty.json', '', /is not valid JSON: see line 1, character 1$/);
  await refused('list.json', '[1]', /must be a JSON object, such as/);
  await refused('null.json', 'null', /must be a JSON object/);
  await refused('deep.json', '['.repeat(100_000), /is not valid JSON/);
  await refused('twice.json', String.raw`{"email": "a", "id": {"x": 1}, "em\u0061il": "a"}`, /the key "email" is given twice$/);
  await refused('binary.json', Buffer.from([0x7b, 0xff, 0xfe]), /is not text in UTF-8$/);
  await writeFile(join(path, 'bom.json'), '\ufeff {"email": "Mail"}\r\n');
  assert.deepEqual(await readConfigFile(join(path, 'bom.json'), 'people'), { email: 'Mail' });
});
