/** An HTTP server that can go away and come back at the same address: what a client does meanwhile is what is tested. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the store servers build on. */
export class PausableServer {
  readonly #onRequest: RequestListener;
  #server: Server | undefined;
  #port = 0;

  constructor(onRequest: RequestListener) {
    this.#onRequest = onRequest;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => this.#server?.getConnections((error, count) => (error ? reject(error) : resolve(count))));
  }

  /** Breaks all connections and listens no more. */
  async pause(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Listens, or does so again. */
  async resume(): Promise<void> {
    const server = createServer(this.#onRequest);
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
