/** Everything of one sandbox but HTTP: the API, what goes wrong, what was logged, and who wants to hear of changes. */

import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { readOptions } from '../options.ts';
import { Api } from './api.ts';
import { FAULTS, Faults } from './faults.ts';
import { RefusedLog } from './log/refused-log.ts';
import { RequestLog } from './log/request-log.ts';
import type { SandboxSettings } from './options.ts';
import { lazyStateOf, type SandboxState } from './state.ts';

const RULES = z.strictObject({ faults: FAULTS });

/** What HTTP, the control calls and the methods of a sandbox share. */
export class SandboxCore {
  readonly settings: SandboxSettings;
  readonly api: Api;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly refused: RefusedLog = new RefusedLog();
  /** Aborts when the sandbox closes. */
  readonly closing: AbortController = new AbortController();
  readonly #listeners = new Set<() => void>();

  constructor(settings: SandboxSettings) {
    this.settings = settings;
    // Each request that is held up waits for it, however many there are.
    setMaxListeners(0, this.closing.signal);
    this.api = new Api(settings);
    this.faults = new Faults(settings.clock);
    this.faults.set(settings.faults);
    this.requests = new RequestLog(settings.keepRequests);
  }

  state(): SandboxState {
    return { ...this.lazyState() };
  }

  /** Each part is made when somebody looks at it: for looks while the state still changes. */
  lazyState(): SandboxState {
    return lazyStateOf(this.api.workspace, this.api.counts);
  }

  /** Replaces the faults. Throws `CIO_OPTIONS`. */
  setFaults(faults: unknown): void {
    this.faults.set(readOptions('setFaults', RULES, { faults }).faults);
    this.changed();
  }

  /** Forgets what arrived, and the faults if they shall go, too. */
  reset(withFaults: boolean): void {
    this.api.reset();
    this.requests.clear();
    this.refused.clear();
    if (withFaults) this.faults.set([]);
    this.changed();
  }

  /** Calls back at each change, until the function that it gives is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
