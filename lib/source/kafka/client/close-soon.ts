/** Closes a client of the library, which does not always let go of everything by itself. */
import { type Clock, sleep } from '../../../clock.ts';
import type { KafkaConsumer } from './library.ts';

/** A broker that does not answer is not waited for any longer. */
const LEAVE_MS = 3_000;

/** Closes a consumer, which leaves its group. After some seconds without an answer its connections are cut. */
export async function closeSoon(consumer: KafkaConsumer, clock: Clock): Promise<void> {
  const closed = consumer
    .close(true)
    .catch(() => {
      // It can't leave; without an id it only closes its connections.
      consumer.memberId = null;
      return consumer.close(true);
    })
    .catch(() => {});
  const timeout = new AbortController();
  const late = sleep(clock, LEAVE_MS, timeout.signal).then(
    () => {
      for (const [, connection] of consumer.connections) connection.socket?.destroy();
    },
    () => {},
  );
  await Promise.race([closed, late]);
  timeout.abort();
}
