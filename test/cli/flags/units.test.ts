/** Times and sizes as people write them; and no option that is one of them goes without. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { specOf } from '../../../lib/cli/flags/flag.ts';
import { COMMAND_FLAGS } from '../../../lib/cli/flags/flags.ts';
import { textReader } from '../../../lib/cli/flags/read-value.ts';
import { amountPattern, amountText, readAmount, type Unit, unitOf } from '../../../lib/cli/flags/units.ts';
import { bare, FLAG, longName } from '../../../lib/options.ts';
import { REJECT_WRITER_SHAPE } from '../../../lib/reject/options.ts';
import { SOURCE_SHAPE } from '../../../lib/source/options.ts';
import { TRACK_WRITER_SHAPE } from '../../../lib/write/options.ts';
import fc from '../../support/fast-check.ts';

test('an amount is a number, or a number with its unit', () => {
  const read = (unit: Unit, texts: Readonly<Record<string, number | undefined>>): void => {
    for (const [text, amount] of Object.entries(texts)) assert.equal(readAmount(text, unit), amount, text);
  };
  read('ms', { '0': 0, '1500': 1500, '500ms': 500, '1s': 1_000, '5m': 300_000, '20 min': 1_200_000, '1.5h': 5_400_000, '1d': 86_400_000 });
  read('ms', { '1.1s': 1_100, '0.007s': 7, '1.0050s': 1_005, '0.0005s': undefined, '0.5': undefined, '1.5ms': undefined });
  read('bytes', { '64MB': 64_000_000, '64MiB': 67_108_864, '500kB': 500_000, '500KB': 500_000, '7B': 7, '1.5KiB': 1_536, '2 GB': 2e9 });
  const none = [
    '',
    ' 5',
    '5 ',
    '-5',
    '+5',
    '5M',
    '5 x',
    '1h30m',
    '1,000',
    '1e3',
    '0x10',
    '1_000',
    '5MS',
    '.5h',
    '5.h',
    '٣s',
    '1constructor',
  ];
  for (const text of none) assert.equal(readAmount(text, 'ms'), undefined, text);
  const noSize = ['64M', '64mb', '64XB', '64mib', '1,000KB', 'MB', '1.5', '1toString'];
  for (const text of noSize) assert.equal(readAmount(text, 'bytes'), undefined, text);
});

test('law: an amount is what its text says, and the pattern of the JSON schema takes what is read', () => {
  fc.assert(
    fc.property(fc.constantFrom('ms', 'bytes'), fc.maxSafeNat(), (unit, amount) => {
      assert.equal(readAmount(amountText(amount, unit), unit), amount);
      assert.match(amountText(amount % 1e15, unit), new RegExp(amountPattern(unit)));
    }),
  );
  assert.deepEqual([amountText(300_000, 'ms'), amountText(1_048_576, 'bytes'), amountText(90, 'ms')], ['5m', '1MiB', '90ms']);
});

/** Numbers that are neither a time nor a size. A new one is either named here, or ends in -ms or -bytes. */
const COUNTS = [
  '--rate',
  '--processes',
  '--concurrency',
  '--checkpoint-every',
  '--port',
  '--metrics-port',
  '--keep-events',
  '--keep-requests',
  '--show',
  '--first',
  '--rows',
];

test('every number of the command line is a count, or has a unit by its name', () => {
  const fields = Object.values(COMMAND_FLAGS).flatMap((groups) => groups.flatMap(([, shape]) => Object.values(shape) as z.ZodType[]));
  const numbers = new Set(fields.filter((field) => bare(field) instanceof z.ZodNumber));
  const amounts = [...numbers].filter((field) => !COUNTS.includes(longName(specOf(field))));
  assert.ok(amounts.length >= 8);
  for (const field of amounts) {
    const spec = specOf(field);
    const unit = unitOf(spec);
    assert.ok(unit, `${spec.flag} is a number without a unit`);
    assert.match(spec.flag, unit === 'ms' ? / <time>$/ : / <size>$/);
    assert.equal(textReader(field, spec)(unit === 'ms' ? '1.5h' : '64MiB'), unit === 'ms' ? 5_400_000 : 67_108_864, spec.flag);
  }
});

test('the options of the library whose names have a unit have flags with that unit', () => {
  for (const [name, field] of Object.entries({ ...TRACK_WRITER_SHAPE, ...SOURCE_SHAPE, ...REJECT_WRITER_SHAPE }) as [string, z.ZodType][]) {
    const spec = FLAG.get(field);
    if (spec !== undefined && /(Ms|Bytes)$/.test(name)) assert.equal(unitOf(spec), name.endsWith('Ms') ? 'ms' : 'bytes', name);
  }
});
