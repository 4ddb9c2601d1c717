/**
 * Connections to the API on which nobody hears a "100 Continue". Nobody asks for one, but a server may send it; HTTP has
 * clients pass over it, while undici takes it for the end of the connection: the request would be sent again and again.
 */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

const CONTINUE = Buffer.from('HTTP/1.1 100');
const END_OF_HEAD = '\r\n\r\n';

/** Connects as `connector` does. */
export function deafToContinue(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) => connector(options, (...[error, socket]) => (error ? callback(error, null) : callback(null, deaf(socket))));
}

/** undici reads a socket by `read()`. */
function deaf(socket: Socket): Socket {
  const [read, write] = [socket.read.bind(socket), socket.write];
  const listener = new ContinueFilter();
  socket.write = ((...args: unknown[]) => {
    listener.expectAnswer();
    return Reflect.apply(write, socket, args);
  }) as Socket['write'];
  socket.read = (size?: number): Buffer | null => {
    for (let chunk: Buffer | null = read(size); chunk !== null; chunk = read(size)) {
      const rest = listener.take(chunk);
      if (rest.length > 0) return rest;
    }
    return null;
  };
  return socket;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Takes what comes in, and gives what is to be heard of it. */
export class ContinueFilter {
  #atStart = false;
  /** What may be the beginning of a "100 Continue". */
  #held: Buffer = NOTHING;

  /** What comes next is the beginning of an answer. */
  expectAnswer(): void {
    this.#atStart = true;
  }

  take(chunk: Buffer): Buffer {
    if (!this.#atStart) return chunk;
    let rest = Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    while (rest.length > 0 && rest.subarray(0, CONTINUE.length).equals(CONTINUE.subarray(0, rest.length))) {
      const end = rest.indexOf(END_OF_HEAD);
      if (end === -1) {
        this.#held = rest;
        return NOTHING;
      }
      rest = rest.subarray(end + END_OF_HEAD.length);
    }
    this.#atStart = rest.length === 0;
    return rest;
  }
}
