/** `check`: are the credentials good, is the API there, and can rejected records be stored. */
import { locate } from '../write/locate.ts';
import { accountOf, type Config } from './config.ts';
import { rejectStore } from './object-storage.ts';

/** What was found, in words. Throws a CioError where a sync could not work. */
export async function check(config: Config): Promise<string> {
  const { baseUrl, region } = await locate(accountOf(config));
  rejectStore(config.object_storage_config, undefined);
  return `the credentials are good; the workspace is at ${baseUrl}${region ? ` (region ${region})` : ''}`;
}
