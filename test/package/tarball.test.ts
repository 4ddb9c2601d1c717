/**
 * The package as a user gets it: packed, installed into an empty project, imported, required, typed, run. It is packed in
 * a copy of this folder: `npm pack` builds from nothing, and other tests read the dist/ that is here. Only the long runs
 * wait for that build; the quick one packs a copy of what was just built.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { type Ended, run } from '../support/child.ts';
import { crawl } from '../support/crawl.ts';
import { isLong, onlyLong } from '../support/runs.ts';
import { skipOrFail } from '../support/skip-or-fail.ts';

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const ROOT = process.cwd();
const DOCUMENTS = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'docs', 'examples'];
/** For those who change the package, or measure it. On npm's page the README's links to them lead to the repository. */
const OF_THE_REPOSITORY = /^((ARCHITECTURE|CONTRIBUTING)\.md$|bench\/|test\/)/;
const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));
const NO_REGISTRY = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;

let project: string;
let copy: string;
let packed: Packed;
let unreachable: string | undefined;

before(async () => {
  project = mkdtempSync(join(tmpdir(), 'cio-tarball-'));
  write('package.json', '{"name":"a-user","private":true}');
  copy = mkdtempSync(join(tmpdir(), 'cio-clone-'));
  for (const name of ['lib', 'build.js', 'tsconfig.json', 'schema', ...DOCUMENTS]) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  if (!isLong) cpSync(join('dist', 'lib'), join(copy, 'dist', 'lib'), { recursive: true });
  const pack = await run('npm', ['pack', '--json', '--pack-destination', project, ...(isLong ? [] : ['--ignore-scripts'])], copy);
  assert.equal(pack.status, 0, pack.stderr);
  packed = JSON.parse(pack.stdout.slice(pack.stdout.indexOf('[\n')))[0];
  const install = await run('npm', ['install', `./${packed.filename}`, '--prefer-offline', '--no-audit', '--no-fund'], project);
  if (install.status !== 0 && NO_REGISTRY.test(install.stderr)) unreachable = `the registry can't be reached: ${install.stderr}`;
  else assert.equal(install.status, 0, install.stderr);
});
after(() => {
  for (const folder of [project, copy]) rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

async function node(...args: string[]): Promise<string> {
  return good(await run(process.execPath, args, project));
}

function good({ status, stdout, stderr }: Ended): string {
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

/** A test of the installed package. */
function installed(name: string, check: () => Promise<void>): void {
  test(name, (t) => (unreachable === undefined ? check() : skipOrFail(t, unreachable)));
}

test('the tarball holds the compiled sources, the types of the public names, and what users read; nothing else', (t) => {
  const paths = packed.files.map(({ path }) => path);
  const allowed =
    /^(dist\/lib\/[\w/-]+\.(js|d\.ts)|dist\/lib\/sandbox\/page\/(index\.html|page\.css|icon\.svg|lit\/LICENSE)|schema\/[\w.-]+\.json|package\.json|(README|CHANGELOG|SECURITY)\.md|LICENSE|docs\/[\w-]+\.(md|svg|png)|examples\/[\w.-]+\.(mjs|mts|md))$/;
  assert.deepEqual(
    paths.filter((path) => !allowed.test(path)),
    [],
  );
  const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const compiled = files.filter((name) => name.endsWith('.ts')).map((name) => `dist/lib/${name.replace(/(\.d)?\.ts$/, '.js')}`);
  for (const path of [...DOCUMENTS.filter((name) => name.includes('.')), 'LICENSE', 'examples/from-mongodb.mjs', ...compiled])
    assert.ok(paths.includes(path), path);
  // Those are found by a compiler, below.
  const types = paths.filter((path) => path.endsWith('.d.ts'));
  assert.ok(types.includes('dist/lib/index.d.ts') && types.length < compiled.length / 2, `${types.length} files of types`);
  t.diagnostic(`${packed.filename}: ${paths.length} files, ${packed.size} bytes, unpacked ${packed.unpackedSize}`);
});

test('links in its pages lead to files in it, and each of its pictures is on a page', () => {
  const paths = new Set(packed.files.map(({ path }) => path));
  const linked = new Set<string>();
  for (const page of [...paths].filter((path) => path.endsWith('.md')))
    for (const [link, target = ''] of readFileSync(join(copy, page), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)) {
      const path = posix.join(posix.dirname(page), target);
      const isFolder = [...paths].some((each) => each.startsWith(`${path.replace(/\/$/, '')}/`));
      assert.ok(paths.has(path) || isFolder || OF_THE_REPOSITORY.test(path), `${page}: ${link}`);
      linked.add(path);
    }
  const pictures = [...paths].filter((path) => /^docs\/.*\.(svg|png)$/.test(path));
  assert.deepEqual(
    pictures.filter((path) => !linked.has(path)),
    [],
  );
});

test('no file says where it was built', () => {
  for (const { path } of packed.files) {
    const text = readFileSync(join(copy, path), 'utf8');
    for (const place of [ROOT, copy, `${homedir()}/`]) assert.ok(!text.includes(place), `${path} names ${place}`);
  }
});

installed('import and require give the same names', async () => {
  write('names.mjs', "import * as all from 'customerio-streams'; console.log(Object.keys(all).sort().join());");
  write('names.cjs', "console.log(Object.keys(require('customerio-streams')).sort().join());");
  const names = await node('names.mjs');
  assert.match(names, /createSandbox,.*ndjson,.*trackWriter/);
  assert.equal((await node('names.cjs')).replace(/__esModule,|,module\.exports|module\.exports,/g, ''), names);
});

installed('only what is exported can be imported', async () => {
  write('deep.mjs', "await import('customerio-streams/dist/lib/index.js').catch((error) => console.log(error.code));");
  assert.equal(await node('deep.mjs'), 'ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  write('manifest.cjs', "console.log(require('customerio-streams/package.json').version);");
  assert.equal(await node('manifest.cjs'), `${MANIFEST.version}\n`);
});

const PROGRAM = `
import { subscribe } from 'node:diagnostics_channel';
import { Duplex, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type * as all from 'customerio-streams';
import { CioError, check, csv, enforceLimits, isRecord, json, locate, map, ndjson, Rejection, rejectWriter, type Summary, type TrackWriterOptions, trackWriter, validate } from 'customerio-streams';

interface User {
  person_id: number;
  signed_up: Date;
}
const { CUSTOMERIO_SITE_ID: siteId, CUSTOMERIO_API_KEY: apiKey } = process.env;
const options: TrackWriterOptions = { siteId, apiKey, region: 'eu', rejects: rejectWriter({ to: process.stdout }) };
const writer = trackWriter(options);
void check({ siteId, apiKey });
export const line: Promise<void> = pipeline(
  Readable.from([{ person_id: 1 }]),
  map((row) => ({ ...row, plan: 'pro' })),
  map<User>(({ signed_up, ...user }) => ({ ...user, created_at: signed_up.getTime() / 1_000 })),
  validate({ object: 'person_identify', identifier: 'id' }),
  enforceLimits({ onViolation: 'truncate' }),
  writer,
);
export const summary: Summary = writer.summary;
export const status = (error: unknown): number => (error instanceof CioError ? error.exitStatus : 70);
// The account may come from the environment, and from a sandbox.
export const writers = (sandbox: all.Sandbox): Writable[] => [trackWriter(), trackWriter({ ...sandbox.account, lingerMs: 1 })];
// A stage of a user's own; TypeScript takes a function among four stages at most.
async function* withPlan(elements: AsyncIterable<all.Element>): AsyncGenerator<all.Element> {
  for await (const element of elements) {
    if (!isRecord(element)) yield element;
    else if (element.plan !== undefined) yield { ...element, plan: String(element.plan) };
    else yield new Rejection({ reason: 'invalid', field: 'plan', message: 'is missing', stage: 'withPlan' }, element);
  }
}
// The type of the rows of a source of their own, although an interface has no index.
async function* users(): AsyncGenerator<User | all.Checkpoint> {
  yield { person_id: 1, signed_up: new Date() };
}
async function* withDay(elements: AsyncIterable<all.Element<User>>) {
  for await (const element of elements) {
    if (!isRecord(element)) yield element;
    else yield { person_id: element.person_id, day: element.signed_up.getUTCDay() };
  }
}
void pipeline(users(), withDay, validate({ object: 'person_identify' }), writer);
void pipeline(users, Duplex.from(withDay), map((row) => row), validate({ object: 'person_identify' }), enforceLimits(), writer);
export const dayOf = (element: unknown): number | undefined => (isRecord<User>(element) ? element.signed_up.getUTCDay() : undefined);
export const planOf = (element: all.Element): unknown => (isRecord(element) ? element.plan : undefined);
export const userOf = (elements: all.Element<User>[]): User | undefined => elements.filter((element) => isRecord(element))[0];
// @ts-expect-error: a user has no plan
export const noPlan = (element: all.Element<User>): unknown => (isRecord(element) ? element.plan : undefined);
const columns = { Email: 'person_email', Joined: { attribute: 'joined', type: 'time' } } satisfies all.Columns;
validate({ object: 'person_identify', columns });
subscribe('customerio-streams:retry', (message) => console.error((message as all.RetryMessage).why));
void pipeline(Readable.from([]), ndjson(), withPlan, validate({ object: 'person_identify' }), enforceLimits(), writer);
void pipeline(Readable.from([]), ndjson(), Duplex.from(withPlan), map((row) => row), validate({ object: 'entry' }), enforceLimits(), writer);
// @ts-expect-error: there is no such option
trackWriter({ siteId: 'a', apiKey: 'b', requestPerSecond: 1 });

// @ts-expect-error: a column is an attribute or a record field, not both
validate({ object: 'person_identify', columns: { a: { attribute: 'x', field: 'person_id' } } });

// With exactOptionalPropertyTypes: undefined may be passed on as any option that may be left out.
type Optional<T> = { [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? K : never }[keyof T];
type Takes<T> = Record<Optional<T>, undefined> & Omit<T, Optional<T>> extends T ? true : false;
type Second<F extends (...args: never[]) => unknown> = NonNullable<Parameters<F>[1]>;
type First<F extends (...args: never[]) => unknown> = NonNullable<Parameters<F>[0]>;
export const stages: Takes<all.ValidateOptions> & Takes<all.EnforceLimitsOptions> & Takes<all.DedupeOptions> & Takes<TrackWriterOptions> = true;
export const sources: Takes<First<typeof csv>> & Takes<First<typeof json>> & Takes<First<typeof ndjson>> = true;
export const places: Takes<all.RejectWriterOptions> & Takes<all.OpenRejectsOptions> & Takes<all.CheckStoreOptions> = true;
export const access: Takes<all.S3Access> & Takes<all.GcsAccess> = true;
export const others: Takes<all.CheckOptions> & Takes<all.MemoryStoreOptions> & Takes<all.SandboxOptions> & Takes<Second<typeof locate>> = true;
export const kafka: Takes<all.KafkaOptions> & Takes<all.KafkaSasl> & Takes<all.FromKafkaOptions> & Takes<all.CheckKafkaOptions> = true;
export const redis: Takes<all.RedisStoreOptions> & Takes<all.CheckRedisOptions> & Takes<all.ServeMetricsOptions> = true;
export const details: Takes<all.OwnLimits> & Takes<all.SomeLimits> & Takes<all.ColumnDetails> & Takes<all.ParquetOptions> = true;
export const sandbox: Takes<all.Fault> & Takes<all.ResetOptions> & Takes<all.WaitForOptions> & Takes<all.LmdbStoreOptions> = true;
export const strict: Takes<{ a?: string }> = false;
`;

installed('its types are found and hold, in every way to resolve them', async () => {
  mkdirSync(join(project, 'node_modules', '@types'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', '@types', 'node'), join(project, 'node_modules', '@types', 'node'), 'junction');
  write('line.mts', PROGRAM);
  write(
    'require.cts',
    "import streams = require('customerio-streams');\nexport const names: string[] = Object.keys(streams.LIMITS.person);\n",
  );
  const tsc = resolve('node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2023', '--types', 'node'];
  await node(tsc, ...strict, '--module', 'nodenext', 'line.mts', 'require.cts');
  if (isLong) await node(tsc, ...strict, '--module', 'esnext', '--moduleResolution', 'bundler', 'line.mts');
});

test('npx runs its commands in a clone', { skip: onlyLong || process.platform === 'win32' }, async () => {
  const npx = (...args: string[]): Promise<Ended> => run('npx', ['--no-install', ...args], copy);
  assert.equal(good(await npx('cio-stream', '--version')), `${MANIFEST.version}\n`);
  assert.equal(JSON.parse(good(await npx('destination-customer-io', 'spec'))).type, 'SPEC');
});

installed('npx runs its commands', async () => {
  const npx = (...args: string[]): Promise<Ended> => run('npx', ['--no-install', ...args], project);
  assert.deepEqual(Object.keys(MANIFEST.bin), ['cio-stream', 'destination-customer-io']);
  assert.match(good(await npx('cio-stream', '--help')), /^Usage: cio-stream /);
  assert.equal(JSON.parse(good(await npx('destination-customer-io', 'spec'))).type, 'SPEC');
});

const SERVING = `
import { createSandbox } from 'customerio-streams';

const sandbox = await createSandbox();
console.log(sandbox.url);
process.stdin.once('close', () => sandbox.close()).resume();
`;

installed('its sandbox serves the page, and every file that the page names', async () => {
  write('serving.mjs', SERVING);
  const serving = spawn(process.execPath, ['serving.mjs'], { cwd: project, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [url] = await once(createInterface(serving.stdout), 'line');
    const loaded = await crawl(url);
    assert.deepEqual(
      [...loaded].filter(([, { status }]) => status !== 200).map(([path]) => path),
      [],
    );
    // Nothing is in the package that the page does not load, but for its licence.
    const shipped = packed.files.flatMap(({ path }) => /^dist\/lib\/sandbox\/(page\/.+)$/.exec(path)?.[1] ?? []);
    assert.deepEqual(shipped.filter((path) => !loaded.has(`/${path}`)).sort(), ['page/index.html', 'page/lit/LICENSE']);
  } finally {
    serving.stdin.end();
    await once(serving, 'close');
  }
});

const SENDING = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSandbox } from 'customerio-streams';

const { url, siteId, apiKey, close } = await createSandbox();
const env = { ...process.env, CUSTOMERIO_SITE_ID: siteId, CUSTOMERIO_API_KEY: apiKey, CUSTOMERIO_BASE_URL: url };
const args = ['people', 'people.ndjson', '--quiet'];
const [status] = await once(spawn('node_modules/.bin/cio-stream', args, { env, stdio: 'inherit' }), 'close');
console.log(status + ' ' + (await (await fetch(url + '/state')).text()));
await close();
`;

installed('a file goes through its command into its sandbox', async () => {
  write('people.ndjson', '{"person_id":1,"balance":12345678901234567890}\n{"person_id":null}\n');
  write('sending.mjs', SENDING);
  const [rejected = '', end] = (await node('sending.mjs')).split('\n');
  assert.equal(JSON.parse(rejected).rejected_reason, 'invalid');
  assert.match(end ?? '', /^1 \{.*"attributes":\{"balance":12345678901234567890\}/);
});
