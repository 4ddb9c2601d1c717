/** What each block of docs/inputs.md promises, and how that is seen. */
import assert from 'node:assert/strict';
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

testPage('docs/inputs.md', [PIPE]);
