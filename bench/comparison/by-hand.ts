/** A script without a client: fetch(), and another attempt after a pause. See load.ts for the rest. */
import { setTimeout } from 'node:timers/promises';
import { load, type Refused, url } from './load.ts';

const ATTEMPTS = 6;
const HEADERS = {
  authorization: `Basic ${Buffer.from(`${process.env.SITE_ID}:${process.env.API_KEY}`).toString('base64')}`,
  'content-type': 'application/json',
};

async function post(body: string): Promise<readonly Refused[]> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${url}/api/v2/batch`, { method: 'POST', headers: HEADERS, body }).catch((error: Error) => error);
    if (response instanceof Response && response.ok) return ((await response.json()) as { errors?: Refused[] }).errors ?? [];
    const isTransient = response instanceof Error || response.status === 429 || response.status >= 500;
    if (!isTransient || attempt === ATTEMPTS)
      throw response instanceof Error ? response : new Error(`the API answered ${response.status}: ${await response.text()}`);
    await setTimeout(250 * 2 ** attempt * (0.5 + Math.random()));
  }
}

await load((batch) => post(JSON.stringify({ batch })));
