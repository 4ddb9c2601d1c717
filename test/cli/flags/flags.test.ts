/** The flags are the options of the library: each is one field of a schema, with its default, its bounds and its sentence. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Option } from 'commander';
import type { z } from 'zod';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { optionsFrom } from '../../../lib/cli/flags/flag.ts';
import { addCommandFlags, COMMAND_FLAGS, type CommandName } from '../../../lib/cli/flags/flags.ts';
import { flagOf } from '../../../lib/cli/flags/names.ts';
import { amountText, unitOf } from '../../../lib/cli/flags/units.ts';
import { DEDUPE_SHAPE, LMDB_STORE_SHAPE } from '../../../lib/dedupe/options.ts';
import { CioError } from '../../../lib/errors.ts';
import { rejectWriter, trackWriter } from '../../../lib/index.ts';
import { FLAG, longName } from '../../../lib/options.ts';
import { REJECT_WRITER_SHAPE } from '../../../lib/reject/options.ts';
import { SANDBOX_SHAPE } from '../../../lib/sandbox/options.ts';
import { CSV_SHAPE } from '../../../lib/source/csv/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../../lib/source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../../lib/stage/options.ts';
import { GCS_SHAPE, S3_SHAPE, STORE_SHAPE } from '../../../lib/storage/options.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../../lib/write/options.ts';
import { cli, folder } from '../../support/cli/run-cli.ts';

const NAMES = Object.keys(COMMAND_FLAGS) as CommandName[];
const fieldsOf = (name: CommandName): [string, z.ZodType][] => COMMAND_FLAGS[name].flatMap(([, fields]) => Object.entries(fields));
const commandFor = (name: CommandName): CliCommand => addCommandFlags(new CliCommand(name), name) as CliCommand;
const LIBRARY: [of: string, shape: z.ZodRawShape, inside?: string][] = [
  ['trackWriter', { ...CREDENTIAL_SHAPE, ...TRACK_WRITER_SHAPE }],
  ['rejectWriter', { ...REJECT_WRITER_SHAPE, giveUpMs: STORE_SHAPE.giveUpMs }],
  ['rejectWriter', S3_SHAPE, 's3.'],
  ['checkStore', GCS_SHAPE, 'gcs.'],
  ['ndjson', SOURCE_SHAPE],
  ['json', JSON_SHAPE],
  ['csv', CSV_SHAPE],
  ['validate', VALIDATE_SHAPE],
  ['enforceLimits', ENFORCE_LIMITS_SHAPE],
  ['dedupe', DEDUPE_SHAPE],
  ['lmdbStore', LMDB_STORE_SHAPE],
  ['createSandbox', SANDBOX_SHAPE],
];

test('every flag is one field of a schema, and gives `flags` the attribute that the table says', () => {
  for (const name of NAMES) {
    const attributes = fieldsOf(name).map(([attribute, field]) => {
      const spec = FLAG.get(field);
      assert.ok(spec, `${name}: ${attribute}`);
      assert.equal(new Option(spec.flag).attributeName(), attribute, spec.flag);
      return attribute;
    });
    assert.equal(new Set(attributes).size, attributes.length, name);
    const options = new Set(commandFor(name).options.map((option) => option.attributeName()));
    assert.deepEqual([...options], attributes);
  }
});

test('every option of the library with a flag is in the help of a command, with its sentence and its default', () => {
  const help = new Map(NAMES.map((name) => [name, commandFor(name).configureHelp({ helpWidth: 10_000 }).helpInformation()]));
  for (const [of, shape, inside = ''] of LIBRARY) {
    for (const [option, field] of Object.entries(shape) as [string, z.ZodType][]) {
      const spec = FLAG.get(field);
      if (spec === undefined) continue;
      assert.equal(flagOf(of, `${inside}${option}`), longName(spec));
      const lines = [...help.values()].flatMap((text) => text.split('\n').filter((line) => line.includes(`${spec.flag} `)));
      const line = lines.find((each) => each.includes(spec.doc));
      assert.ok(line, `${spec.flag}: ${spec.doc}`);
      const standard = field.safeParse(undefined).data;
      if (!spec.flag.includes('<') || !['string', 'number'].includes(typeof standard)) continue;
      const unit = unitOf(spec);
      const plain = unit === undefined ? [String(standard), JSON.stringify(standard)] : [amountText(Number(standard), unit)];
      const shown = spec.standard === undefined ? plain : [spec.standard];
      assert.ok(
        shown.some((text) => [')', ','].some((end) => line.includes(`default: ${text}${end}`))),
        line,
      );
    }
  }
});

test('without flags each has the default of its schema', () => {
  const flags = commandFor('people').parse([], { from: 'user' }).opts();
  const {
    siteId: _id,
    apiKey: _key,
    region: _region,
    baseUrl: _url,
    ...given
  } = { ...optionsFrom(TRACK_WRITER_SHAPE, flags), siteId: 1, apiKey: 1 };
  assert.deepEqual(given, {
    ...{ requestsPerSecond: 100, concurrency: 10, lingerMs: 1_000, timeoutMs: 30_000, giveUpMs: 300_000, onGiveUp: 'stop', dryRun: false },
  });
  assert.deepEqual(optionsFrom(SOURCE_SHAPE, flags), { maxRecordBytes: 1_048_576 });
  assert.deepEqual(optionsFrom(REJECT_WRITER_SHAPE, flags), {});
  assert.deepEqual([flags.check, flags.dedupe, flags.quiet, flags.column, flags.snakeCase], [true, false, false, [], false]);
});

test('values become what the library takes', () => {
  const parse = (name: CommandName, ...args: string[]): object => commandFor(name).parse(args, { from: 'user' }).opts();
  const csv = parse(
    'events',
    '--quote',
    'none',
    '--header',
    'a, b',
    '--keep-empty-cells',
    '--null',
    'NULL',
    '--null',
    String.raw`\N`,
    '--trim',
  );
  assert.deepEqual(optionsFrom(CSV_SHAPE, csv), {
    ...{ quote: false, columns: ['a', 'b'], emptyCells: 'keep', null: ['NULL', String.raw`\N`], trim: true },
  });
  const rejects = parse(
    'check',
    '--rejects-format',
    'csv',
    '--rejects-gzip',
    '--rejects-roll-ms',
    '5000',
    '--no-s3-path-style',
    '--s3-region',
    'eu\n',
  );
  assert.deepEqual(optionsFrom(REJECT_WRITER_SHAPE, rejects), { format: 'csv', compression: 'gzip', rollMs: 5_000 });
  assert.deepEqual(optionsFrom(S3_SHAPE, rejects), { region: 'eu', forcePathStyle: false });
  const sandbox = parse('sandbox', '--rate', '0', '--allow-host', 'a', '--allow-host', 'b');
  const { requestsPerSecond, hosts } = optionsFrom(SANDBOX_SHAPE, sandbox);
  assert.deepEqual([requestsPerSecond, hosts], [Number.POSITIVE_INFINITY, ['a', 'b']]);
  const { reason } = commandFor('replay').parse(['--reason', 'refused, invalid', '--reason', 'malformed'], { from: 'user' }).opts();
  assert.deepEqual(reason, ['refused', 'invalid', 'malformed']);
  assert.deepEqual(optionsFrom(SOURCE_SHAPE, parse('operations', '--encoding', 'latin1')), {
    maxRecordBytes: 1_048_576,
    encoding: 'windows-1252',
  });
});

test('a wrong value is refused by the rule of the schema; one that may hold a secret is not repeated', (t) => {
  t.mock.method(process.stderr, 'write', () => true);
  const wrong: [CommandName, string, string, RegExp][] = [
    ['people', '--concurrency', '0', /It must be a whole number from 1 to 1000/],
    ['people', '--concurrency', '1e1', /It must be a whole number from 1 to 1000/],
    ['people', '--linger-ms', '-1', /It must be a time of 0ms or more, such as 500ms, 1\.5h \(units: ms, s, m, min, h, d\)/],
    ['people', '--max-record-bytes', '1.5', /It must be a size of 1B or more/],
    ['people', '--rate', '0', /It must be a number above 0 and at most 1,000,000/],
    ['people', '--rate', ' ', /It must be a number above 0 and at most 1,000,000/],
    ['people', '--on-give-up', 'no', /It must be one of stop, reject; see/],
    ['people', '--max-rejected', '101%', /It must be a whole number, or a share/],
    ['people', '--quote', 'ab', /It must be one character, or none/],
    ['people', '--header', 'a,a', /It must be names, none empty, none twice/],
    ['people', '--json-path', 'a..b', /It must be names with dots between/],
    ['people', '--encoding', 'morse', /It must be one of utf-8, /],
    ['people', '--s3-region', ' eu', /It has white space at an end/],
    ['people', '--stream', '', /It must not be empty/],
    ['replay', '--reason', 'refusd', /It must be one of malformed, .*: did you mean refused\?; see/],
    ['sandbox', '--rate', '-1', /It must be a whole number of 0 or more/],
    ['sandbox', '--allow-host', 'a:1', /It must be a host name, without a port/],
    ['people', '--base-url', 'http://me:SECRET@x', /^--base-url (?!.*SECRET)/],
    ['check', '--s3-endpoint', 'http://me:SECRET@x', /^--s3-endpoint (?!.*SECRET)/],
  ];
  for (const [name, flag, value, message] of wrong) {
    const parse = (): unknown => commandFor(name).parse([`${flag}=${value}`], { from: 'user' });
    assert.throws(parse, (error: Error) => message.test(error.message), `${flag} ${value}`);
  }
});

function errorOf(run: () => unknown): CioError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof CioError);
    return error;
  }
  throw new Error('nothing was thrown');
}

test('an error of the library names the option, and the command line its flag', () => {
  const cases: [() => unknown, option: string | undefined, library: RegExp, flags: RegExp][] = [
    [() => rejectWriter({ to: 'x', rollMs: 5 }), 'rollMs', /^rejectWriter: option "rollMs": /, /^--rejects-roll-ms: /],
    [
      () => rejectWriter({ to: 's3://' }),
      'to',
      /^rejectWriter: option "to": that is not a bucket name/,
      /^--rejects: that is not a bucket name/,
    ],
    [() => rejectWriter({ to: 'x', s3: { region: ' eu' } }), 's3.region', /: option "s3.region": has white/, /^--s3-region: has white/],
    [() => rejectWriter({ to: 'x', pathFormat: '{x}' }), 'pathFormat', /^rejectWriter: option "pathFormat": /, /^--rejects-path: /],
    [
      () => rejectWriter({ to: `s3://bucket/${'p'.repeat(1_000)}` }),
      'pathFormat',
      /^rejectWriter: a key .*: shorten pathFormat, fileNameFormat or the prefix$/,
      /^--rejects: a key .*: shorten --rejects-path, --rejects-file or the prefix$/,
    ],
    [
      () => trackWriter({ siteId: 'a', apiKey: 'b', giveUpMs: -1, lingerMs: -1 }),
      'lingerMs',
      /"lingerMs": .*; option "giveUpMs"/,
      /^--linger-ms: .*; --give-up-ms: /,
    ],
    [
      () => trackWriter({ siteId: 'a', apiKey: 'b', rat: 1 } as never),
      undefined,
      /^trackWriter: unknown option "rat"/,
      /^trackWriter: unknown/,
    ],
  ];
  for (const [run, option, library, flags] of cases) {
    const error = errorOf(run);
    assert.equal(error.details.option, option);
    assert.match(error.message, library);
    assert.match(error.in(flagOf).message, flags);
    assert.equal(error.details.function, /^\w+/.exec(error.message)?.[0]);
  }
  const { message, details } = new CioError('CIO_UNDELIVERED', 'x');
  assert.deepEqual([message, details], ['x', {}]);
  assert.match(new CioError('CIO_UNDELIVERED', 'x').in(flagOf).todo, /A larger `--give-up-ms` .*; `--on-give-up reject` rejects/);
});

test('the report of a run names the flag, too', async (t) => {
  const cwd = await folder(t);
  const args = ['people', '--dry-run', '--max-rejected', '0', '--report', 'report.json'];
  const ran = await cli(args, { cwd, input: 'not JSON\n' });
  assert.equal(ran.status, 13, ran.stderr);
  assert.match(
    ran.stderr,
    /1 of 1 rows were rejected, more than --max-rejected \(0\) allows[\s\S]*allow more of them with `--max-rejected`/,
  );
  const { error } = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.match(error.message, /more than --max-rejected \(0\) allows/);
});

test('an option that takes one value is refused the second time', () => {
  for (const name of NAMES) {
    for (const [, field] of fieldsOf(name)) {
      const spec = FLAG.get(field);
      if (!spec?.flag.includes('<')) continue;
      const command = commandFor(name).configureOutput({ writeErr: () => undefined });
      const option = command.options.find(({ flags }) => flags === spec.flag);
      option?.argParser((text) => text);
      const flag = longName(spec);
      const twice = (): unknown => command.parseOptions([flag, 'a', flag, 'a']);
      if (spec.repeat) assert.doesNotThrow(twice, flag);
      else assert.throws(twice, { code: 'cio-stream.givenTwice', message: new RegExp(`option '${flag} .*' is given twice`) }, flag);
    }
  }
});
