/**
 * What every object store must do for rejected records, whichever server it is: run against the servers of this process in
 * `npm test`, and against real ones in test/integration/.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import type { CioError } from '../../../lib/errors.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import type { RejectWriterOptions } from '../../../lib/reject/options.ts';
import { rejectWriter } from '../../../lib/reject/reject-writer.ts';
import { openRejects } from '../../../lib/replay/open-rejects.ts';
import { reopened } from '../../../lib/replay/reopen.ts';
import { checkStore } from '../../../lib/storage/check-store.ts';
import type { StoreOptions } from '../../../lib/storage/options.ts';
import { folder } from '../folder.ts';
import { isLong } from '../runs.ts';

/** A store under test. */
export interface Subject {
  /** A prefix that nothing else uses. */
  readonly place: string;
  readonly options: StoreOptions;
  /** Resolves when an upload has begun. */
  readonly uploading: () => Promise<void>;
  /** A place in a bucket that is not there. */
  readonly missingBucket: string;
  /** Keys that the server refuses, and what the error must say; undefined where it takes any. */
  readonly wrong?: readonly { readonly options: StoreOptions; readonly says: RegExp; readonly secret: string }[];
}

/** Starts a store for one test, or says why it can't. */
export type Start = (t: TestContext) => Promise<Subject>;

const MIB = 1024 * 1024;
/** So many bytes make a rejection large. */
export const PAD = 10_000;
/** So many large rejections take more than one part of an S3 upload, or one chunk of GCS's. */
export const LARGE = 540;

/** Resolves when a request of that kind has come. */
export async function seen(requests: readonly string[], kind: RegExp): Promise<void> {
  for (let at = requests.length; !requests.slice(at).some((request) => kind.test(request)); ) await new Promise(setImmediate);
}

/** `pad` makes its line so many bytes longer: by spaces, since reading a long text back takes a hundred times as long. */
export function rejection(n: number, stream = 'people', pad = 0): Rejection {
  const raw = `{"n": ${n},${' '.repeat(pad)} "exact": 12345678901234567890}`;
  const origin = new Origin({ line: n, raw }, { source: 'test.ndjson', stream, namespace: 'shop' });
  return new Rejection({ reason: 'invalid', field: 'person_email', message: 'is "null", or\n worse', stage: 'validate' }, { n }, origin);
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The `n` of every record in the place, sorted; each goes through reopen(). */
export async function stored(place: string, options: StoreOptions): Promise<number[]> {
  const rejects = await openRejects(place, options);
  const found: number[] = [];
  for await (const object of rejects.objects()) {
    for await (const line of rejects.lines(object)) {
      assert.ok(!(line instanceof Rejection), 'a line that is none');
      const record = reopened(line);
      assert.ok(!(record instanceof Rejection), 'a record that is none');
      assert.equal(String(record.exact), '12345678901234567890');
      found.push(Number(record.n));
    }
  }
  await rejects.close();
  return found.sort((a, b) => a - b);
}

/** The names in the place. */
export async function names(place: string, options: StoreOptions): Promise<string[]> {
  const rejects = await openRejects(place, options);
  const found: string[] = [];
  for await (const { name } of rejects.objects()) found.push(name);
  await rejects.close();
  return found;
}

/** The `n` of what is in the fallback file; the error must name the file. */
export async function inFallback(folder: string, error: CioError): Promise<number[]> {
  assert.equal(error.code, 'CIO_REJECT_STORE');
  const [name = 'none', ...more] = await readdir(folder);
  assert.deepEqual(more, []);
  assert.ok(error.message.includes(join(folder, name)), error.message);
  const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).record.n).sort((a, b) => a - b);
}

export async function write(rejections: Iterable<Rejection>, options: RejectWriterOptions): Promise<void> {
  await pipeline(Readable.from(rejections), rejectWriter(options));
}

export async function failureOf(run: Promise<unknown>): Promise<CioError> {
  return run.then(
    () => assert.fail('it worked'),
    (error) => error,
  );
}

