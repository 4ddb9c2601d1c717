/** `--write`: the flags of the proposed command as a config file. A file that is not one is never replaced. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CioError, codeOf } from '../../errors.ts';
import { printableJson } from '../../printable.ts';
import { replaceFile } from '../../storage/durable-folder.ts';
import type { ConfigObject } from '../config/config-options.ts';
import { flagsOfConfig } from '../config/read-config.ts';

/** What the editor checks a config by, where the package is installed. */
const CONFIG_SCHEMA = './node_modules/customerio-streams/schema/load.schema.json';

/** Throws `CIO_OPTIONS` if a config can't be written there. */
export async function checkConfigPlace(path: string): Promise<void> {
  try {
    const found = await stat(path).catch((error) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    await access(dirname(path), constants.W_OK);
    if (found === undefined || (found.isFile() && found.size === 0)) return;
    if (!found.isFile() || !isConfig(path, await readFile(path, 'utf8')))
      throw new CioError('CIO_OPTIONS', `--write ${path}: the file there is not a config of cio-stream, so it is kept`);
  } catch (error) {
    if (error instanceof CioError) throw error;
    throw new CioError('CIO_OPTIONS', `--write ${path}: can't be written (${codeOf(error)})`, error);
  }
}

export async function writeConfig(path: string, values: ConfigObject): Promise<void> {
  await checkConfigPlace(path);
  await replaceFile(path, `${printableJson({ $schema: CONFIG_SCHEMA, ...values }, 2)}\n`);
}

/** True for what --config takes, of people or of events. */
function isConfig(path: string, text: string): boolean {
  return (['people', 'events'] as const).some((command) => {
    try {
      flagsOfConfig(JSON.parse(text), command, path);
      return true;
    } catch {
      return false;
    }
  });
}
