/** What each code block of the README promises, and how that is seen: the scripts, the rejected record, the figure. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import * as api from '../../lib/index.ts';
import { run } from '../support/child.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { names } from '../support/object-storage/contract.ts';
import { ACCESS, REGION, S3Server } from '../support/object-storage/s3-server.ts';
import { serve } from '../support/scripted-server.ts';
import { skipOrFail } from '../support/skip-or-fail.ts';
import type { Promised } from './blocks.ts';
import { type Place, SAMPLES } from './place.ts';
import { PROGRAMS } from './programs.ts';

const DEMO: Promised = {
  language: 'sh',
  holds: /^npm run demo/,
  async check(_place, code) {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.match(code, /^npm run demo( +#.*)?\nnpm cit( +#.*)?\n$/);
    assert.equal(scripts.demo, 'node demo/demo.js'); // and test/demo.test.ts runs that
  },
};

const SEND: Promised = {
  language: 'sh',
  holds: /^cio-stream people people\.csv.*rejected\/$/m,
  async check(place, code) {
    const { stderr } = await place.sh(code, { status: 1 });
    assert.match(stderr, /3 records: 2 delivered, 1 rejected/);
    assertPeople(place);
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
    assert.match(stderr, /1 record: 1 delivered, 0 rejected/);
    assert.ok(place.sandbox.state().people.some(({ email }) => email === 'no@body.io'));
  },
};

const CRM_ROW = ['7', 'ada@example.com', '2024-01-01', '"1,234.50"', 'secret', 'Ada'];
const CRM = `CRM ID,E-Mail Address,Created At,Lifetime Value,Internal Notes,First Name\n${CRM_ROW.join(',')}\n,bob@example.com,,,,\n`;
const CRM_PEOPLE = [
  { id: '7', email: 'ada@example.com', attributes: { created_at: 1_704_067_200, ltv: 1234.5, first_name: 'Ada' } },
  { email: 'bob@example.com', attributes: {} },
];

const COLUMNS: Promised = {
  language: 'js',
  holds: /^validate\(\{\n/,
  async check(place, code) {
    place.write('crm.csv', CRM);
    const imports = "import { createReadStream } from 'node:fs';\nimport { csv, validate } from 'customerio-streams';";
    const { stdout } = await place.js(
      `${imports}\nconst entries = await createReadStream('crm.csv').pipe(csv()).pipe(${code.trim().replace(/;$/, '')}).toArray();
      console.log(JSON.stringify(entries.map(({ operation: { identifiers, attributes } }) => ({ identifiers, attributes }))));`,
    );
    const [ada] = CRM_PEOPLE;
    assert.deepEqual(JSON.parse(stdout), [
      { identifiers: { id: '7' }, attributes: { ...ada?.attributes, email: 'ada@example.com' } },
      { identifiers: { email: 'bob@example.com' }, attributes: {} },
    ]);
  },
};

const COLUMN_FLAGS: Promised = {
  language: 'sh',
  holds: /--snake-case/,
  async check(place, code) {
    place.write('crm.csv', CRM);
    await place.sh(code);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), CRM_PEOPLE);
  },
};

const DRY_RUN: Promised = {
  language: 'sh',
  holds: /--dry-run/,
  async check(place, code) {
    await place.sh(code, { status: 1, env: { CUSTOMERIO_SITE_ID: '', CUSTOMERIO_API_KEY: '' } });
    const { read, delivered, rejected } = JSON.parse(place.read('report.json'));
    assert.deepEqual([read, delivered, rejected.total], [4, 2, 2]);
    assert.deepEqual(place.reasons('would-be-rejected'), ['malformed', 'too_large']);
    assert.equal(place.sandbox.state().counts.requests, 0);
  },
};

const PIPE: Promised = {
  language: 'sh',
  holds: /\$PRESIGNED_URL/,
  async check(place, code, t) {
    const tools = 'command -v curl && command -v bash';
    if ((await run('sh', ['-c', tools], place.folder)).status !== 0) return skipOrFail(t, 'curl or bash is not installed');
    place.write('people.csv', ''); // the rows come by HTTP or not at all
    const storage = await serve(t, ({ path }) => (path === '/gone' ? { status: 404 } : { body: gzipSync(SAMPLES['people.csv']) }));
    await place.sh(code, { status: 1, env: { PRESIGNED_URL: `${storage.url}/people.csv.gz?signature=1&expires=2` } });
    assertPeople(place);
    const { stderr } = await place.sh(code, { status: 22, env: { PRESIGNED_URL: `${storage.url}/gone` } });
    assert.match(stderr, /hint: standard input holds no records/);
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
    assert.match(stdout, /^1 rejected record in 1 object of s3:\/\/bucket\/rejected\n/);
    assert.match(stderr, /3 records: 2 delivered, 1 rejected[\s\S]*1 record: 0 delivered, 1 rejected[\s\S]*1 file in \S+, 1 deleted/);
    const s3 = { endpoint: server.url, region: REGION, ...ACCESS };
    assert.deepEqual([await names('s3://bucket/rejected', { s3 }), (await names('s3://bucket/again', { s3 })).length], [[], 1]);
    assert.equal(place.people().length, 2);
  },
};

const RESUME: Promised = {
  language: 'sh',
  holds: /--resume people\.state\.json/,
  async check(place, code) {
    await place.sh(code, { status: 1 });
    assertPeople(place);
    // Two more, of whom one is as he was delivered.
    place.write('people.csv', `${SAMPLES['people.csv']}grace@example.com,Grace Hopper\nada@example.com,Ada Lovelace\n`);
    const { stderr } = await place.sh(code);
    assert.match(stderr, /done: 2 records: 1 delivered, 0 rejected, 1 skipped/);
    assert.match(stderr, /resumed: people\.csv from line 5 on/);
    assert.equal(place.people().length, 3);
  },
};

const HELP: Promised = {
  language: 'sh',
  holds: /^cio-stream --help/,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    for (const command of ['[options] [command]', 'people', 'replay', 'rejects', 'sandbox'])
      assert.ok(stdout.includes(`Usage: cio-stream ${command}`), command);
    assert.match(stdout, /^credentials: good, region us/m);
  },
};

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

const FIGURE: Promised = {
  language: '',
  holds: /─►/,
  async check(_place, code) {
    const names = [...code.matchAll(/(\w+)\(\)/g)].map(([, name = '']) => name);
    assert.ok(names.length >= 5);
    for (const name of names) assert.equal(typeof Reflect.get(api, name), 'function', name);
  },
};

function assertPeople(place: Place): void {
  assert.deepEqual(place.reasons(), ['invalid']);
  assert.deepEqual(place.people(), [
    { email: 'ada@example.com', attributes: { name: 'Ada Lovelace' } },
    { email: 'zoë@example.com', attributes: { name: 'Zoë Ünal' } },
  ]);
}

/** All of them. */
const AIRBYTE: Promised = {
  language: 'sh',
  holds: /^destination-customer-io write/m,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus.status, 'SUCCEEDED');
    const state = messages.find(({ type }) => type === 'STATE')?.state;
    assert.deepEqual([state.stream.stream_state, state.destinationStats], [{ cursor: 1 }, { recordCount: 1, rejectedRecordCount: 1 }]);
    assert.equal(place.sandbox.state().people[0]?.email, 'ada@example.com');
  },
};

export const PROMISES: readonly Promised[] = [
  ...PROGRAMS,
  DEMO,
  SEND,
  COLUMNS,
  COLUMN_FLAGS,
  DRY_RUN,
  PIPE,
  AGAIN,
  SHEET,
  BUCKET,
  RESUME,
  HELP,
  AIRBYTE,
  REJECTED,
  FIGURE,
];
