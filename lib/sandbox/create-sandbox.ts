/**
 * A Track API on this machine, for tests and trial runs. It listens on 127.0.0.1 only, and forgets everything when it
 * is closed. Beside the API: `GET /state` (what it holds), `POST /faults` (what goes wrong from now on), `GET /` (a page).
 */
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { option, refusedBy, say } from '../wording.ts';
import { SandboxCore } from './core.ts';
import type { Fault } from './faults.ts';
import { SANDBOX_OPTIONS, type SandboxOptions } from './options.ts';
import { SandboxServer } from './server.ts';
import type { SandboxState } from './state.ts';

/** A running sandbox. */
export interface Sandbox {
  /** Its address, without a slash at the end. */
  readonly url: string;
  readonly siteId: string;
  readonly apiKey: string;
  /** What it holds now. */
  state(): SandboxState;
  /** Replaces the faults; all their counts start again. Throws `CIO_OPTIONS`. */
  setFaults(faults: readonly Fault[]): void;
  /** Breaks all connections and stops. */
  close(): Promise<void>;
}

/** Starts a sandbox. Throws `CIO_OPTIONS`, also when the port can't be had. */
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
  return {
    url: server.url,
    siteId: settings.siteId,
    apiKey: settings.apiKey,
    state: () => core.state(),
    setFaults: (faults) => core.setFaults(faults),
    close: () => server.close(),
  };
}
