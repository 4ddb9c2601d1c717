/**
 * A Track API on this machine, for tests and trial runs. It listens on 127.0.0.1 only, and forgets everything when it
 * is closed. Beside the API it has a page for people (`GET /`), and the same things as methods here and as calls over HTTP.
 */
import { z } from 'zod';
import { CioError } from '../errors.ts';
import { type Given, readOptions } from '../options.ts';
import { option, refusedBy, say } from '../wording.ts';
import { SandboxCore } from './core.ts';
import type { Fault } from './faults.ts';
import { plainRefused, plainRequest, type SandboxRefused, type SandboxRequest } from './log/plain-log.ts';
import { SANDBOX_OPTIONS, type SandboxOptions } from './options.ts';
import { SandboxServer } from './server.ts';
import type { SandboxState } from './state.ts';
import { type WaitForGoal, type WaitForOptions, waitFor } from './wait-for.ts';

/**
 * A running sandbox. Its page for people is at `url`.
 *
 * @category Sandbox
 */
export interface Sandbox extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** The site id that it accepts. */
  readonly siteId: string;
  /** The Track API key that it accepts. */
  readonly apiKey: string;
  /** The three as options of a writer: `trackWriter({ ...sandbox.account, rejects })`. */
  readonly account: {
    /** The site id that it accepts. */
    readonly siteId: string;
    /** The Track API key that it accepts. */
    readonly apiKey: string;
    /** Its address. */
    readonly baseUrl: string;
  };
  /** What it holds now. */
  state(): SandboxState;
  /** The newest requests to the API (see `keepRequests`), in the order in which they ended. */
  requests(): SandboxRequest[];
  /** The newest 10,000 refused items, in the order in which they came. */
  refused(): SandboxRefused[];
  /**
   * Resolves with the state once this many items were applied, or once your function returns true. When the time is up, it rejects
   * with a `TimeoutError` that says what has arrived. Throws `CIO_OPTIONS`.
   */
  waitFor(goal: WaitForGoal, options?: WaitForOptions): Promise<SandboxState>;
  /**
   * Forgets everything that arrived: people, events, objects, requests, refused items, counts. The faults stay, unless `faults:
   * true`. Throws `CIO_OPTIONS`.
   */
  reset(options?: ResetOptions): void;
  /** Replaces the faults, and starts their counts again. Throws `CIO_OPTIONS`. */
  setFaults(faults: readonly Fault[]): void;
  /** Breaks all connections and stops. Calling it again does nothing. `await using` calls it. */
  close(): Promise<void>;
}

const RESET_SHAPE = {
  /** Removes the faults, too. Default `false`. */
  faults: z.boolean('must be true or false').default(false),
};
const RESET = z.strictObject(RESET_SHAPE);

/**
 * Options of `reset()` of a {@link Sandbox}.
 *
 * @category Sandbox
 */
export interface ResetOptions extends Given<typeof RESET_SHAPE> {}

/**
 * Starts a Track API on this machine, for tests and trial runs. It checks requests as Customer.io documents them, holds what
 * arrives, and forgets everything when it is closed. It listens on 127.0.0.1 only. See docs/sandbox.md.
 *
 * @throws {@link CioError} `CIO_OPTIONS`, also if the port can't be had
 * @example As a test double
 * ```ts
 * import { createSandbox, trackWriter, validate } from 'customerio-streams';
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 *
 * const sandbox = await createSandbox({ faults: [{ path: '/api/v2/batch', status: 503, times: 1 }] });
 * await pipeline(
 *   Readable.from([{ person_id: 1, plan: 'pro' }]),
 *   validate({ object: 'person_identify' }),
 *   trackWriter({ ...sandbox.account }), // retries after the 503
 * );
 * console.log(sandbox.state().people[0]?.attributes); // { plan: 'pro' }
 * console.log(sandbox.state().counts.faults); // 1
 * await sandbox.close();
 * ```
 *
 * @category Sandbox
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = readOptions('createSandbox', SANDBOX_OPTIONS, options);
  const core = new SandboxCore(settings);
  const server = new SandboxServer(core);
  try {
    await server.listen(settings.port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use' : `can't be had (${code})`;
    throw new CioError('CIO_OPTIONS', say`${refusedBy('createSandbox')}${option('createSandbox', 'port')} ${settings.port} ${why}`, error);
  }
  const close = (): Promise<void> => server.close();
  const { url } = server;
  const { siteId, apiKey } = settings;
  return {
    url,
    siteId,
    apiKey,
    account: { siteId, apiKey, baseUrl: url },
    state: () => core.state(),
    setFaults: (faults) => core.setFaults(faults),
    requests: () => core.requests.all.map(plainRequest),
    refused: () => core.refused.all.map(plainRefused),
    waitFor: (goal, options) => waitFor(core, goal, options),
    reset: (options) => core.reset(readOptions('reset', RESET, options).faults),
    close,
    [Symbol.asyncDispose]: close,
  };
}
