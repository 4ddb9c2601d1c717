/** `--write`: the flags of the proposed command as a config file. A file that is not one is never replaced. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CioError, codeOf } from '../../errors.ts';
import { printableJson } from '../../printable.ts';
import { replaceFile } from '../../storage/durable-folder.ts';
import { CONFIG_SCHEMA } from '../config/config-of.ts';
import type { ConfigValues } from './command-text.ts';

/** Throws `CIO_OPTIONS` if a config can't be written there. */
export async function checkConfigPlace(path: string): Promise<void> {
  try {
    const found = await stat(path).catch((error) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    await access(dirname(path), constants.W_OK);
    if (found === undefined || (found.isFile() && found.size === 0)) return;
    if (!found.isFile() || !isConfig(await readFile(path, 'utf8')))
      throw new CioError('CIO_OPTIONS', `--write ${path}: the file there is not a config of cio-stream, so it is kept`);
  } catch (error) {
    if (error instanceof CioError) throw error;
    throw new CioError('CIO_OPTIONS', `--write ${path}: can't be written (${codeOf(error)})`, error);
  }
}

/** Writes it. */
export async function writeConfig(path: string, values: ConfigValues): Promise<void> {
  await checkConfigPlace(path);
  await replaceFile(path, `${printableJson({ $schema: CONFIG_SCHEMA, ...values }, 2)}\n`);
}

function isConfig(text: string): boolean {
  try {
    return String(Object(JSON.parse(text)).$schema).includes('customerio-streams');
  } catch {
    return false;
  }
}
