/**
 * The same CSV and the same array through the same streams, once joined, so that rows pass as bytes, and once with a stream of
 * the user's between them: the API gets the same operations with the same event ids, and the rest is the same too.
 */
import assert from 'node:assert/strict';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createSandbox, csv, enforceLimits, json, trackWriter, validate } from '../../lib/index.ts';
import type { Source } from '../../lib/stream/decode.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { flat } from '../support/flat-origin.ts';
import { cutAt } from '../support/read-all.ts';
import { canonicalText } from '../support/row-and-record.ts';

const NAMES = ['Zoë', 'Ann "A"', 'x, y', 'two\nlines', '', 'tab\t', '中 😀', '\\', '\u0001'];
const COUNT = 3000;
const cell = (text: string): string => (/["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const rows = Array.from({ length: COUNT }, (_, n) => [`p${n % 400}@x.example`, NAMES[n % NAMES.length] ?? '', `${n}`, n % 50 ? 'buy' : '']);
const COLUMNS = ['person_email', 'name', 'n', 'event_name'];
const TABLE = [COLUMNS, ...rows].map((row, n) => (n % 700 === 699 ? 'a,"b' : row.map(cell).join(','))).join('\r\n');
const ARRAY = JSON.stringify(
  rows.map((row, n) =>
    n % 700 === 699 ? n : Object.fromEntries(row.map((text, i) => [COLUMNS[i], n % 3 ? text : { [text]: [n, null] }])),
  ),
  null,
  1,
);

async function deliver(source: Source, text: string, object: 'person_identify' | 'person_event', isJoined: boolean) {
  const applied = new Set<string>();
  const sandbox = await createSandbox({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    onApply: ({ text }) => applied.add(JSON.stringify(canonicalText(text))),
  });
  const rejects = rejectKeeper();
  const positions: unknown[] = [];
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const writer = trackWriter({ baseUrl, siteId, apiKey, rejects, onCheckpoint: (position) => void positions.push(position) });
  const between = new Transform({ objectMode: true, transform: (element, _encoding, callback) => callback(null, element) });
  try {
    const streams = [validate({ object, identifier: 'email' }), enforceLimits(), writer];
    const chunks = cutAt(Buffer.from(text), [0.2, 0.3, 0.31, 0.7]);
    await pipeline([Readable.from(chunks), source, ...(isJoined ? [] : [between]), ...streams]);
  } finally {
    await sandbox.close();
  }
  const { read, delivered, rejected, skipped } = writer.summary;
  const lost = rejects.kept.map(({ cause, origin, record }) => ({ cause, origin: flat(origin), record }));
  assert.equal(delivered + rejected.total, read);
  return {
    applied: [...applied].sort(),
    lost: lost.sort((a, b) => Number(a.origin?.line) - Number(b.origin?.line)),
    summary: { read, delivered, rejected: rejected.byReason, skipped },
    positions,
  };
}

for (const object of ['person_identify', 'person_event'] as const) {
  for (const [what, make, text] of [
    ['a CSV', csv, TABLE],
    ['an array', json, ARRAY],
  ] as const) {
    test(`${what} of ${COUNT} rows to ${object}: as bytes and as records`, async () => {
      const source = (): Source => make({ source: 'f', version: '1', checkpointEveryRecords: 250 });
      const joined = await deliver(source(), text, object, true);
      assert.deepEqual(joined, await deliver(source(), text, object, false));
      assert.ok(joined.summary.delivered > COUNT / 2 && joined.lost.length > 0 && joined.positions.length > 0);
    });
  }
}
