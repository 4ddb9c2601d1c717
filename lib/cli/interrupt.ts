/**
 * Ctrl-C and its kind. The first asks the run to stop and settle; a second leaves at once, as the system would have
 * let the process leave without us.
 */
import { systemClock } from '../clock.ts';

type Name = 'SIGINT' | 'SIGTERM';

const STATUS: Readonly<Record<Name, number>> = { SIGINT: 130, SIGTERM: 143 };
// npm and npx pass on a Ctrl-C that the terminal has sent to us already.
const SAME_MS = 100;

/** Listens until it is closed. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;
  #name: Name | undefined;
  #at = 0;

  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, this.#on);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status of an interrupted run; undefined when there was no signal. */
  get status(): number | undefined {
    return this.#name && STATUS[this.#name];
  }

  close(): void {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, this.#on);
  }

  readonly #on = (name: Name): void => {
    if (this.#name !== undefined) {
      if (systemClock.now() - this.#at < SAME_MS) return;
      // Not process.exit(): that waits for a read that is under way.
      this.close();
      process.kill(process.pid, name);
      return;
    }
    this.#name = name;
    this.#at = systemClock.now();
    this.#onFirst();
    this.#controller.abort(new Error('interrupted'));
  };
}
