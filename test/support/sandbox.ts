/** A sandbox for one test, and calls to it over real HTTP. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createSandbox, type Sandbox } from '../../lib/sandbox/create-sandbox.ts';
import type { SandboxOptions } from '../../lib/sandbox/options.ts';
import type { SandboxPerson } from '../../lib/sandbox/state.ts';

export const AUTHORIZATION: string = `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`;

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: replies are looked at freely
  readonly json: any;
}

export type Calls = Sandbox & {
  /** Posts text or bytes as they are, all else as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  batch(...items: unknown[]): Promise<Reply>;
  get(path: string): Promise<Reply>;
  person(name: 'id' | 'email' | 'phone' | 'cio_id', value: string): SandboxPerson | undefined;
};

/** Starts a sandbox that the test closes. Options may hold `clock`. */
export async function start(t: TestContext, options: SandboxOptions & { clock?: unknown } = {}): Promise<Calls> {
  const sandbox = await createSandbox({ requestsPerSecond: Number.POSITIVE_INFINITY, ...options });
  t.after(() => sandbox.close());
  const call = async (path: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(sandbox.url + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  const post: Calls['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
  return {
    ...sandbox,
    post,
    batch: (...items) => post('/api/v2/batch', { batch: items }),
    get: (path) => call(path, { headers: { authorization: AUTHORIZATION } }),
    person: (name, value) => sandbox.state().people.find((one) => String(one[name]) === value),
  };
}

export const identify = (ids: object, attributes?: object, more: object = {}): object => ({
  type: 'person',
  action: 'identify',
  identifiers: ids,
  ...(attributes && { attributes }),
  ...more,
});

export const event = (ids: object, name: string, more: object = {}): object => ({
  type: 'person',
  action: 'event',
  identifiers: ids,
  name,
  ...more,
});

/** One operation of a person. */
export const person = (action: string, ids: object, more: object = {}): object => ({ type: 'person', action, identifiers: ids, ...more });

/** A 200 with nothing in it. */
export function assertTaken(reply: Reply): void {
  assert.deepEqual([reply.status, reply.text], [200, '{}\n'], reply.text);
}
