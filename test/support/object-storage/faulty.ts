/**
 * How a store is served when it fails for a while, or for good. Only servers of this process fail on demand; waits go a
 * hundred times as fast as usual.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import type { Clock } from '../../../lib/clock.ts';
import type { CioError } from '../../../lib/errors.ts';
import { readOptions } from '../../../lib/options.ts';
import type { Rejection } from '../../../lib/record/rejection.ts';
import { rejectWriter } from '../../../lib/reject/reject-writer.ts';
import { openRejects } from '../../../lib/replay/open-rejects.ts';
import { checkStore } from '../../../lib/storage/check-store.ts';
import { readLocation, storeAt } from '../../../lib/storage/location.ts';
import { STORE_SHAPE, type StoreSettings } from '../../../lib/storage/options.ts';
import { fast, fastForStores, STORE_WATCHES } from '../fake-clock.ts';
import { folder } from '../folder.ts';
import { closed } from '../reject/folder.ts';
import { failureOf, inFallback, LARGE, names, PAD, range, rejection, type Subject, stored, write } from './contract.ts';
import type { Faults } from './faults.ts';
import type { PausableServer } from './pausable-server.ts';

/** A server that fails on demand. */
export interface FaultySubject extends Subject {
  readonly server: Pick<PausableServer, 'pause' | 'resume' | 'connections'> & { readonly faults: Faults };
  /** Takes a permission away. */
  deny(action: 'put' | 'get' | 'list' | 'delete'): void;
  /** What the permissions are called there. */
  readonly permissions: Record<'put' | 'get' | 'list' | 'delete', string>;
}

type Start = (t: TestContext) => Promise<FaultySubject>;

const { clock, giveUpMs } = fastForStores(100);
const { clock: hurried } = fast(100);

export function faulty(title: string, start: Start): void {
  const check = (name: string, run: (t: TestContext, subject: FaultySubject) => Promise<void>): void => {
    test(`${title}: ${name}`, async (t) => {
      const subject = await start(t);
      await run(t, { ...subject, options: { ...subject.options, clock, giveUpMs } });
    });
  };
  forAWhile(check);
  forGood(check);
  permissions(check);
}

type Check = (name: string, run: (t: TestContext, subject: FaultySubject) => Promise<void>) => void;

function forAWhile(check: Check): void {
  check('errors and resets for a while, then fine: each record once', async (_t, { place, options, server }) => {
    const faults = [{ status: 503 }, { status: 429, code: 'TooManyRequests' }, { status: 500, code: 'InternalError' }, {}];
    for (const fault of faults) server.faults.add({ ...fault, times: 3 });
    await write(
      range(LARGE).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: place },
    );
    assert.equal(server.faults.seen, 12);
    assert.deepEqual(await stored(place, options), range(LARGE));
    assert.equal((await names(place, options)).length, 1);
  });

  check('connections that break in the middle of an upload', async (_t, { place, options, server }) => {
    for (let n = 0; n < 3; n++) server.faults.add({ method: 'PUT', afterBytes: 1_000_000 });
    await write(
      range(LARGE).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: place },
    );
    assert.equal(server.faults.seen, 3);
    assert.deepEqual(await stored(place, options), range(LARGE));
  });

  check('an upload that got through, though its answer was lost, is not stored twice', async (_t, { place, options, server }) => {
    for (const count of [10, LARGE]) {
      // The last request of an upload, as often as the SDK tries by itself, and once more.
      server.faults.add({
        match: /(\/x-id=PutObject|x-id=PutObject|uploadType=multipart|upload_id=|uploadId=[^&]+$)/,
        loseAnswer: true,
        times: 2,
      });
      await write(
        range(count).map((n) => rejection(n, 'people', count === 10 ? 0 : PAD)),
        { ...options, to: `${place}/${count}` },
      );
      server.faults.clear();
      assert.deepEqual(await stored(`${place}/${count}`, options), range(count));
    }
    assert.ok(server.faults.seen >= 3, String(server.faults.seen));
  });

  check('a server that is restarted during an upload', async (t, { place, options, server, uploading }) => {
    const writer = rejectWriter({ ...options, to: place });
    t.after(() => writer.destroy());
    for (const n of range(LARGE)) writer.write(rejection(n, 'people', PAD));
    const flushed = writer.flush();
    await uploading();
    await server.pause();
    setTimeout(() => server.resume(), 30);
    await flushed;
    assert.deepEqual(await stored(place, options), range(LARGE));
    writer.end();
    await writer.flush();
  });

  check('reading continues where it broke', async (_t, { place, options, server }) => {
    await write(
      range(LARGE).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: place },
    );
    const rejects = await openRejects(place, options);
    let seen = 0;
    for await (const object of rejects.objects()) {
      for await (const _line of rejects.lines(object)) {
        if (seen++ === 100) {
          await server.pause();
          await server.resume();
        }
      }
    }
    await rejects.close();
    assert.equal(seen, LARGE);
  });

  check('answers that are cut off are noticed at once, and read on from there', async (_t, { place, options, server }) => {
    await write(
      range(LARGE).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: place },
    );
    for (const cutAnswerAfter of [1, 100_000, 1_000_000]) server.faults.add({ match: /ndjson/, cutAnswerAfter });
    // Nothing here waits for a connection that says nothing.
    const impatient: Clock = { ...clock, timer: (ms, fn) => (STORE_WATCHES.has(ms) ? () => {} : clock.timer(ms, fn)) };
    assert.deepEqual(await stored(place, { ...options, clock: impatient }), range(LARGE));
    assert.equal(server.faults.seen, 3);
  });
}

