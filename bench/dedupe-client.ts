/**
 * One run of the dedupe bench in a process of its own. `load`: the fingerprints of the people into a fresh store, by the
 * store alone; `look`: that many lookups; `pipeline`: the people through the whole pipeline, with the store or without dedupe.
 * The people are made as they go, the same bytes in every run, so no file of gigabytes is needed.
 */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import xxhash from 'xxhash-wasm';
import { dedupe, enforceLimits, lmdbStore, memoryStore, ndjson, redisStore, type Store, trackWriter, validate } from '../lib/index.ts';
import type { Cost } from './client.ts';

/** What to do. */
export interface DedupeJob {
  readonly what: 'load' | 'look' | 'pipeline';
  /** A folder for lmdb, `memory`, the address of a Redis, or none for the pipeline without dedupe. */
  readonly store: string;
  readonly people: number;
  /** Their plan: another one is a change. */
  readonly plan?: string;
  readonly baseUrl: string;
}

/** What it cost. The file that lmdb maps counts as memory of the process as long as the system has nothing better to do with it. */
export interface DedupeCost extends Cost {
  /** The most that was the process's own, seen every 100 ms and at the end. */
  readonly peakOwnBytes: number;
  /** CPU-seconds from the first to the last row of each tenth of the rows, as they were read. Of a pipeline only. */
  readonly tenths: readonly number[];
}

const PER_COMMIT = 100_000;
const PER_CHUNK = 500;
const NO_LIMIT = 100_000;

const { h64 } = await xxhash();

/** CPU-seconds when each tenth of the rows began, and at the end. */
const marks: number[] = [];

function mark(): void {
  const { user, system } = process.cpuUsage();
  marks.push((user + system) / 1e6);
}

function hashOf(n: number): bigint {
  return h64(`person ${n}`);
}

/** How many digits of a row are its own. */
const DIGITS = 9;
const FIRST_CREATED = 750_000_000;

/** Rows of one chunk, about 300 bytes each: of the people of another chunk only two numbers are others. */
function templateOf(plan: string): { text: string; emails: number[]; times: number[] } {
  const [emails, times]: [number[], number[]] = [[], []];
  let text = '';
  for (let n = 0; n < PER_CHUNK; n++) {
    const address = { street: `Hauptstraße ${n % 200}`, zip: String(10_000 + n), geo: { lat: (n % 180) / 2, lon: (n % 360) / 2 } };
    const attributes = { first_name: 'Zoë', city: 'München', plan, created_at: 1_000_000_000, newsletter: n % 2 === 0, address };
    const email = `person.${'0'.repeat(DIGITS)}@example.com`;
    const row = JSON.stringify({ person_email: email, ...attributes, tags: ['basic', 'Köln'], note: 'Bitte klingeln – danke!' });
    const before = Buffer.byteLength(text);
    emails.push(before + Buffer.byteLength(row.slice(0, row.indexOf('@') - DIGITS)));
    times.push(before + Buffer.byteLength(row.slice(0, row.indexOf('"created_at":1') + 14)));
    text += `${row}\n`;
  }
  return { text, emails, times };
}

/** The rows, one person each: made so that they cost next to nothing, as they would from a file. */
function* rows(people: number, plan: string): Generator<Buffer> {
  const { text, emails, times } = templateOf(plan);
  const template = Buffer.from(text);
  for (let from = 0; from < people; from += PER_CHUNK) {
    if (10 * from >= marks.length * people) mark();
    const chunk = Buffer.from(template);
    for (let n = 0; n < PER_CHUNK; n++) {
      writeDigits(chunk, emails[n] as number, from + n);
      writeDigits(chunk, times[n] as number, FIRST_CREATED + from + n);
    }
    const rest = people - from;
    yield rest < PER_CHUNK ? chunk.subarray(0, endOfRow(chunk, rest)) : chunk;
  }
}

function writeDigits(target: Buffer, at: number, value: number): void {
  for (let i = at + DIGITS - 1, rest = value; i >= at; i--, rest = Math.floor(rest / 10)) target[i] = 48 + (rest % 10);
}

function endOfRow(chunk: Buffer, rows: number): number {
  let end = 0;
  for (let row = 0; row < rows; row++) end = chunk.indexOf(10, end) + 1;
  return end;
}

async function load(store: Store, people: number): Promise<void> {
  for (let from = 0; from < people; from += PER_COMMIT) {
    const count = Math.min(PER_COMMIT, people - from);
    await store.commit(new Map(Array.from({ length: count }, (_, i) => [hashOf(from + i), hashOf(from - i)])));
  }
}

function look(store: Store, people: number): void {
  // Not in the order in which they came.
  for (let n = 0; n < people; n++) {
    if (store.get(hashOf((n * 7_919) % people)) === undefined) throw new Error('a key is gone');
  }
}

async function pipelineOver(store: Store | undefined, { people, plan = 'premium', baseUrl }: DedupeJob): Promise<void> {
  const writer = trackWriter({ siteId: 'site', apiKey: 'key', baseUrl, requestsPerSecond: NO_LIMIT });
  const [source, ...stages] = [
    ndjson({ source: 'people' }),
    validate({ object: 'person_identify', identifier: 'email' }),
    enforceLimits(),
  ] as const;
  const input = Readable.from(rows(people, plan), { objectMode: false });
  if (store) await pipeline(input, source, ...stages, dedupe({ store }), writer);
  else await pipeline(input, source, ...stages, writer);
  mark();
  const { read, delivered, skipped } = writer.summary;
  if (read !== people || delivered + skipped.total !== people)
    throw new Error(`${read} read, ${delivered} delivered, ${skipped.total} skipped`);
}

function storeAt(place: string): Store {
  if (place.startsWith('redis:')) return redisStore({ url: place, workspace: 'site' });
  return place === 'memory' ? memoryStore({ maxKeys: people }) : lmdbStore({ path: place });
}

/** Memory without mapped files, if the system counts them separately. */
function ownBytes(): number {
  try {
    return Number(/RssAnon:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  } catch {
    return process.memoryUsage().rss;
  }
}

const job: DedupeJob = JSON.parse(process.argv[2] ?? '');
const { what, store: place, people } = job;
const store = place === '' ? undefined : storeAt(place);
await store?.open();
if (what === 'look' && place === 'memory' && store) await load(store, people);
let peakOwnBytes = 0;
const sampling = setInterval(() => {
  peakOwnBytes = Math.max(peakOwnBytes, ownBytes());
}, 100);
const startMs = performance.now();
const startCpu = process.cpuUsage();
if (what === 'pipeline') await pipelineOver(store, job);
else if (store && what === 'load') await load(store, people);
else if (store) look(store, people);
const { user, system } = process.cpuUsage(startCpu);
clearInterval(sampling);
const cost: DedupeCost = {
  rows: people,
  wallSeconds: (performance.now() - startMs) / 1e3,
  cpuSeconds: (user + system) / 1e6,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
  peakOwnBytes: Math.max(peakOwnBytes, ownBytes()),
  tenths: marks.slice(1).map((end, index) => end - (marks[index] as number)),
};
await store?.close();
process.send?.(cost, () => process.disconnect());
