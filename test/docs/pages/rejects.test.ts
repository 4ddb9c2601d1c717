/** docs/rejects.md: a reader pastes its blocks one after the other, repairs what the page says, and sees what it shows. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { names } from '../../support/object-storage/contract.ts';
import { ACCESS, REGION, S3Server } from '../../support/object-storage/s3-server.ts';
import { onlyLong } from '../../support/runs.ts';
import { type Promised, testPage } from '../page.ts';
import { type Place, SAMPLES } from '../place.ts';
import { Story } from '../story.ts';

const story = new Story();

const SHEET: Promised = {
  language: 'sh',
  holds: /--out fix\.csv$/m,
  async check(place, code) {
    await place.sh(code);
    // What the table below it says, as a spreadsheet saves it.
    const repaired = place
      .read('fix.csv')
      .replace(/^,("Edsger Dijkstra","pro","2025-11-05",)/m, '"edsger@example.com",$1')
      .replace(/^"zoe@.*\r?\n/m, '')
      .replace(/^,,,,"""ken@example\.com[^,]*,[^,]*,free"""/m, '"ken@example.com","Ken Thompson","free",,');
    assert.match(repaired, /edsger@[\s\S]*\n"ken@/);
    assert.match(repaired, /^\uFEFF"Email","Name","Plan","Signed up","record",/);
    place.write('fix.csv', repaired);
  },
};

const SENT: Promised = {
  language: 'sh',
  holds: /^cio-stream replay fix\.csv/,
  async check(place, code) {
    const { stderr } = await place.sh(code);
    assert.match(stderr, /done: 2 rows: 2 delivered, 0 rejected/);
    assert.match(stderr, /\n {2}replayed: fix\.csv, left in place\nrejected\/\S+\.ndjson still has the old rows: /);
    assert.deepEqual(emails(place), ['ada@example.com', 'edsger@example.com', 'ken@example.com', 'zoe@example.com']);
    assert.deepEqual([place.rejected('again'), place.reasons().length], [[], 3]);
  },
};

let record = '';

const BY_HAND: Promised = {
  language: 'json',
  holds: /^\{"record":\{"Email":"ken/,
  async check(_place, code) {
    record = /^\{("record":.*\}),"rejected_reason":"malformed", \.\.\.\}\n$/.exec(code)?.[1] ?? '';
    assert.equal(JSON.parse(`{${record}}`).record.Email, 'ken@example.com');
  },
};

const AGAIN: Promised = {
  language: 'sh',
  holds: /^cio-stream replay rejected\/ --rejects again\/ --done delete$/m,
  async check(place, code) {
    const [file = ''] = lines(place);
    const before = place.read(`rejected/${file}`);
    assert.match(before, /"record":"ken@example\.com,Ken Thompson,free"/);
    const repaired = before
      .replace(/"record":"ken[^"]*"/, record)
      .replace('{"Name":"Edsger', '{"Email":"edsger@example.com","Name":"Edsger')
      .replace(/^.*"Zoë.*\n/m, '');
    place.write(`rejected/${file}`, repaired);
    const { stderr } = await place.sh(code);
    assert.match(stderr, /done: 2 rows: 2 delivered, 0 rejected[\s\S]*1 file in rejected\/, 1 deleted/);
    assert.deepEqual([lines(place), place.rejected('again'), emails(place).length], [[], [], 4]);
  },
};

const BUCKET: Promised = {
  language: 'sh',
  holds: /s3:\/\/bucket\/rejected/,
  async check(place, code, t) {
    if (onlyLong) return t.skip(onlyLong);
    place.write('people.csv', SAMPLES['people.csv']);
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
  },
};

function emails(place: Place): unknown[] {
  return place.sandbox
    .state()
    .people.map(({ email }) => email)
    .sort();
}

/** The files with rejected rows. */
function lines(place: Place): string[] {
  return readdirSync(`${place.folder}/rejected`).filter((name) => name.endsWith('.ndjson'));
}

testPage(
  'docs/rejects.md',
  [
    story.runs(/^mkdir repair && cd repair$/m, { status: 1, after: (place) => place.enter('repair') }),
    story.shows(/^done: 4 rows/, 'stderr'),
    story.runs(/^cio-stream rejects rejected\/ --rows/),
    story.shows(/^crm\.csv:3 {2}invalid/, 'stdout'),
    story.runs(/^cio-stream replay rejected\/ --field/),
    story.shows(/^with the mapping of/, 'stderr'),
    SHEET,
    SENT,
    BY_HAND,
    AGAIN,
    BUCKET,
  ],
  { together: true },
);
