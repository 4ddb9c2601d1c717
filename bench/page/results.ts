/** The results of the benches, a file each: what the page, its chart and a table of the README are made of. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../report.ts';

const FOLDER = 'bench/results';
const PEERS = ['customerio-node', 'csv-parse', 'ndjson', 'undici'];

/** Where and when something was measured. */
export interface Circumstances {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The packages that are measured beside ours, and the client of the hand-written loops. */
  readonly peers: Readonly<Record<string, string>>;
}

/** What one bench has measured. */
export type Result = Report & Circumstances;

/** Results by the name of the bench. */
export type Results = Readonly<Partial<Record<string, Result>>>;

/** Here and now. */
export function circumstances(): Circumstances {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    peers: Object.fromEntries(PEERS.map((name) => [name, packages[`node_modules/${name}`].version])),
  };
}

/** All results that are kept. */
export function readResults(): Results {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  return Object.fromEntries(files.map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))]));
}

/** Keeps the result of a bench; each run of it stays in: the spread is for the reader to see. */
export function keepResult(bench: string, result: Result): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${bench}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
