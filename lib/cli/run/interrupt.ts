/**
 * SIGINT (Ctrl-C) and SIGTERM. The first asks the command to stop, and to finish what it has begun; a second ends the process
 * at once, as it would end if nobody listened.
 */
import { systemClock } from '../../clock.ts';

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

type Name = keyof typeof STATUS;

const NAMES = Object.keys(STATUS) as Name[];
// npm and npx pass on a Ctrl-C that the terminal has sent to this process already.
const SAME_MS = 100;

/** Listens until it is closed. To stop a service is its good end: then the status is 0. */
export class Interrupt {
  readonly #isService: boolean;
  readonly #controller = new AbortController();
  #name: Name | undefined;
  #at = 0;

  constructor(isService = false) {
    this.#isService = isService;
    for (const name of NAMES) process.on(name, this.#on);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status of an interrupted run; undefined when there was no signal. */
  get status(): number | undefined {
    return this.#name && (this.#isService ? 0 : STATUS[this.#name]);
  }

  close(): void {
    for (const name of NAMES) process.off(name, this.#on);
  }

  readonly #on = (name: Name): void => {
    if (this.#name !== undefined) {
      if (systemClock.now() - this.#at < SAME_MS) return;
      // Not process.exit(): it waits for a read that has not returned.
      this.close();
      process.kill(process.pid, name);
      return;
    }
    this.#name = name;
    this.#at = systemClock.now();
    this.#controller.abort(new Error('interrupted'));
  };
}
