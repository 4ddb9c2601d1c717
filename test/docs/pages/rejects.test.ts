/** What each block of docs/rejects.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as api from '../../../lib/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { names } from '../../support/object-storage/contract.ts';
import { ACCESS, REGION, S3Server } from '../../support/object-storage/s3-server.ts';
import { type Promised, testPage } from '../page.ts';

const REJECTED: Promised = {
  language: 'json',
  holds: /"rejected_reason"/,
  async check(place, code) {
    const { record, rejected_origin: origin, rejected_at: at } = JSON.parse(code);
    const row = JSON.stringify(record);
    const before = `${' '.repeat(origin.offset - origin.line + 1)}${'\n'.repeat(origin.line - 1)}`;
    const rejects = api.rejectWriter({
      to: `${place.folder}/rejected`,
      clock: Object.assign(new FakeClock(), { wall: () => Date.parse(at) }),
    });
    const source = Readable.from([Buffer.from(`${before}${row}\n`)]);
    await pipeline(
      source,
      api.ndjson({ source: origin.source }),
      api.validate({ object: 'person_identify', identifier: 'email' }),
      rejects,
    );
    const [name = ''] = readdirSync(`${place.folder}/rejected`);
    assert.equal(place.read(`rejected/${name}`), code);
    const again = await Readable.from([Buffer.from(code)])
      .pipe(api.ndjson())
      .pipe(api.reopen())
      .toArray();
    assert.deepEqual(
      again.map((element) => JSON.parse(JSON.stringify(element))),
      [record],
    );
    assert.equal(api.originOf(again[0])?.source, origin.source);
  },
};

const SHEET: Promised = {
  language: 'sh',
  holds: /^cio-stream replay fix\.csv/m,
  async check(place, code) {
    const [list = '', replay = ''] = code.split('\n');
    await place.sh('cio-stream people people.csv --email Email --rejects rejected/ --quiet', { status: 1 });
    await place.sh(list);
    // The column of what is missing is there, to be filled in.
    place.write('fix.csv', place.read('fix.csv').replace(/^,"Nobody"/m, 'no@body.io,"Nobody"'));
    const { stderr } = await place.sh(replay);
    assert.match(stderr, /1 row: 1 delivered, 0 rejected/);
    assert.ok(place.sandbox.state().people.some(({ email }) => email === 'no@body.io'));
  },
};

const AGAIN: Promised = {
  language: 'sh',
  holds: /^cio-stream people rejected\/\*\.ndjson/,
  async check(place, code) {
    place.write('people.ndjson', '{"Email":null,"plan":"a"}\n{"Email":null,"plan":"b"}\n');
    await place.sh('cio-stream people people.ndjson --email Email --rejects rejected/ --quiet', { status: 1 });
    assert.equal(place.reasons().length, 2);
    await place.sh(`sed -i.old '1s/null/"ada@example.com"/' rejected/*.ndjson`);
    await place.sh(code, { status: 1 });
    assert.deepEqual(place.reasons('still-rejected'), ['invalid']);
    assert.deepEqual(place.sandbox.state().people[0]?.attributes, { plan: 'a' });
  },
};

const BUCKET: Promised = {
  language: 'sh',
  holds: /s3:\/\/bucket\/rejected/,
  async check(place, code, t) {
    const server = await S3Server.start(t);
    await server.createBucket('bucket');
    // What a user's environment has.
    const { accessKeyId, secretAccessKey } = ACCESS;
    Object.assign(place.env, { AWS_ENDPOINT_URL_S3: server.url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    const { stdout, stderr } = await place.sh(code, { status: 1 });
    assert.match(stdout, /^1 rejected row in 1 file of s3:\/\/bucket\/rejected\n/);
    assert.match(stderr, /3 rows: 2 delivered, 1 rejected[\s\S]*1 row: 0 delivered, 1 rejected[\s\S]*1 file in \S+, 1 deleted/);
    const s3 = { endpoint: server.url, region: REGION, ...ACCESS };
    assert.deepEqual([await names('s3://bucket/rejected', { s3 }), (await names('s3://bucket/again', { s3 })).length], [[], 1]);
    assert.equal(place.people().length, 2);
  },
};

testPage('docs/rejects.md', [REJECTED, SHEET, AGAIN, BUCKET]);