/** All cases; `start` is called for each. */
export function contract(title: string, start: Start): void {
  const check = (name: string, run: (t: TestContext, subject: Subject) => Promise<void>): void => {
    test(`${title}: ${name}`, async (t) => run(t, await start(t)));
  };
  writing(check);
  durability(check);
  settings(check);
  clearing(check);
}

type Check = (name: string, run: (t: TestContext, subject: Subject) => Promise<void>) => void;

function writing(check: Check): void {
  check('every format comes back the same, each record once', async (_t, { place, options }) => {
    const rows = isLong ? 300 : 50;
    for (const format of ['ndjson', 'csv'] as const) {
      for (const flattening of ['none', 'root'] as const) {
        for (const compression of ['none', 'gzip'] as const) {
          const to = `${place}/${format}-${flattening}-${compression}`;
          await write(
            range(rows).map((n) => rejection(n, n % 2 ? 'people' : 'events')),
            { ...options, to, format, flattening, compression, syncId: '42' },
          );
          assert.deepEqual(await stored(to, options), range(rows), to);
          const extension = `${format}${compression === 'gzip' ? '.gz' : ''}`;
          const found = await names(to, options);
          assert.deepEqual(found.map((name) => name.split('/').slice(1, -1).join('/')).sort(), ['42/shop/events', '42/shop/people']);
          for (const name of found) assert.match(name, new RegExp(`/\\d{4}_\\d\\d_\\d\\d_\\d{13}_\\d+\\.${extension}$`));
        }
      }
    }
  });

  check('an object of several parts, and the next begun when it is large enough', async (_t, { place, options }) => {
    await write(
      range(900).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: place, rollBytes: 6 * MIB },
    );
    assert.deepEqual(await stored(place, options), range(900));
    assert.equal((await names(place, options)).length, 2);
  });

  check('names that mean something else stay names', async (_t, { place, options }) => {
    const hostile = [
      '..',
      '../../up',
      'a/b',
      'a%2Fb',
      '.',
      '',
      'x'.repeat(1_000),
      `${'x'.repeat(1_000)}y`,
      'new\nline\u0000',
      'ä ö?#&=+%',
      '\ud83d\ude00',
      '*',
    ];
    await write(
      hostile.map((stream, n) => rejection(n, stream)),
      { ...options, to: `${place}/in` },
    );
    assert.deepEqual(await stored(`${place}/in`, options), range(hostile.length));
    const found = await names(place, options);
    assert.equal(new Set(found.map((name) => name.split('/').slice(0, -1).join('/'))).size, hostile.length);
    for (const name of found) assert.match(name, /^[^/]+\/in\/[0-9a-f]{16}\/shop\/([^/]+\/)?[^/]+$/);
  });

  check('nothing that is there is overwritten', async (_t, { place, options }) => {
    const fixed = { ...options, to: place, pathFormat: 'always', fileNameFormat: 'the-same{format_extension}' };
    for (const n of range(3)) await write([rejection(n)], fixed);
    await write(
      range(LARGE).map((n) => rejection(n + 3, 'people', PAD)),
      fixed,
    );
    assert.deepEqual(await stored(place, options), range(LARGE + 3));
    assert.equal((await names(place, options)).length, 4);
  });
}

function durability(check: Check): void {
  check('what flush() has acknowledged is there to read, and nothing is empty', async (t, { place, options }) => {
    const writer = rejectWriter({ ...options, to: place });
    t.after(() => writer.destroy());
    await writer.flush();
    assert.deepEqual(await names(place, options), []);
    for (const n of range(50)) writer.write(rejection(n));
    await writer.flush();
    assert.deepEqual(await stored(place, options), range(50));
    writer.write(rejection(50));
    await Promise.all([writer.flush(), writer.flush()]);
    assert.deepEqual(await stored(place, options), range(51));
    assert.equal((await names(place, options)).length, 2);
    writer.end();
    await writer.flush();
  });

  check('killed in the middle of an upload: no torn object, and all that was flushed', killed);
}

