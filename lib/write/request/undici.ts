/**
 * What the client uses of undici. Its index also loads fetch, caches, WebSockets and mocks, which takes more than twice as long
 * and 8 MB more. Where its files lie is nobody's promise: package.json takes no later minor version by itself.
 */
import type { buildConnector, EnvHttpProxyAgent } from 'undici';

/** The parts of undici. */
export interface Undici {
  readonly EnvHttpProxyAgent: typeof EnvHttpProxyAgent;
  readonly buildConnector: typeof buildConnector;
}

/** Loads them. */
export async function loadUndici(): Promise<Undici> {
  const [agent, connector, dispatcher, api] = await Promise.all([
    // @ts-expect-error These files have no types of their own.
    import('undici/lib/dispatcher/env-http-proxy-agent.js'),
    // @ts-expect-error
    import('undici/lib/core/connect.js'),
    // @ts-expect-error
    import('undici/lib/dispatcher/dispatcher.js'),
    // @ts-expect-error
    import('undici/lib/api/index.js'),
  ]);
  // As its index does: an agent asks a proxy for a tunnel by a method that is added here.
  Object.assign(dispatcher.default.prototype, api.default);
  return { EnvHttpProxyAgent: agent.default, buildConnector: connector.default };
}
