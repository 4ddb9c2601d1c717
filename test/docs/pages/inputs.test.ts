/** What each block of docs/inputs.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { run } from '../../support/child.ts';
import { serve } from '../../support/scripted-server.ts';
import { skipOrFail } from '../../support/skip-or-fail.ts';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople, SAMPLES } from '../place.ts';

const PIPE: Promised = {
  language: 'sh',
  holds: /\$PRESIGNED_URL/,
  async check(place, code, t) {
    const tools = 'command -v curl && command -v bash';
    if ((await run('sh', ['-c', tools], place.folder)).status !== 0) return skipOrFail(t, 'curl or bash is not installed');
    place.write('people.csv', ''); // the rows come by HTTP or not at all
    const storage = await serve(t, ({ path }) => (path === '/gone' ? { status: 404 } : { body: gzipSync(SAMPLES['people.csv']) }));
    await place.sh(code, { status: 1, env: { PRESIGNED_URL: `${storage.url}/people.csv.gz?signature=1&expires=2` } });
    assertSamplePeople(place);
    const { stderr } = await place.sh(code, { status: 22, env: { PRESIGNED_URL: `${storage.url}/gone` } });
    assert.match(stderr, /hint: standard input holds no rows/);
  },
};

const FOLDER: Promised = {
  language: 'sh',
  holds: /export\/ more\.csv/,
  async check(place, code) {
    mkdirSync(`${place.folder}/export/_SUCCESS`, { recursive: true });
    place.write('export/people.csv', SAMPLES['people.csv']);
    place.write('export/_SUCCESS/x.csv', 'Email\nnobody@example.com\n');
    place.write('more.csv', 'Email\n');
    await place.sh(code, { status: 1 });
    assertSamplePeople(place);
  },
};

const PARSE: Promised = {
  language: 'js',
  holds: /from 'ndjson'/,
  async check(place, code) {
    const digits = '"event_name":"paid","total":12345678901234567890';
    place.write('events.ndjson', [`{"person_email":"ada@example.com",${digits}}`, `{"person_email":null,${digits}}`].join('\n'));
    await place.js(code);
    // JSON.parse has no other digits for it either: the text is what counts.
    const [rejected = ''] = place.rejected();
    assert.match(rejected, /"total":12345678901234567000\b/);
    assert.doesNotMatch(rejected, /"rejected_line"/);
    assert.deepEqual(
      place.sandbox.state().events.map(({ name }) => name),
      ['paid'],
    );
    place.write('events.ndjson', SAMPLES['events.ndjson']);
    await assert.rejects(place.js(code), /Could not parse row/);
  },
};

testPage('docs/inputs.md', [FOLDER, PIPE, PARSE]);
