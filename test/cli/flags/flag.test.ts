/** One option's schema becomes one flag: by small schemas, as the real ones are in flags.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addFlags, asTexts, dashed, ifGiven, optionsFrom } from '../../../lib/cli/flags/flag.ts';
import { FLAG, type FlagSpec } from '../../../lib/options.ts';
import fc from '../../support/fast-check.ts';

const field = <T extends z.ZodType>(schema: T, spec: Partial<FlagSpec> & { flag: string }): T => {
  FLAG.add(schema, { doc: 'what it does', ...spec });
  return schema;
};
const count = (): z.ZodDefault<z.ZodNumber> => z.number().int().min(1).default(10);
const commandOf = (fields: z.ZodRawShape): CliCommand => addFlags(new CliCommand('x'), undefined, fields) as CliCommand;
const parse = (fields: z.ZodRawShape, ...args: string[]): Record<string, unknown> => commandOf(fields).parse(args, { from: 'user' }).opts();

test('a flag that is not given has the default of its schema; with ifGiven it is absent, and help has the default all the same', () => {
  const shape = { rows: field(count(), { flag: '--rows <n>' }) };
  assert.deepEqual(parse(shape), { rows: 10 });
  const optional = { rows: ifGiven(shape.rows) };
  assert.equal('rows' in parse(optional), false);
  assert.equal(parse(optional, '--rows', '3').rows, 3);
  for (const command of [commandOf(shape), commandOf(optional)])
    assert.match(command.helpInformation(), /--rows <n> +what it does \(default: 10\)/);
});

test('a switch gives true, or what its schema says; one that is on has its --no-', () => {
  const shape = {
    plain: field(z.boolean().default(false), { flag: '--plain' }),
    zip: field(z.enum(['gzip']).optional(), { flag: '--zip', on: 'gzip' }),
    check: field(z.boolean().default(true), { flag: '--check', off: 'leaves it out' }),
  };
  assert.deepEqual(parse(shape), { plain: false, check: true });
  assert.deepEqual(parse(shape, '--plain', '--zip', '--no-check'), { plain: true, zip: 'gzip', check: false });
  assert.match(commandOf(shape).helpInformation(), /--no-check +leaves it out/);
});

test('a choice is taken as the schema has it, asked for in small letters, and given in any', () => {
  const shape = { how: field(z.enum(['Fast', 'slow']), { flag: '--how <what>' }) };
  assert.equal(parse(shape, '--how', 'fast').how, 'Fast');
  assert.equal(parse(shape, '--how', 'SLOW').how, 'slow');
  assert.throws(() => silent(shape, '--how', 'sloww'), /It must be one of fast, slow: did you mean slow\?; see/);
  assert.throws(() => silent(shape, '--how', 'x'), /It must be one of fast, slow; see/);
});

test('what is given several times is one list, of which each is checked', () => {
  const letters = field(z.array(z.string().max(1, 'must be a letter')).default([]), { flag: '--letter <x>', repeat: true });
  assert.deepEqual(parse({ letter: letters }), { letter: [] });
  assert.deepEqual(parse({ letter: letters }, '--letter', 'a', '--letter', 'b'), { letter: ['a', 'b'] });
  assert.throws(() => silent({ letter: letters }, '--letter', 'a', '--letter', 'bc'), /It must be a letter; see/);
  // Read later, by what knows more.
  assert.deepEqual(parse({ letter: asTexts(letters) }, '--letter', 'a', '--letter', 'bc').letter, ['a', 'bc']);
});

test('a text is never empty, is read before it is checked, and a rule in the words of the flag is said', () => {
  const read = (text: string): unknown => (text === 'none' ? false : text);
  const shape = {
    quote: field(z.union([z.literal(false), z.string().max(1)]), { flag: '--quote <x>', read, rule: 'must be a sign or none' }),
  };
  assert.equal(parse(shape, '--quote', 'none').quote, false);
  assert.equal(parse(shape, '--quote', '"').quote, '"');
  assert.throws(() => silent(shape, '--quote', 'ab'), /It must be a sign or none; see/);
  assert.throws(() => silent(shape, '--quote', ''), /It must not be empty; see/);
});

test('law: a whole number is digits within its bounds, and nothing else is', () => {
  const shape = { n: field(z.number().int().min(3).max(2_000), { flag: '--n <n>' }) };
  const text = fc.oneof(fc.integer({ min: -5, max: 2_100 }).map(String), fc.stringMatching(/^[0-9e.+x -]{1,6}$/));
  fc.assert(
    fc.property(text, (given) => {
      const isIn = /^\d+$/.test(given) && Number(given) >= 3 && Number(given) <= 2_000;
      if (isIn) assert.equal(parse(shape, `--n=${given}`).n, Number(given));
      else assert.throws(() => silent(shape, `--n=${given}`), /It must be a whole number from 3 to 2000; see/);
    }),
  );
});

test('a variable of the environment stands in for the flag; an empty one is none', (t) => {
  const name = 'CIO_TEST_OF_FLAGS';
  t.after(() => delete process.env[name]);
  const shape = { rows: field(count(), { flag: '--rows <n>', env: name }) };
  process.env[name] = '7';
  assert.equal(parse(shape).rows, 7);
  assert.equal(parse(shape, '--rows', '8').rows, 8);
  process.env[name] = '';
  assert.equal(parse(shape).rows, 10);
});

test('the options that flags have given are those of the shape, by the names of the library', () => {
  const shape = { limit: field(count(), { flag: '--row-limit <n>' }), clock: z.unknown() };
  assert.deepEqual(optionsFrom(shape, { rowLimit: 5, limit: 6, clock: 7 }), { limit: 5 });
  assert.deepEqual(optionsFrom(shape, {}), {});
  assert.throws(() => addFlags(new CliCommand('x'), undefined, { clock: z.string() }), { code: 'CIO_INTERNAL' });
});

test('the flag of an option of the library', () => {
  for (const [name, flag] of [
    ['jsonPath', '--json-path'],
    ['trim', '--trim'],
    ['keepEmptyCells', '--keep-empty-cells'],
  ] as const)
    assert.equal(dashed(name), flag);
});

/** Parses without writing what is wrong to standard error. */
function silent(fields: z.ZodRawShape, ...args: string[]): unknown {
  return commandOf(fields)
    .configureOutput({ writeErr: () => undefined })
    .parse(args, { from: 'user' });
}
