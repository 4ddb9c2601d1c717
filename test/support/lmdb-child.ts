/** A process that uses a store: `hold` opens it and says so; `commit` commits pairs for ever and says how many are done.
 * With a number, the log is taken over into the tree when it has so many changes.
 */
import { LmdbStore } from '../../lib/dedupe/lmdb-store.ts';

const [, , what, path = '', takeoverAt] = process.argv;
const store = new LmdbStore(path, takeoverAt === undefined ? undefined : Number(takeoverAt));
try {
  await store.open();
  process.send?.('open');
  if (what === 'hold') process.once('message', () => void store.close().then(() => process.disconnect()));
  let n = Number(store.get(0n) ?? 0n);
  while (what === 'commit') {
    n++;
    // The counter and 200 keys of this round: all or none.
    await store.commit(
      new Map([[0n, BigInt(n)], ...Array.from({ length: 200 }, (_, i): [bigint, bigint] => [BigInt(n * 1_000 + i), BigInt(n)])]),
    );
    process.send?.(n);
  }
} catch (error) {
  process.send?.(String((error as Error).message), () => process.disconnect());
}
