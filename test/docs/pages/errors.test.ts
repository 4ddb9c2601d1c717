/** What each block of docs/errors.md promises: the message of each code is the one that a real run prints. */
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { asCioError, errorInFlags } from '../../../lib/cli/show/failure.ts';
import { CioError, ERROR_CODES, type ErrorCode } from '../../../lib/errors.ts';
import * as api from '../../../lib/index.ts';
import { cli } from '../../support/cli/run-cli.ts';
import { type Answer, serve } from '../../support/scripted-server.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';
import type { Place } from '../place.ts';

const PAGE = 'docs/errors.md';

/** The sections of the page by the codes that head them. */
const SECTIONS = new Map(
  readFileSync(PAGE, 'utf8')
    .split(/^## /m)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

/** A command of the page, and what it prints, in circumstances that make it fail. */
function prints(code: ErrorCode, command: RegExp, prepare: (place: Place, t: TestContext) => Promise<void> | void = () => {}): Promised {
  return {
    language: 'console',
    holds: command,
    async check(place, block, t) {
      const [line = '', ...expected] = block.trimEnd().split('\n');
      await prepare(place, t);
      const [, , ...args] = line.split(' ');
      const [shown = ''] = /https:\/\/[\w.]+/.exec(block) ?? [];
      const { status, stderr } = await cli(args, { cwd: place.folder, env: ownOf(place.env) });
      // The summary of a run that had begun is left out.
      const said = stderr
        .slice(stderr.indexOf('cio-stream: '))
        .replace(/\nfailed: [\s\S]*/, '')
        .replaceAll(place.env.CUSTOMERIO_BASE_URL ?? '', shown)
        .trimEnd();
      // How often it is tried is chance.
      assert.equal(said.replace(/\d+ attempts?/, '2 attempts'), expected.join('\n'));
      assert.equal(status, ERROR_CODES[code].exit);
    },
  };
}

const ownOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('CUSTOMERIO_'))) as Record<string, string>;

const asProxy =
  (answer: Answer) =>
  async (place: Place, t: TestContext): Promise<void> => {
    place.env.CUSTOMERIO_BASE_URL = (await serve(t, () => answer)).url;
  };

const COMMANDS: Promised[] = [
  prints('CIO_SOURCE', /people missing\.csv/),
  prints('CIO_OPTIONS', /no site id/, (place) => {
    delete place.env.CUSTOMERIO_SITE_ID;
  }),
  prints('CIO_OPTIONS', /--emial/),
  prints('CIO_AUTH', /HTTP 401/, (place) => {
    place.env.CUSTOMERIO_API_KEY = 'wrong';
  }),
  prints('CIO_REGION', /HTTP 301/, asProxy({ status: 301, headers: { location: 'https://login.example.com/' } })),
  prints('CIO_SOURCE', /--email Mail/),
  prints('CIO_NETWORK', /ECONNREFUSED/, (place) => {
    place.env.CUSTOMERIO_BASE_URL = 'http://127.0.0.1:1';
  }),
  prints('CIO_UNDELIVERED', /HTTP 503/, (place) => {
    place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  }),
  prints('CIO_REJECT_STORE', /people\.csv\/rejected/),
  prints('CIO_API', /HTTP 404/, asProxy({ status: 404 })),
  prints('CIO_STATE', /--resume/, (place) => place.write('people.state.json', '{}')),
  prints('CIO_TOO_MANY_REJECTED', /--max-rejected 0/),
];

/** What a program of the user's gets. */
async function thrownBy(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason) => reason,
  );
  assert.ok(error instanceof CioError);
  return `${error.code}: ${error.message}\n${error.todo}\n`;
}

function writerTo({ sandbox }: Place): api.TrackWriter {
  return api.trackWriter({ siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url });
}

const IN_PROGRAMS: Promised[] = [
  {
    language: 'text',
    holds: /^CIO_REJECTED/,
    async check(place, block) {
      const program = blocksIn(readFileSync(PAGE, 'utf8')).find(({ language }) => language === 'js');
      assert.equal((await place.js(program?.code ?? '')).stderr, block);
    },
  },
  {
    language: 'text',
    holds: /^CIO_LINE/,
    async check(place, block) {
      const source = Readable.from([Buffer.from(place.read('people.csv'))]);
      assert.equal(await thrownBy(pipeline(source, api.csv(), writerTo(place))), block);
    },
  },
  {
    language: 'text',
    holds: /EMFILE/,
    async check(_place, block) {
      const facts = { code: 'EMFILE', errno: -24, syscall: 'open', path: '/a' };
      const { message, todo } = errorInFlags(asCioError(Object.assign(new Error('EMFILE: too many open files'), facts)));
      assert.equal(`cio-stream: ${message}\n  what to do: ${todo}\n`, block);
    },
  },
  {
    language: 'text',
    holds: /unexpected TypeError/,
    async check(_place, block) {
      const { message, todo } = asCioError(new TypeError('rows.map is not a function'));
      assert.equal(`cio-stream: ${message} (${todo})\n`, block);
    },
  },
  // Its output is the text of CIO_REJECTED.
  { language: 'js', holds: /instanceof CioError/, check: async () => {} },
];

testPage(PAGE, [...COMMANDS, ...IN_PROGRAMS]);

test(`${PAGE}: every code has a section with a message, and what to do is there`, () => {
  for (const [code, { todo }] of Object.entries(ERROR_CODES)) {
    const section = SECTIONS.get(code);
    assert.ok(section !== undefined && blocksIn(section).length > 0, code);
    const isOwn = code === 'CIO_OPTIONS' || code === 'CIO_SOURCE' || section.includes('--give-up-ms') || section.includes('--max-rejected');
    assert.ok(isOwn || section.includes(todo), code);
  }
});

test(`${PAGE}: what a pipeline rejects with is one of its table, and nothing of a row before the fault is promised`, async (t) => {
  const { account } = await api.createSandbox().then((sandbox) => {
    t.after(() => sandbox.close());
    return sandbox;
  });
  const end = (options: api.TrackWriterOptions = {}) =>
    [api.validate({ object: 'person_identify' }), api.trackWriter({ ...account, rejects: api.collectRejects(), ...options })] as const;
  const own = new TypeError('of my own');
  const fail = (): never => {
    throw own;
  };
  async function* broken() {
    yield { person_id: 1 };
    fail();
  }
  async function* endless() {
    for (let id = 0; ; id++) yield { person_id: id };
  }
  const row = { person_id: 1 };
  const rejectedWith = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error) => error,
    );
  assert.equal(await rejectedWith(pipeline(broken, ...end())), own);
  assert.equal(await rejectedWith(pipeline([row, new api.Checkpoint(1)], ...end({ onCheckpoint: fail }))), own);
  assert.equal(await rejectedWith(pipeline([row], api.map(fail), ...end())), undefined);
  assert.equal((await rejectedWith(pipeline(createReadStream('missing.csv'), api.csv(), ...end()))).code, 'ENOENT');
  assert.equal((await rejectedWith(pipeline(endless, ...end(), { signal: AbortSignal.timeout(50) }))).name, 'AbortError');
  assert.equal((await rejectedWith(pipeline(endless, ...end({ signal: AbortSignal.timeout(50) })))).name, 'TimeoutError');
});
