/** Faults that a test asks a server for: the next requests that match fail as it says. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is to go wrong. */
export interface Fault {
  /** Which requests; all by default. */
  readonly method?: string;
  readonly match?: RegExp;
  /** So many of them are served before. */
  readonly afterServed?: number;
  /** How many of them. */
  readonly times?: number;
  /** The answer; without one the connection is broken. */
  readonly status?: number;
  readonly code?: string;
  /** The connection breaks when so many bytes of the body have come. */
  readonly afterBytes?: number;
  /** The request is served, and then the connection breaks before the answer. */
  readonly loseAnswer?: boolean;
  /** The request is served, and the connection breaks when so many bytes of the answer's body have gone. */
  readonly cutAnswerAfter?: number;
  /** The connection stays, and nothing comes. */
  readonly silent?: boolean;
}

/** The faults that are still to come. */
export class Faults {
  readonly #faults: { readonly fault: Fault; left: number; toServe: number }[] = [];
  /** How many have happened. */
  seen = 0;

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1, toServe: fault.afterServed ?? 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that this request meets; `answer` gives an error in the server's own manner. True where that was all. */
  meet(request: IncomingMessage, response: ServerResponse, answer: (status: number, code: string) => void): boolean {
    const found = this.#faults.find(
      ({ fault, left }) =>
        left > 0 && (fault.method ?? request.method) === request.method && (fault.match?.test(request.url ?? '') ?? true),
    );
    if (found === undefined || found.toServe-- > 0) return false;
    found.left--;
    this.seen++;
    const { status, code = 'SlowDown', afterBytes, loseAnswer, cutAnswerAfter, silent } = found.fault;
    if (cutAnswerAfter !== undefined) {
      cutAfter(response, cutAnswerAfter);
      return false;
    }
    if (loseAnswer) {
      response.end = (() => request.socket.destroy()) as unknown as ServerResponse['end'];
      response.write = () => true;
      return false;
    }
    if (silent) request.resume();
    else if (afterBytes !== undefined) breakAfter(request, afterBytes);
    else if (status === undefined) request.socket.destroy();
    else {
      request.resume();
      answer(status, code);
    }
    return true;
  }
}

function breakAfter(request: IncomingMessage, bytes: number): void {
  let seen = 0;
  request.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= bytes) request.socket.destroy();
  });
  request.on('end', () => request.socket.destroy());
}

function cutAfter(response: ServerResponse, bytes: number): void {
  const write = response.write.bind(response) as (chunk: Buffer, done: () => void) => boolean;
  let left = bytes;
  const some = (chunk: unknown): boolean => {
    const part = Buffer.from(chunk as Buffer).subarray(0, left);
    left -= part.length;
    if (left > 0) return write(part, () => {});
    write(part, () => response.destroy());
    return true;
  };
  response.write = some as ServerResponse['write'];
  response.end = ((chunk: unknown) => (chunk === undefined ? response.destroy() : some(chunk))) as unknown as ServerResponse['end'];
}
