/**
 * The law: every record read ends exactly once, delivered, rejected or skipped; whatever the rows, the API's faults and
 * the options. With it, what the README promises of batches, rate, order and repeats. CIO_LAW_RUNS runs it more often.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Applied, Fault, RequestMessage } from '../../lib/index.ts';
import { createSandbox, enforceLimits, map, ndjson, trackWriter, validate } from '../../lib/index.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { isLong } from '../support/runs.ts';

const RUNS = Number(process.env.CIO_LAW_RUNS ?? (isLong ? 100 : 50));
const PEOPLE = ['ada', 'grace', 'alan', 'edsger'];

type Row = { readonly text: string; readonly who?: string; readonly what?: 'identify' | 'event' | 'relate' };
type Body = Record<string, unknown>;

const who = fc.constantFrom(...PEOPLE);
const filler = fc.oneof({ weight: 9, arbitrary: fc.string({ maxLength: 30 }) }, { weight: 1, arbitrary: fc.constant('é'.repeat(501)) });

/** Makes the row of a line: the sandbox distinguishes operations by its number. */
type RowAt = (n: number) => Row;
const operation = (name: string, what: 'identify' | 'event' | 'relate', more: (n: number) => Body): RowAt => {
  const action = what === 'relate' ? 'add_relationships' : what;
  return (n) => ({ text: JSON.stringify({ type: 'person', action, identifiers: { id: name }, ...more(n) }), who: name, what });
};
const rowAt: fc.Arbitrary<RowAt> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(who, filler).map(([name, x]) => operation(name, 'identify', (n) => ({ attributes: { n, x } }))) },
  {
    weight: 8,
    arbitrary: fc.tuple(who, filler).map(([name, x]) => operation(name, 'event', (n) => ({ name: 'e', attributes: { n, x } }))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(who, fc.nat(3)).map(([name, to]) =>
      operation(name, 'relate', (n) => {
        const identifiers = { object_type_id: '1', object_id: `o${to}` };
        return { cio_relationships: [{ identifiers, relationship_attributes: { n } }] };
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant((n: number) => ({ text: JSON.stringify({ drop: true, n }) })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('{"type":', '[1]', '{"type":"person"}', '{"type":"person","action":"event","identifiers":{"id":null},"name":"x"}', '\0')
      .map((text) => () => ({ text })),
  },
);

const effect: fc.Arbitrary<Partial<Fault>> = fc.constantFrom<Partial<Fault>>(
  { status: 500, body: '<html>' },
  { status: 503, headers: { 'retry-after': '1' } },
  { status: 429, body: {} },
  { status: 429, headers: { 'retry-after': '2' } },
  { status: 408 },
  { status: 400, body: { errors: [{ reason: 'invalid', field: '', message: 'no' }] } },
  { status: 413, body: 'too large' },
  { status: 200, body: 'no json', apply: true },
  { status: 207, body: { errors: [] }, apply: true },
  { status: 207, body: { errors: [{ batch_index: 9_999, message: 'whose?' }] }, apply: true },
  { status: 502, apply: true },
  { reset: 'before' },
  { reset: 'during' },
  { reset: 'after' },
  { truncate: 2 },
  { slowMs: 0 },
  { latencyMs: 1 },
  { redirect: '/api/v2/batch' },
);
const fault: fc.Arbitrary<Fault> = fc
  .record({ effect, after: fc.nat(4), times: fc.integer({ min: 1, max: 3 }) })
  // Of redirects five in a row are a circle.
  .map(({ effect: what, after, times }) => ({ path: '/api/v2/batch', after, times: what.redirect ? 1 : times, ...what }));

const options = fc.record({
  concurrency: fc.integer({ min: 1, max: 5 }),
  maxBatchBytes: fc.constantFrom(400, 1_500, 5_000, 500_000),
  requestsPerSecond: fc.constantFrom(5, 40, 1_000),
  lingerMs: fc.constantFrom(0, 50, 1_000),
  giveUpMs: fc.constantFrom(2_000, 300_000),
});

type Options = typeof options extends fc.Arbitrary<infer T> ? T : never;

/** One run: what the pipeline reports of it, and what the API saw. */
async function run(rows: readonly Row[], chunks: readonly Buffer[], faults: readonly Fault[], given: Options) {
  const hurried = fast(100);
  const applied: Body[] = [];
  const onApply = ({ operation }: Applied): unknown => applied.push(operation);
  const sandbox = await createSandbox({ faults, onApply, requestsPerSecond: Number.POSITIVE_INFINITY });
  const sent: RequestMessage[] = [];
  const onRequest = (message: unknown): unknown => sent.push(message as RequestMessage);
  const rejects = rejectKeeper();
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const account = { baseUrl, siteId, apiKey };
  const writer = trackWriter({ ...account, ...hurried, ...given, rejects, onGiveUp: 'reject' } as Parameters<typeof trackWriter>[0]);
  subscribe('customerio-streams:request', onRequest);
  try {
    const drop = map((row) => (row.drop ? undefined : row));
    await pipeline(
      Readable.from(chunks),
      ndjson({ source: 'law', version: '1' }),
      drop,
      validate({ object: 'entry' }),
      enforceLimits(),
      writer,
    );
    return { summary: writer.summary, applied, sent, rejected: rejects.kept, state: sandbox.state(), rows };
  } finally {
    unsubscribe('customerio-streams:request', onRequest);
    await sandbox.close();
  }
}

type Ran = Awaited<ReturnType<typeof run>>;

/** read = delivered + rejected + skipped, and each record once. */
function conserves({ summary, rejected, rows, state }: Ran): Set<number> {
  assert.equal(summary.read, rows.length);
  assert.equal(summary.delivered + summary.rejected.total + summary.skipped.total, summary.read);
  assert.equal(summary.skipped.total, rows.filter(({ text }) => text.includes('"drop"')).length);
  const lost = new Set(rejected.map(({ origin }) => Number(origin?.line)));
  assert.equal(lost.size, summary.rejected.total, 'each rejection is of another line');
  const delivered = rows.flatMap(({ what }, i) => (what === 'event' && !lost.has(i + 1) ? [i + 1] : []));
  const seen = state.events.map(({ attributes }) => (attributes as { n: number }).n);
  assert.equal(new Set(seen).size, seen.length, 'no event counts twice');
  assert.deepEqual(
    delivered.filter((n) => !seen.includes(n)),
    [],
    'what is reported as delivered has arrived',
  );
  return lost;
}

/** No request over the limit; no rolling second over the rate. */
function staysWithin({ sent }: Ran, { maxBatchBytes, requestsPerSecond }: Options): void {
  for (const { bytes } of sent) assert.ok(bytes <= maxBatchBytes);
  const times = sent.map(({ at }) => at).sort((a, b) => a - b);
  for (let i = requestsPerSecond; i < times.length; i++) {
    assert.ok((times[i] as number) - (times[i - requestsPerSecond] as number) >= 1_000, `${requestsPerSecond + 1} requests in a second`);
  }
}

/** What is sent again starts further back, but nothing of a person is ever applied before what came before it. */
function keepsOrder({ applied, rows }: Ran, lost: ReadonlySet<number>): void {
  for (const name of PEOPLE) {
    const mine = rows.flatMap(({ who: owner }, i) => (owner === name && !lost.has(i + 1) ? [i + 1] : []));
    const order = applied.filter(({ identifiers }) => (identifiers as Body).id === name).map(numberOf);
    let last = -1;
    for (const n of order) {
      const index = mine.indexOf(n);
      if (index === -1) continue;
      assert.ok(index <= last + 1, `of ${name}, line ${n} was applied before line ${mine[last + 1]}`);
      last = index;
    }
    assert.ok(last === mine.length - 1, `the last of ${name} stands`);
  }
}

function numberOf({ attributes, cio_relationships: relations }: Body): number {
  const own = (attributes ?? (relations as Body[])[0]?.relationship_attributes) as { n: number };
  return own.n;
}

test(`the law, ${RUNS} random runs`, async () => {
  const seen = { rejected: 0, retries: 0, skipped: 0, runs: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowAt, { maxLength: 60 }),
      fractions,
      fc.array(fault, { maxLength: 4 }),
      options,
      async (makers, cuts, faults, given) => {
        const rows = makers.map((make, i) => make(i + 1));
        const text = Buffer.from(rows.map((row) => `${row.text}\n`).join(''));
        const ran = await run(rows, cutAt(text, cuts), faults, given as Options);
        const lost = conserves(ran);
        staysWithin(ran, given as Options);
        keepsOrder(ran, lost);
        seen.runs++;
        seen.rejected += ran.summary.rejected.total;
        seen.retries += ran.summary.retries;
        seen.skipped += ran.summary.skipped.total;
      },
    ),
    { numRuns: RUNS },
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 0, `${what} came about`);
});
