/**
 * How the hand-written contenders send: a pool that keeps a handful of requests in flight. No retries, no order per person:
 * only the work that can't be left out.
 */
import { Pool } from 'undici';

const IN_FLIGHT = 6;
const HEADERS = { authorization: `Basic ${Buffer.from('site:key').toString('base64')}`, 'content-type': 'application/json' };

/** Posts batches, a few at a time. */
export class Poster {
  readonly #pool: Pool;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(baseUrl: string) {
    this.#pool = new Pool(baseUrl, { connections: IN_FLIGHT });
  }

  /** Resolves when there is room for another. */
  async post(batch: Buffer): Promise<void> {
    const sent: Promise<void> = this.send(batch).finally(() => this.#inFlight.delete(sent));
    this.#inFlight.add(sent);
    if (this.#inFlight.size >= IN_FLIGHT) await Promise.race(this.#inFlight);
  }

  async end(): Promise<void> {
    await Promise.all(this.#inFlight);
    await this.#pool.close();
  }

  /** Resolves when the batch has arrived. */
  async send(body: Buffer): Promise<void> {
    const { statusCode, body: reply } = await this.#pool.request({ method: 'POST', path: '/api/v2/batch', headers: HEADERS, body });
    await reply.text();
    if (statusCode !== 200) throw new Error(`the bare server answered ${statusCode}`);
  }
}
