/**
 * One request and its answer, as undici's dispatcher reports them. undici lets a request wait while its connection is
 * being opened, behind a proxy or TLS for tenths of a second: only its handler knows when the request really leaves.
 */
import type { Dispatcher } from 'undici';

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The first value of a header. */
  header(name: string): string | undefined;
}

/** A reply that is longer than any the API gives. */
class TooLong extends Error {
  readonly code = 'reply too long';
}

const MAX_REPLY_BYTES = 8 * 1024 * 1024;
/** Hints before the answer (102, 103) are for browsers. */
const FIRST_FINAL = 200;

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** A handler of undici; not DecoratorHandler, which is deprecated and takes the answer behind a hint for a second one. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  readonly #onStart: (isFirst: boolean) => void;
  #resolve!: (answer: HttpAnswer) => void;
  #reject!: (error: unknown) => void;
  #controller: Controller | undefined;
  #cutOff: Error | undefined;
  #status = 0;
  #headers: Headers = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** `onStart` is called when the request is about to be written. If it throws, nothing is. */
  constructor(onStart: (isFirst: boolean) => void) {
    this.#onStart = onStart;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends it with `error`; a request that still waits for its connection will not leave. */
  cutOff(error: Error): void {
    this.#cutOff = error;
    this.#controller?.abort(error);
    this.#reject(error);
  }

  onRequestStart(controller: Controller): void {
    const isFirst = this.#controller === undefined;
    this.#controller = controller;
    if (this.#cutOff) controller.abort(this.#cutOff);
    // undici may start it again, on another connection, if the first was closed before it answered. If this throws, nothing is
    // written, and undici keeps the connection, which it would close for an abort().
    else this.#onStart(isFirst);
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < FIRST_FINAL) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_REPLY_BYTES) controller.abort(new TooLong());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const headers = this.#headers;
    this.#resolve({
      status: this.#status,
      text: Buffer.concat(this.#chunks).toString('utf8'),
      header: (name) => [headers[name]].flat()[0],
    });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#reject(error);
  }
}
