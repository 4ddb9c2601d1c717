/**
 * What only the diagnostics channels say: how requests ended, how long they took, and what they waited for. They belong to
 * the process: with several writers in it, their requests are counted together. Counted per request, never per row.
 */
import {
  type AnswerMessage,
  answers,
  requests,
  type SharedRateMessage,
  sharedRates,
  type WaitMessage,
  waits,
} from '../write/diagnostics.ts';

/** Instead of a status, of a request that got no answer. */
const NO_ANSWER = 'none';

/** Listens from when it is made until it is closed. */
export class Heard {
  /** Requests that left. */
  sent = 0;
  /** Requests that ended, by HTTP status or `none`. */
  readonly ended: Map<string, number> = new Map([['200', 0]]);
  /** Requests that had to wait, by why. */
  readonly waits: Record<WaitMessage['why'], number> = { rate: 0, asked: 0, spacing: 0, shared: 0 };
  /** How long all have waited together. */
  waitedMs = 0;
  /** What was said last of the rate that processes share; undefined if it is this process's own. */
  sharedRate: SharedRateMessage | undefined;
  /** Gets how long each request took. */
  onDuration: (ms: number) => void = () => {};

  constructor() {
    requests.subscribe(this.#onRequest);
    answers.subscribe(this.#onAnswer);
    waits.subscribe(this.#onWait);
    sharedRates.subscribe(this.#onSharedRate);
  }

  close(): void {
    requests.unsubscribe(this.#onRequest);
    answers.unsubscribe(this.#onAnswer);
    waits.unsubscribe(this.#onWait);
    sharedRates.unsubscribe(this.#onSharedRate);
  }

  readonly #onRequest = (): void => {
    this.sent++;
  };

  readonly #onAnswer = ({ status, waitedMs, ms }: AnswerMessage): void => {
    const code = status === undefined ? NO_ANSWER : String(status);
    this.ended.set(code, (this.ended.get(code) ?? 0) + 1);
    this.waitedMs += waitedMs;
    if (ms !== undefined) this.onDuration(ms);
  };

  readonly #onWait = ({ why }: WaitMessage): void => {
    this.waits[why]++;
  };

  readonly #onSharedRate = (message: SharedRateMessage): void => {
    this.sharedRate = message;
  };
}
