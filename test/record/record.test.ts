/** Bytes and text where records should come: each stage says at the first chunk which source is missing. */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { Readable, type Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { dedupe } from '../../lib/dedupe/dedupe.ts';
import { CioError } from '../../lib/errors.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { collectRejects } from '../../lib/reject/collect-rejects.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { reopen } from '../../lib/replay/reopen.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import { divert } from '../../lib/stage/divert.ts';
import { enforceLimits } from '../../lib/stage/enforce-limits.ts';
import { map } from '../../lib/stage/map.ts';
import { validate } from '../../lib/stage/validate.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';

const nowhere = (): Writable => new Writable({ objectMode: true, write: (_element, _encoding, callback) => callback() });
const rejects = (): Writable & { flush(): Promise<void> } => Object.assign(nowhere(), { flush: async () => {} });

const CHUNKS: readonly (readonly [what: string, chunk: unknown])[] = [
  ['bytes', Buffer.from('{"a":1}\n')],
  ['bytes', new Uint8Array(3)],
  ['bytes', Buffer.alloc(0)],
  ['bytes', new ArrayBuffer(3)],
  ['text', '{"a":1}\n'],
  ['text', ''],
];

async function failure(chunk: unknown, stage: Transform | Writable): Promise<CioError> {
  // The second would never be asked for.
  const source = Readable.from(
    (function* () {
      yield chunk;
      yield chunk;
    })(),
    { objectMode: true },
  );
  const run = pipeline(stage instanceof Readable ? [source, stage, nowhere()] : [source, stage]);
  const error = await run.then(
    () => assert.fail('was taken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CioError, String(error));
  return error;
}

for (const [name, make] of Object.entries({
  validate: () => validate({ object: 'person_identify' }),
  map: () => map((record) => record),
  reopen: () => reopen(),
  divert: () => divert(rejects()),
})) {
  test(`${name}() names the sources`, async () => {
    for (const [what, chunk] of CHUNKS) {
      const { code, message } = await failure(chunk, make());
      assert.deepEqual([code, message], ['CIO_LINE', `${name}() got ${what}, not records: put csv(), ndjson() or json() before it`]);
    }
  });
}

for (const [name, make] of Object.entries({
  enforceLimits: () => enforceLimits(),
  dedupe: () => dedupe(),
  trackWriter: () => trackWriter({ siteId: 's', apiKey: 'k', dryRun: true }),
})) {
  test(`${name}() names the sources, and validate()`, async () => {
    for (const [what, chunk] of CHUNKS) {
      const { code, message } = await failure(chunk, make());
      const wanted = `${name}() got ${what}, not entries: put csv(), ndjson() or json(), then validate() before it`;
      assert.deepEqual([code, message], ['CIO_LINE', wanted]);
    }
    const { code, message } = await failure({ a: 1 }, make());
    assert.deepEqual([code, message], ['CIO_LINE', `${name}() works on entries: put it after validate()`]);
  });
}

for (const [name, make] of Object.entries({
  rejectWriter: () => rejectWriter({ to: 'never-made' }),
  collectRejects,
})) {
  test(`${name}() names all that is missing before it`, async () => {
    for (const [what, chunk] of CHUNKS) {
      const { code, message } = await failure(chunk, make());
      const stages = 'csv(), ndjson() or json(), validate(), then divert()';
      assert.deepEqual([code, message], ['CIO_LINE', `${name}() got ${what}, not rejections: put ${stages} before it`]);
    }
    const { code, message } = await failure({ a: 1 }, make());
    assert.deepEqual([code, message], ['CIO_LINE', `${name}() takes rejections only: put divert() before it`]);
  });
}

test('a stage after a file, or after a source that hands its rows over unparsed, says what is missing', async () => {
  const first = async (...line: (Readable | Transform | Writable)[]): Promise<string> => {
    const error = await pipeline(line as [Readable, Writable]).then(
      () => assert.fail('was taken'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof CioError && error.code === 'CIO_LINE', String(error));
    return error.message;
  };
  const file = (): Readable => createReadStream('package.json', { highWaterMark: 10 });
  const rows = (): Readable => Readable.from([Buffer.from('{"person_id":"a"}\n')], { objectMode: false });
  const people = () => validate({ object: 'person_identify' });
  const writer = () => trackWriter({ siteId: 's', apiKey: 'k', dryRun: true });
  assert.match(
    await first(file(), people(), enforceLimits(), writer()),
    /^validate\(\) got bytes, .*put csv\(\), ndjson\(\) or json\(\) before it$/,
  );
  assert.match(await first(file(), writer()), /^trackWriter\(\) got bytes, .*then validate\(\) before it$/);
  assert.match(await first(rows(), ndjson(), writer()), /^trackWriter\(\) works on entries: put it after validate\(\)$/);
  assert.match(await first(rows(), ndjson(), enforceLimits(), writer()), /^enforceLimits\(\) works on entries/);
  assert.match(await first(rows(), ndjson(), dedupe(), writer()), /^dedupe\(\) works on entries/);
});

test('what is no chunk and no object either is one bad row', async () => {
  const rows = [1, true, 7n, Symbol('x'), [], [{ person_id: 1 }], () => 1];
  const out = await Readable.from(rows)
    .pipe(validate({ object: 'person_identify' }))
    .toArray();
  const said = out.map((element) => (element instanceof Rejection ? [element.cause.reason, element.cause.message] : element));
  const kinds = ['a number', 'a boolean', 'a bigint', 'a symbol', 'an array', 'an array', 'a function'];
  assert.deepEqual(
    said,
    kinds.map((kind) => ['malformed', `a record is an object, this is ${kind}`]),
  );
});

test('bytes or a list out of a function of map() cost one row, not the run', async () => {
  const given = [Buffer.from('x'), [Buffer.from('x')], [[1]], new Map([['a', 1]]), [new Uint8Array(2)]];
  const out = await Readable.from(given.map((_, index) => ({ index })))
    .pipe(map<{ index: number }>(({ index }) => given[index] as object))
    .pipe(validate({ object: 'person_identify' }))
    .toArray();
  assert.equal(out.length, given.length);
  for (const element of out) assert.equal(element instanceof Rejection && element.cause.stage, 'map');
});
