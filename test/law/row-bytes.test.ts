/**
 * The same bytes through the same streams, once joined, so that rows pass as bytes, and once with a stream of the user's
 * between them, so that each is read as a record: the API, the rejects, the summary and the checkpoints see no difference.
 */
import assert from 'node:assert/strict';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createSandbox, csv, enforceLimits, ndjson, trackWriter, validate } from '../../lib/index.ts';
import type { ValidateOptions } from '../../lib/stage/options.ts';
import { RowMapping } from '../../lib/stage/row-mapping/row-mapping.ts';
import { validator } from '../../lib/stage/validate.ts';
import { orderingKeys } from '../../lib/track/ordering-keys.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import fc from '../support/fast-check.ts';
import { flat } from '../support/flat-origin.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { canonicalText } from '../support/row-and-record.ts';
import { csvText, rowOptions, rowText } from '../support/row-arbitrary.ts';
import { runs } from '../support/runs.ts';

interface Given {
  readonly options: ValidateOptions;
  readonly format: 'ndjson' | 'csv';
  readonly text: string;
  readonly cuts: readonly number[];
  readonly limits: 'published' | 'connector';
  readonly concurrency: number;
  readonly maxBatchBytes: number;
  readonly checkpointEveryRecords: number;
}

const ndjsonText = (options: ValidateOptions): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ weight: 100, arbitrary: rowText(options) }, fc.constantFrom('', '{', '[]', ' {} ')), {
      ...{ minLength: 5, maxLength: 40, size: 'max' },
    })
    // A line has no line break in it.
    .map((rows) => rows.map((row) => `${row.replaceAll('\n', ' ')}\n`).join(''));

const given = (format: 'ndjson' | 'csv'): fc.Arbitrary<Given> =>
  rowOptions.filter(isAllowed).chain((options) =>
    fc.record({
      options: fc.constant(options),
      format: fc.constant(format),
      text: format === 'csv' ? csvText(options) : ndjsonText(options),
      cuts: fractions,
      limits: fc.constantFrom('published' as const, 'connector' as const),
      concurrency: fc.integer({ min: 1, max: 4 }),
      maxBatchBytes: fc.constantFrom(40_000, 500_000),
      checkpointEveryRecords: fc.integer({ min: 1, max: 10 }),
    }),
  );

function isAllowed(options: ValidateOptions): boolean {
  try {
    return validator(options) !== undefined;
  } catch {
    return false;
  }
}

/** How many rows were written as bytes. */
let asBytes = 0;
const { write } = RowMapping.prototype;
RowMapping.prototype.write = function (target, at) {
  asBytes++;
  return write.call(this, target, at);
};

async function run({ options, format, text, cuts, limits, concurrency, maxBatchBytes, checkpointEveryRecords }: Given, isJoined: boolean) {
  const applied = new Map<string, unknown[]>();
  const sandbox = await createSandbox({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    onApply: ({ operation, text }) => {
      const [person = ''] = orderingKeys(operation);
      applied.set(person, [...(applied.get(person) ?? []), canonicalText(text)]);
    },
  });
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const rejects = rejectKeeper();
  const positions: unknown[] = [];
  const onCheckpoint = (position: unknown): void => void positions.push(position);
  const writer = trackWriter({ baseUrl, siteId, apiKey, rejects, concurrency, maxBatchBytes, onCheckpoint });
  const pass = new Transform({ objectMode: true, transform: (element, _encoding, callback) => callback(null, element) });
  try {
    const source = (format === 'csv' ? csv : ndjson)({ source: 'rows', version: '1', checkpointEveryRecords });
    const streams = isJoined ? [source, validate(options)] : [source, pass, validate(options)];
    await pipeline([Readable.from(cutAt(Buffer.from(text), cuts)), ...streams, enforceLimits({ limits }), writer]);
    const { read, delivered, rejected, skipped, warnings } = writer.summary;
    const lost = rejects.kept.map(({ cause, origin, record }) => ({ cause, origin: flat(origin), raw: origin?.raw, record }));
    return {
      applied: Object.fromEntries(applied),
      rejects: lost.sort((a, b) => Number(a.origin?.line) - Number(b.origin?.line)),
      summary: { read, delivered, rejected: rejected.byReason, skipped, warnings },
      positions,
    };
  } catch (error) {
    return String(error);
  } finally {
    await sandbox.close();
  }
}

for (const format of ['ndjson', 'csv'] as const) {
  test(`law: rows of ${format} as bytes and as records are the same to everybody`, async () => {
    let delivered = 0;
    asBytes = 0;
    await fc.assert(
      fc.asyncProperty(given(format), async (one) => {
        const joined = await run(one, true);
        const before = asBytes;
        const apart = await run(one, false);
        assert.deepEqual(joined, apart);
        assert.equal(asBytes, before, 'a stream between them makes records of all rows');
        delivered += typeof joined === 'string' ? 0 : joined.summary.delivered;
      }),
      { numRuns: runs(200) },
    );
    assert.ok(asBytes > delivered / 4, `of ${delivered} rows only ${asBytes} passed as bytes`);
  });
}
