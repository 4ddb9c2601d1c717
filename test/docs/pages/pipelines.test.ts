/** What each block of docs/pipelines.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSandbox, trackWriter, validate } from '../../../lib/index.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople } from '../place.ts';

const PAGE = 'docs/pipelines.md';
const blocks = blocksIn(readFileSync(PAGE, 'utf8'));
const codeOf = (holds: RegExp): string => blocks.find(({ code }) => holds.test(code))?.code ?? '';

/** Both the first program, with what it prints, and the subscriber, which watches it. */
const PROGRAM: Promised = {
  language: 'js',
  holds: /createReadStream\('people\.csv'\)/,
  async check(place, code) {
    place.write('watch.mjs', codeOf(/node:diagnostics_channel/));
    place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503, times: 1 }]);
    const { stdout, stderr } = await place.js(code, { flags: ['--import', './watch.mjs'] });
    assert.equal(stdout, codeOf(/^3 rows: /));
    assert.match(stderr, /^HTTP 503 1 \d+(\.\d+)?\n$/);
    assertSamplePeople(place);
  },
};
const WATCH: Promised = { language: 'js', holds: /node:diagnostics_channel/, check: async () => {} };

const ANY_SOURCE: Promised = {
  language: 'js',
  holds: /async function\* users/,
  async check(place, code) {
    assert.ok(code.includes(`// ${(await place.js(code)).stdout}`));
    assert.deepEqual(place.people(), [{ id: 1, email: 'ada@example.com', attributes: { score: 10, signed_up: 1767312000 } }]);
    const { record, rejected_message: message } = JSON.parse(place.rejected()[0] ?? '');
    assert.deepEqual([record, message], [{ id: 3, score: 'ten' }, 'is not a number']);
  },
};

/** What the first program prints, which is seen where it runs. */
const PRINTED: Promised = { language: 'text', holds: /^3 rows: /, check: async () => {} };

const FAILURE: Promised = {
  language: 'js',
  holds: /instanceof CioError/,
  async check(place, code) {
    const load = `
      import { pipeline } from 'node:stream/promises';
      import { trackWriter, validate } from 'customerio-streams';
      const load = () => pipeline([{ person_id: 1 }], validate({ object: 'person_identify' }), trackWriter());\n`;
    await assert.rejects(place.js(load + code, { env: { CUSTOMERIO_API_KEY: 'wrong' } }), ({ actual, message }) => {
      assert.match(message, /^CIO_AUTH: the Track API refused the credentials \(HTTP 401\)\nCheck the site id and the API key/);
      return actual === 3;
    });
  },
};

const RESUME: Promised = {
  language: 'js',
  holds: /startAt/,
  async check(place, code, t) {
    const rows = Array.from({ length: 4_000 }, (_, n) =>
      JSON.stringify({ person_id: 'ada', event_name: 'ordered', timestamp: 1767312000, note: String(n).padStart(400) }),
    );
    place.write('events.ndjson', `no json\n${rows.join('\n')}\n`);
    place.write('load.mjs', code);
    // Of one person, so one batch after the other: two of at least four arrive, and then nothing is answered any more.
    place.sandbox.setFaults([{ path: '/api/v2/batch', after: 2, latencyMs: 3_600_000 }]);
    const killed = spawn(process.execPath, ['load.mjs'], { cwd: place.folder, env: place.env, stdio: 'inherit' });
    t.after(() => killed.kill('SIGKILL'));
    const saved = join(place.folder, 'position.json');
    while (!existsSync(saved)) await wait(20);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    const { line, offset } = JSON.parse(place.read('position.json'));
    assert.ok(line > 1_000 && line < 4_001 && offset > 400_000, `${line}, ${offset}`);
    place.sandbox.setFaults([]);
    const { stdout } = await place.js(code);
    assert.equal(stdout, `${4_002 - line} rows: ${4_002 - line} delivered, 0 rejected, 0 skipped\n`);
    assert.equal(place.sandbox.state().events.length, 4_000);
    assert.deepEqual(place.reasons(), ['malformed']);
  },
};

test(`${PAGE}: while the API does not answer, rows fill two request bodies for each of concurrency, and no more are read`, async (t) => {
  const sandbox = await createSandbox({ faults: [{ path: '/api/v2/batch', latencyMs: 3_600_000 }] });
  t.after(() => sandbox.close());
  const [concurrency, maxBatchBytes, value] = [2, 50_000, 'x'.repeat(900)];
  let read = 0;
  async function* rows() {
    for (;;) yield { person_id: ++read, value };
  }
  const stop = new AbortController();
  const writer = trackWriter({ ...sandbox.account, concurrency, maxBatchBytes });
  const ended = pipeline(rows, validate({ object: 'person_identify' }), writer, { signal: stop.signal });
  const full = (2 * concurrency * maxBatchBytes) / value.length;
  while (read < 0.9 * full) await wait(10);
  await wait(200);
  // Some more are in the streams before the writer.
  assert.ok(writer.summary.read <= full && read <= full + 100, `${read} of ${full}`);
  stop.abort();
  await assert.rejects(ended, { name: 'AbortError' });
});

testPage(PAGE, [PROGRAM, WATCH, ANY_SOURCE, PRINTED, FAILURE, RESUME]);
