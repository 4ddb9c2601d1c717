/**
 * Connections to the API on which a "100 Continue" is passed over. We don't ask for one, but a server may send it. HTTP
 * wants clients to ignore it; undici takes it for an error of the connection, and the request would be sent again and
 * again.
 */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

const CONTINUE = Buffer.from('HTTP/1.1 100');
const END_OF_HEAD = '\r\n\r\n';

/** Connects as `connector` does. */
export function ignoringContinue(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...[error, socket]) => (error ? callback(error, null) : callback(null, filtered(socket))));
}

/** undici reads a socket by `read()`. */
function filtered(socket: Socket): Socket {
  const [read, write] = [socket.read.bind(socket), socket.write];
  const filter = new ContinueFilter();
  socket.write = ((...args: unknown[]) => {
    filter.expectAnswer();
    return Reflect.apply(write, socket, args);
  }) as Socket['write'];
  socket.read = (size?: number): Buffer | null => {
    for (let chunk: Buffer | null = read(size); chunk !== null; chunk = read(size)) {
      const rest = filter.take(chunk);
      if (rest.length > 0) return rest;
    }
    return null;
  };
  return socket;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Takes the bytes that come in, and gives them without the interim answers. */
export class ContinueFilter {
  #atStart = false;
  /** What may be the beginning of a "100 Continue". */
  #kept: Buffer = NOTHING;

  /** What comes next is the beginning of an answer. */
  expectAnswer(): void {
    this.#atStart = true;
  }

  take(chunk: Buffer): Buffer {
    if (!this.#atStart) return chunk;
    let rest = Buffer.concat([this.#kept, chunk]);
    this.#kept = NOTHING;
    while (rest.length > 0 && rest.subarray(0, CONTINUE.length).equals(CONTINUE.subarray(0, rest.length))) {
      const end = rest.indexOf(END_OF_HEAD);
      if (end === -1) {
        this.#kept = rest;
        return NOTHING;
      }
      rest = rest.subarray(end + END_OF_HEAD.length);
    }
    this.#atStart = rest.length === 0;
    return rest;
  }
}
