/**
 * `--transform fix.js`: a function of the user's between the source and the mapping, as `map()` is in the library. The
 * module is loaded before anything is read; a row on which its function fails is rejected, as with `map()`.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Transform } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { CioError, wordsOf } from '../../errors.ts';
import { type MapResult, map } from '../../stage/map.ts';

/** The stage of `--transform`, if it is given. Throws `CIO_OPTIONS` for a module that can't be used. */
export async function transformStages(file: string | undefined): Promise<Transform[]> {
  if (file === undefined) return [];
  const transform = (await load(file)).default;
  if (typeof transform === 'function') return [map(transform as (record: object) => MapResult)];
  throw new CioError('CIO_OPTIONS', `--transform ${file} exports no function as its default: write \`export default (row) => ...\``);
}

async function load(file: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    const why = existsSync(file) ? `can't be loaded: ${wordsOf(error)}` : 'does not exist';
    throw new CioError('CIO_OPTIONS', `--transform ${file} ${why}`, error);
  }
}
