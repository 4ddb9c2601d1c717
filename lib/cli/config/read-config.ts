/**
 * `--config load.json`: flags from a file. It is closed, every mistake in it is reported at once with its key, and no
 * value is repeated. What the file says is what the flags of the same names would say.
 */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { CioError, systemWords, wordsOf } from '../../errors.ts';
import { memberOf } from '../../json/scan.ts';
import { unknownName } from '../../options.ts';
import type { CommandName } from '../flags/flags.ts';
import { WrongValue } from '../flags/read-value.ts';
import { CONFIG_COMMANDS, configOptions, optionFields, secretOptions } from './config-options.ts';

/** The flags that a config gives, by their names in `flags`. */
export type ConfigFlags = Readonly<Record<string, unknown>>;

const SCHEMA_KEY = '$schema';

/** Reads a file of flags for a command. Throws `CIO_OPTIONS`. */
export async function readConfigFile(path: string, command: CommandName): Promise<ConfigFlags> {
  const text = await textOf(path);
  const config = objectIn(text) ?? (await notAnObject(path, text));
  return flagsOfConfig(config, command, path);
}

/** The flags of a config that is read already; `where` is named in errors. Throws `CIO_OPTIONS`. */
export function flagsOfConfig(config: object, command: CommandName, where: string): ConfigFlags {
  const fields = optionFields(command);
  const known = new Map(configOptions(fields).map((option) => [option.key, option]));
  const flags: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, json] of Object.entries(config)) {
    const option = known.get(key);
    if (option === undefined) {
      if (key !== SCHEMA_KEY) problems.push(unknownKey(key, [...known.keys()], command, fields));
      else if (typeof json !== 'string') problems.push(`"${SCHEMA_KEY}" must be text`);
      continue;
    }
    try {
      flags[option.attribute] = option.read(json);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      problems.push(`"${key}" ${error.message}`);
    }
  }
  if (problems.length > 0) throw wrong(where, problems.join('; '));
  return flags;
}

function unknownKey(key: string, known: readonly string[], command: CommandName, fields: z.ZodRawShape): string {
  const secret = secretOptions(fields).find((option) => plain(option.key) === plain(key));
  if (secret) {
    const instead = secret.env === undefined ? `give --${secret.key}` : `set ${secret.env}, or give --${secret.key}`;
    return `"${secret.key}" is not read from a file: files are copied and committed, and credentials and the address they are sent to must not be. Instead ${instead}`;
  }
  const others = CONFIG_COMMANDS.filter(
    (name) => name !== command && configOptions(optionFields(name)).some((option) => option.key === key),
  );
  if (others.length > 0) return `"${key}" is an option of ${others.join(', ')}, not of ${command}`;
  return unknownName('key', key, known);
}

/** API_KEY, apiKey and --api-key are the same. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

async function textOf(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const { code } = Object(error) as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw wrong(path, 'is not text in UTF-8');
    throw wrong(
      path,
      code === 'EISDIR'
        ? 'is a folder, not a file'
        : code === 'ENOENT'
          ? 'there is no such file'
          : `it can't be read: ${systemWords(error) ?? wordsOf(error)}`,
      error,
    );
  }
}

/** The object that the text is; undefined if it is something else. */
function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && repeatedKey(text) === undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JSON.parse takes the last of several without a word. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let repeated: string | undefined;
  memberOf(text, text.search(/\S/), (at, end) => {
    const key: string = JSON.parse(text.slice(at, end));
    if (seen.has(key)) repeated = key;
    seen.add(key);
    return repeated !== undefined;
  });
  return repeated;
}

/** Throws what is wrong with a text that is not a config. */
async function notAnObject(path: string, text: string): Promise<never> {
  const { parse } = await import('lossless-json');
  try {
    parse(text, null, { onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    const place = /at position (\d+)/.exec(String(error))?.[1];
    const before = text.slice(0, Number(place ?? text.length)).split('\n');
    throw wrong(path, `is not valid JSON: see line ${before.length}, character ${(before.at(-1) ?? '').length + 1}`);
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw wrong(path, `the key "${repeated}" is given twice`);
  throw wrong(path, 'must be a JSON object, such as {"email": "E-Mail Address", "snake-case": true}');
}

function wrong(where: string, message: string, cause?: unknown): CioError {
  return new CioError('CIO_OPTIONS', `--config ${where}: ${message}`, cause);
}
