/** A local HTTP server that answers by a script: for replies that no well-behaved API gives. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly items: readonly Record<string, unknown>[];
}

/** What goes out, with `hints` behind a 100, a 102 and two 103; `reset` breaks the connection. */
export type Answer = { status?: number; body?: unknown; headers?: Record<string, string>; delayMs?: number; hints?: boolean } | 'reset';

/** Starts a server; `script` gets each request and its number from 0. */
export async function serve(
  t: TestContext,
  script: (request: Received, n: number) => Answer,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The client broke off before its request was read.
    }
    const body = Buffer.concat(chunks).toString();
    const items = body === '' ? [] : (JSON.parse(body).batch ?? []);
    const entry = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, items };
    received.push(entry);
    const answer = script(entry, received.length - 1);
    if (answer === 'reset') return request.socket.destroy();
    const { status = 200, headers = {}, delayMs = 0, hints = false } = answer;
    const said = answer.body ?? '{}\n';
    const bytes = typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said);
    if (hints) {
      response.writeContinue();
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeEarlyHints({ link: '</script.js>; rel=preload' });
    }
    const send = (): unknown => response.writeHead(status, headers).end(bytes);
    if (delayMs === 0) send();
    else setTimeout(send, delayMs).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
