/**
 * Which region an account lives in, and whether the credentials are good: the region endpoint answers both. The region that
 * is named is asked, or with `auto` one after the other.
 */
import { type Clock, systemClock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { retry, retryAfterWords } from '../../retry.ts';
import { REGION_PATH, REGION_URLS, type Region } from '../../track/region.ts';
import { isTransient, readObject } from '../../track/reply.ts';
import { DEFAULT_TIMEOUT_MS } from '../options.ts';
import { Client, type Reply } from './client.ts';
import type { Pace } from './rate-window.ts';

/** How long an API that is away is asked again, by default. */
export const LOCATE_MS = 30_000;

/**
 * The account to look for.
 *
 * @category Checks
 */
export interface Account {
  /** Site id of the workspace. */
  readonly siteId: string;
  /** Its Track API key. */
  readonly apiKey: string;
  /** Where the workspace lives. Default `auto`: `us` is asked, then `eu`. */
  readonly region?: Region | 'auto' | undefined;
  /** Another address of the Track API, such as the sandbox's. Then `region` is ignored. */
  readonly baseUrl?: string | undefined;
}

/**
 * What the API says of an account.
 *
 * @category Checks
 */
export interface LocatedAccount {
  /** Where its calls go. */
  readonly baseUrl: string;
  /** Its region, if the API names it. */
  readonly region: string | undefined;
  /** The id of the workspace, if the API names it. */
  readonly environmentId: string | number | undefined;
}

/**
 * Options of {@link locate}.
 *
 * @category Checks
 */
export interface LocateOptions {
  /** Time and chance, for tests. */
  readonly clock?: Clock | undefined;
  /** Stops asking. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of one request, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How many milliseconds to retry while the API fails. Default 30,000. */
  readonly giveUpMs?: number | undefined;
  /** @internal */
  readonly pacer?: Pace | undefined;
  /**
   * Gets the time at which each request leaves.
   *
   * @internal
   */
  readonly onSent?: ((at: number) => void) | undefined;
  /** Called with the reason for each request that failed and is sent again. */
  readonly onRetry?: ((why: string) => void) | undefined;
}

/**
 * Asks the API in which region an account lives; that also tests the credentials.
 *
 * @throws {@link CioError} `CIO_AUTH` if the credentials are refused, `CIO_NETWORK` if the API can't be reached, `CIO_API` if what
 * answers is not the Track API
 * @example
 * ```ts
 * import { createSandbox, locate } from 'customerio-streams';
 *
 * await using sandbox = await createSandbox({ region: 'eu' });
 * console.log((await locate(sandbox.account)).region); // eu
 * ```
 *
 * @category Checks
 */
export async function locate(account: Account, options: LocateOptions = {}): Promise<LocatedAccount> {
  const bases = basesOf(account);
  let denied: CioError | undefined;
  for (const base of bases) {
    try {
      return await ask(account, base, options);
    } catch (error) {
      if (!(error instanceof CioError && error.code === 'CIO_AUTH')) throw error;
      denied = error;
    }
  }
  throw denied;
}

function basesOf({ baseUrl, region = 'auto' }: Account): string[] {
  if (baseUrl !== undefined) return [baseUrl];
  return region === 'auto' ? Object.values(REGION_URLS) : [REGION_URLS[region]];
}

async function ask(account: Account, base: string, options: LocateOptions): Promise<LocatedAccount> {
  const { clock = systemClock, signal = new AbortController().signal, timeoutMs = DEFAULT_TIMEOUT_MS, giveUpMs = LOCATE_MS } = options;
  const { pacer, onSent, onRetry } = options;
  const client = new Client({ ...account, baseUrl: new URL(base), concurrency: 1, timeoutMs, clock, signal, pacer });
  await client.open();
  try {
    const last = await retry(
      async () => {
        const result = await client.call({ method: 'GET', path: REGION_PATH, onSent });
        return result.why === undefined && isTransient(result.status) ? { why: `HTTP ${result.status}`, askedMs: result.askedMs } : result;
      },
      { clock, signal, budgetMs: giveUpMs, onRetry: ({ why }) => onRetry?.(why) },
    );
    if (last.why === undefined) return read(last, base);
    throw awayError(base, last.why, last.askedMs);
  } finally {
    await client.close();
  }
}

function awayError(base: string, why: string, askedMs: number | undefined): CioError {
  const message = `the Track API${isAnswer(why) ? ` at ${base}` : ''} ${wordsFor(why)}${retryAfterWords(askedMs)}`;
  return new CioError('CIO_NETWORK', message, undefined, todoFor(why));
}

/** Why a request failed, in words: an API that answers with an error can be reached. */
export function wordsFor(why: string): string {
  return isAnswer(why) ? `answers ${why}` : `can't be reached: ${why}`;
}

function todoFor(why: string): string | undefined {
  return isAnswer(why) ? 'Try again when the API has recovered; if it does not, check the base URL and any proxy in between.' : undefined;
}

function isAnswer(why: string): boolean {
  return why.startsWith('HTTP ');
}

function read({ status, text }: Reply, base: string): LocatedAccount {
  if (status === 401 || status === 403) throw new CioError('CIO_AUTH', `the Track API at ${base} refused the credentials (HTTP ${status})`);
  if (status !== 200) throw new CioError('CIO_API', `${base} answered HTTP ${status} to the region call: is it the Track API?`);
  const reply = readObject(text);
  if (reply === undefined)
    throw new CioError('CIO_API', `${base} answered the region call with something that is not a JSON object: is it the Track API?`);
  const { region, environment_id: id, url } = reply;
  const name = [region, url].find((word) => typeof word === 'string');
  // If the API names a known region, that region's host is used and not the one that happened to answer.
  const known = name === 'us' || name === 'eu' ? REGION_URLS[name] : undefined;
  const isOfficial = Object.values(REGION_URLS).includes(base) && known !== undefined;
  return {
    baseUrl: isOfficial ? known : base,
    region: name === undefined ? undefined : printable(name),
    environmentId: typeof id === 'string' ? printable(id) : typeof id === 'number' ? id : undefined,
  };
}
