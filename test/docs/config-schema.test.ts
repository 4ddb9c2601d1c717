/** The schema of configs that the package has is that of the flags, and editors and `--config` agree on it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { CONFIG_COMMANDS, configOptions, optionFields } from '../../lib/cli/config/config-options.ts';
import { flagsOfConfig } from '../../lib/cli/config/read-config.ts';
import type { CommandName } from '../../lib/cli/flags/flags.ts';
import { CONFIG_SCHEMA_FILE, configSchemaText } from './config-schema.ts';

const schema = JSON.parse(configSchemaText());
const isConfig = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const files: string[] = JSON.parse(readFileSync('package.json', 'utf8')).files;

test('the schema in the package is made from the flags (npm run readme writes it)', () => {
  assert.equal(readFileSync(CONFIG_SCHEMA_FILE, 'utf8'), configSchemaText());
  assert.ok(files.includes('schema'));
});

test('every option of every command is in it once, with its sentence', () => {
  const fields = new Map<string, unknown>();
  for (const command of CONFIG_COMMANDS) {
    for (const { key, field } of configOptions(optionFields(command))) {
      assert.equal(fields.get(key) ?? field, field, key);
      fields.set(key, field);
      assert.ok(schema.properties[key].description.length > 5, key);
    }
  }
  assert.deepEqual(Object.keys(schema.properties).sort(), ['$schema', ...fields.keys()].sort());
  assert.equal(schema.additionalProperties, false);
  const { 'linger-ms': linger, 'no-check': noCheck, region, column } = schema.properties;
  assert.deepEqual([linger.default, noCheck.default, region.default, column.type], ['1s', false, 'auto', 'array']);
});

test('it takes what --config takes, and refuses what --config refuses', () => {
  const good: [CommandName, object][] = [
    [
      'people',
      { $schema: 'x', email: 'E-Mail Address', column: ['Created At=created_at:time'], 'snake-case': true, encoding: 'windows-1252' },
    ],
    [
      'people',
      { 'linger-ms': '1.5h', 'give-up-ms': 5, 'rejects-roll-bytes': '64 MiB', quote: 'none', 'max-rejected': '5%', header: ['a'] },
    ],
    ['people', { 'max-rejected': 5, 'no-check': false, region: 'eu', rate: 0.5, 's3-path-style': false }],
    ['replay', { as: 'events', reason: ['refused'], done: 'move', 'done-to': 'done/' }],
  ];
  for (const [command, config] of good) {
    assert.ok(isConfig(config), JSON.stringify(isConfig.errors));
    flagsOfConfig(config, command, 'x');
  }
  const bad: [CommandName, object][] = [
    ...[{ 'api-key': 'x' }, { 'snake-cse': true }, { email: 1 }, { email: '' }, { column: 'a=b' }, { rate: '5' }, { rate: 0 }].map(
      (config): [CommandName, object] => ['people', config],
    ),
    ...[
      { 'linger-ms': '5M' },
      { 'linger-ms': -1 },
      { quote: 'ab' },
      { 'max-rejected': -1 },
      { region: 'uk' },
      { config: 'x' },
      { trim: 1 },
    ].map((config): [CommandName, object] => ['people', config]),
    ['replay', { reason: ['no'] }],
  ];
  for (const [command, config] of bad) {
    assert.ok(!isConfig(config), JSON.stringify(config));
    assert.throws(() => flagsOfConfig(config, command, 'x'), { code: 'CIO_OPTIONS' }, JSON.stringify(config));
  }
});
