/** A proxy for requests that never get an answer. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';

/** Starts one that takes connections and then keeps silent, and puts it in front of every https address. */
export async function silentProxy(t: TestContext, onConnect: () => void = () => {}): Promise<void> {
  const sockets: Duplex[] = [];
  const proxy = createServer().on('connect', (_request, socket) => {
    sockets.push(socket);
    onConnect();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  t.after(() => {
    delete process.env.HTTPS_PROXY;
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
}