function forGood(check: Check): void {
  check('gone for good: what was not stored is in a file that the error names', async (t, { place, options, server }) => {
    const spillTo = await folder(t);
    const writer = rejectWriter({ ...options, to: place, spillTo, giveUpMs: 20_000 });
    const failed = new Promise<CioError>((resolve) => writer.once('error', (error) => resolve(error as CioError)));
    for (const n of range(30)) writer.write(rejection(n, n % 2 ? 'a' : 'b'));
    await writer.flush();
    await server.pause();
    for (const n of range(100)) writer.write(rejection(n + 30, n % 3 ? 'a' : 'b'));
    await assert.rejects(writer.flush(), {
      code: 'CIO_REJECT_STORE',
      message: /the connection to 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\), after \d+ attempts; the rows that were not stored are in /,
    });
    const error = await failed;
    await closed(writer);
    assert.deepEqual(
      await inFallback(spillTo, error),
      range(100).map((n) => n + 30),
    );
    await server.resume();
    assert.deepEqual(await stored(place, options), range(30));
  });

  check('gone while a flood comes in: nothing that was handed over is lost', async (t, { place, options, server }) => {
    const spillTo = await folder(t);
    let handed = 0;
    const flood = function* (): Generator<Rejection> {
      for (; ; handed++) yield rejection(handed, `stream-${handed % 3}`, PAD);
    };
    server.faults.add({ status: 503, times: 1_000_000 });
    const writer = rejectWriter({ ...options, to: place, spillTo, giveUpMs: 20_000, rollBytes: 100_000 });
    const error = await failureOf(pipeline(Readable.from(flood(), { highWaterMark: 1 }), writer));
    await closed(writer);
    const kept = await inFallback(spillTo, error as CioError);
    assert.deepEqual(kept, range(kept.length));
    // The source and its own buffer hold one each that were never handed over.
    assert.ok(kept.length >= handed - 2, `${kept.length} of ${handed}`);
  });

  check('a line that is torn down does not wait for a store that is gone', async (t, { place, options, server }) => {
    const spillTo = await folder(t);
    const writer = rejectWriter({ ...options, to: place, spillTo, giveUpMs: 1_000_000_000 });
    writer.on('error', () => {});
    await new Promise((resolve) => writer.write(rejection(1), resolve));
    await server.pause();
    writer.destroy(new Error('elsewhere'));
    await closed(writer);
    assert.equal((await readdir(spillTo)).length, 1);
  });

  for (const kind of ['gone', 'silent'] as const) {
    check(`a signal ends the wait for a store that is ${kind}: what was not stored is in a file`, async (t, { place, options, server }) => {
      const spillTo = await folder(t);
      const stop = new AbortController();
      const writer = rejectWriter({ ...options, to: place, spillTo, giveUpMs: 1_000_000_000, signal: stop.signal });
      const failed = new Promise<CioError>((resolve) => writer.once('error', (error) => resolve(error as CioError)));
      for (const n of range(30)) writer.write(rejection(n, n % 2 ? 'a' : 'b'));
      await writer.flush();
      if (kind === 'gone') await server.pause();
      else server.faults.add({ silent: true, times: 1_000_000 });
      for (const n of range(100)) writer.write(rejection(n + 30, n % 3 ? 'a' : 'b'));
      const flushed = failureOf(writer.flush());
      while (kind === 'silent' && server.faults.seen === 0) await new Promise(setImmediate);
      stop.abort();
      const error = await failed;
      await closed(writer);
      assert.match(
        (await flushed).message,
        kind === 'gone' ? /ECONNREFUSED|not answer in time/ : /it did not answer in time; the rows that were/,
      );
      assert.deepEqual(
        await inFallback(spillTo, error),
        range(100).map((n) => n + 30),
      );
      server.faults.clear();
      if (kind === 'gone') await server.resume();
      assert.deepEqual(await stored(place, options), range(30));
    });
  }

  check('the check of a place that keeps silent ends by itself, or with its signal', async (_t, { place, options, server }) => {
    server.faults.add({ silent: true, times: 1_000_000 });
    const error = await failureOf(checkStore(place, { ...options, clock: hurried, giveUpMs: 1_000 }));
    assert.match(error.message, /the connection to 127\.0\.0\.1:\d+ failed \(ETIMEDOUT\)/);
    const seen = server.faults.seen;
    assert.ok(seen <= 5, `asked ${seen} times; in the ten minutes of the default it would be about 30`);
    const stop = new AbortController();
    const stopped = failureOf(checkStore(place, { ...options, giveUpMs: 1_000_000_000, signal: stop.signal }));
    while (server.faults.seen === seen) await new Promise(setImmediate);
    stop.abort();
    assert.match((await stopped).message, /it did not answer in time/);
  });

  check('an upload that is given up leaves no request behind', async (t, { place, options, server }) => {
    const store = storeAt(
      readLocation('test', place),
      readOptions('test', z.strictObject(STORE_SHAPE), options) as unknown as StoreSettings,
    );
    t.after(() => store.close());
    await store.open();
    for (const bytes of [1_000, 7_000_000]) {
      server.faults.add({ silent: true, times: 100 });
      const { seen } = server.faults;
      const stop = new AbortController();
      const object = { token: 'token', contentType: 'text/plain', bytes, body: () => Readable.from([Buffer.alloc(bytes)]) };
      const put = store.put('name', object, stop.signal);
      while (server.faults.seen === seen) await new Promise(setImmediate);
      stop.abort();
      await assert.rejects(put);
      while ((await server.connections()) > 0) await new Promise(setImmediate);
      server.faults.clear();
    }
  });

  check('nothing is left among the temporary files', async (t, { place, options }) => {
    // A folder for these alone: other test files run at the same time.
    const temporary = await folder(t);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = temporary;
    t.after(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    await write(
      range(10).map((n) => rejection(n, `s${n}`)),
      { ...options, to: place },
    );
    assert.deepEqual(await readdir(temporary), []);
  });
}

function permissions(check: Check): void {
  for (const action of ['put', 'get', 'list', 'delete'] as const) {
    check(`the check names the permission that is missing: ${action}`, async (_t, { place, options, deny, permissions }) => {
      deny(action);
      const error = await failureOf(checkStore(place, options));
      assert.equal(error.code, 'CIO_REJECT_STORE');
      assert.ok(error.message.includes(permissions[action]), error.message);
    });
  }

  check('no permission to write', async (t, { place, options, deny, permissions }) => {
    const spillTo = await folder(t);
    deny('put');
    const error = await failureOf(write([rejection(0)], { ...options, to: place, spillTo }));
    assert.ok(error.message.includes(permissions.put), error.message);
    assert.deepEqual(await inFallback(spillTo, error), [0]);
  });

  check('no permission to delete: said of the object, which stays', async (_t, { place, options, deny, permissions }) => {
    await write([rejection(0)], { ...options, to: place });
    deny('delete');
    const rejects = await openRejects(place, options);
    for await (const object of rejects.objects()) {
      const error = await failureOf(rejects.remove(object));
      assert.ok(error.message.includes(permissions.delete), error.message);
    }
    await rejects.close();
    assert.deepEqual(await stored(place, options), [0]);
  });
}
