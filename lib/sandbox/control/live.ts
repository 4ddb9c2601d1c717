/**
 * Server-sent events for the page: `change` with the counts, at most five a second however much arrives, and a comment now
 * and then, so that a line that is dead is noticed. Nobody listens: it costs nothing and holds no timer.
 */
import type { ServerResponse } from 'node:http';
import type { Cancel } from '../../clock.ts';
import type { SandboxCore } from '../core.ts';
import { GUARDS } from '../respond.ts';

const GAP_MS = 200;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
/** Who takes so little is gone; a browser comes back by itself. */
const MAX_WAITING_BYTES = 65_536;

/** All who listen. */
export class Live {
  readonly #core: SandboxCore;
  readonly #listeners = new Set<ServerResponse>();
  #unlisten: (() => void) | undefined;
  #gap: Cancel | undefined;
  #heartbeat: Cancel | undefined;
  #isDue = false;

  constructor(core: SandboxCore) {
    this.#core = core;
    core.closing.signal.addEventListener('abort', () => this.#close(), { once: true });
  }

  /** Takes a response over: it hears how things are now, and of every change. */
  join(response: ServerResponse): undefined {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', ...GUARDS });
    response.write(`retry: ${RETRY_MS}\n\n${this.#message()}`);
    response.once('close', () => this.#leave(response));
    this.#listeners.add(response);
    this.#unlisten ??= this.#core.listen(() => this.#changed());
    this.#heartbeat ??= this.#beatLater();
  }

  #leave(response: ServerResponse): void {
    this.#listeners.delete(response);
    if (this.#listeners.size === 0) this.#rest();
  }

  #close(): void {
    for (const response of this.#listeners) response.end();
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    this.#unlisten?.();
    this.#gap?.();
    this.#heartbeat?.();
    this.#unlisten = this.#gap = this.#heartbeat = undefined;
    this.#isDue = false;
  }

  /** The first change is heard at once, what follows it closely after a gap. */
  #changed(): void {
    if (this.#gap !== undefined) {
      this.#isDue = true;
      return;
    }
    this.#gap = this.#core.settings.clock.timer(GAP_MS, () => {
      this.#gap = undefined;
      if (this.#isDue) this.#changed();
    });
    this.#isDue = false;
    this.#send(this.#message());
  }

  #beatLater(): Cancel {
    return this.#core.settings.clock.timer(HEARTBEAT_MS, () => {
      this.#heartbeat = this.#beatLater();
      this.#send(':\n\n');
    });
  }

  #message(): string {
    const data = { counts: this.#core.lazyState().counts, requests: this.#core.requests.length };
    return `event: change\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #send(text: string): void {
    for (const response of this.#listeners) {
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
      else response.write(text);
    }
  }
}
