/**
 * The HTTP skin: requests to the API, and the control calls, which no fault hits. A request that calls this host by a
 * foreign name is a web page's that wants to read along, and gets nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metaError } from './api.ts';
import { call } from './call.ts';
import { Control } from './control/control.ts';
import type { SandboxCore } from './core.ts';
import { respond } from './respond.ts';

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const FOREIGN_NAME =
  'this sandbox answers to 127.0.0.1, localhost and [::1] only: for another host name start it with --allow-host NAME (hosts: [NAME])';

/** A server around one sandbox. */
export class SandboxServer {
  readonly #core: SandboxCore;
  readonly #control: Control;
  readonly #hosts: ReadonlySet<string>;
  readonly #server: Server;

  constructor(core: SandboxCore) {
    this.#core = core;
    this.#control = new Control(core);
    this.#hosts = new Set([...OWN_NAMES, ...core.settings.hosts.map((name) => name.toLowerCase())]);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    this.#core.closing.abort();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#core.settings;
    const { signal } = this.#core.closing;
    // A request forgets its socket when that is gone.
    const { socket } = request;
    const [path = '/'] = (request.url ?? '/').split('?');
    try {
      // The port is that of whatever forwards to this one.
      if (!this.#hosts.has((request.headers.host ?? '').replace(/:\d*$/, '').toLowerCase()))
        await respond(response, metaError(421, FOREIGN_NAME), {}, { clock, signal });
      else if (path.startsWith('/api/')) await call(this.#core, request, response, path, this.url);
      else await this.#control.answer(request, response, path);
    } catch (error) {
      // The caller left, or the sandbox closes. All else is a bug, here or in the caller's onApply.
      if (!socket.destroyed && !signal.aborted) throw error;
    }
  }
}