/** A process writes and flushes without end, and prints what has been flushed; then it is killed. */
async function killed(t: TestContext, { place, options, uploading }: Subject): Promise<void> {
  const program = `
    import { rejectWriter } from ${JSON.stringify(new URL('../../../lib/reject/reject-writer.js', import.meta.url).href)};
    import { rejection } from ${JSON.stringify(new URL('./contract.js', import.meta.url).href)};
    const writer = rejectWriter(${JSON.stringify({ ...options, to: place })});
    for (let n = 0; ; ) {
      for (let k = 0; k < ${LARGE}; k++) if (!writer.write(rejection(n++, 'people', ${PAD}))) await new Promise((r) => writer.once('drain', r));
      await writer.flush();
      console.log(n);
    }`;
  const temporary = await folder(t);
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  });
  const gone = once(child, 'close');
  let flushed = 0;
  for await (const text of child.stdout) {
    flushed = Number(String(text).trim().split('\n').at(-1));
    if (flushed >= 2 * LARGE) break;
  }
  await uploading();
  child.kill('SIGKILL');
  await gone;
  assert.ok(flushed >= 2 * LARGE, 'it ended by itself');
  const found = await stored(place, options);
  assert.ok(found.length >= flushed && found.length % LARGE === 0, `${found.length} stored, ${flushed} flushed`);
  assert.deepEqual(found, range(found.length));
}

function settings(check: Check): void {
  check('a place that is good passes the check and stays as it was', async (_t, { place, options }) => {
    await checkStore(place, options);
    assert.deepEqual(await names(place, options), []);
  });

  check('a bucket that is not there', async (t, { missingBucket, options }) => {
    const spillTo = await folder(t);
    const error = await failureOf(
      write(
        range(40).map((n) => rejection(n)),
        { ...options, to: missingBucket, spillTo },
      ),
    );
    assert.match(error.message, /there is no bucket no-such-bucket/);
    assert.deepEqual(await inFallback(spillTo, error), range(40));
    await assert.rejects(checkStore(missingBucket, options), { code: 'CIO_REJECT_STORE', message: /there is no bucket no-such-bucket/ });
    const rejects = await openRejects(missingBucket, options);
    await assert.rejects(rejects.objects().next(), { code: 'CIO_REJECT_STORE', message: /there is no bucket/ });
    await rejects.close();
  });

  check('wrong keys: the error names them, and holds no secret', async (t, { place, options, wrong = [] }) => {
    if (wrong.length === 0) return t.skip('this server asks for no keys');
    for (const { options: keys, says, secret } of wrong) {
      const spillTo = await folder(t);
      const error = await failureOf(write([rejection(0)], { ...options, ...keys, to: place, spillTo }));
      assert.match(error.message, says);
      assert.ok(!JSON.stringify([error.message, error.cause, String(error.cause)]).includes(secret));
      assert.deepEqual(await inFallback(spillTo, error), [0]);
      await assert.rejects(checkStore(place, { ...options, ...keys }), { code: 'CIO_REJECT_STORE', message: says });
    }
  });
}

function clearing(check: Check): void {
  check('objects are deleted or moved, one by one', async (_t, { place, options }) => {
    await write(
      range(20).map((n) => rejection(n, n < 10 ? 'a' : 'b')),
      { ...options, to: place },
    );
    const rejects = await openRejects(place, { ...options, except: `${place}/done` });
    const objects = [];
    for await (const object of rejects.objects()) objects.push(object);
    assert.equal(objects.length, 2);
    for (const object of objects) {
      if (object.name.includes('/a/')) await rejects.move(object, `${place}/done`);
      else {
        await rejects.remove(object);
        // Another run may have been quicker.
        await rejects.remove(object);
      }
    }
    assert.equal((await rejects.objects().next()).done, true);
    await rejects.close();
    assert.deepEqual(await stored(`${place}/done`, options), range(10));
    assert.deepEqual(await stored(place, options), range(10));
  });
}
