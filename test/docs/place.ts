/**
 * Where the blocks of the pages run: a folder like a user's project, with the package installed, its commands on the
 * path, the sample files that the blocks name, and a sandbox as the account.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { createSandbox, type Sandbox } from '../../lib/sandbox/create-sandbox.ts';
import { childEnv, type Ended, run } from '../support/child.ts';

const EVENTS = [
  '{"person_email":"ada@example.com","event_name":"signed up","event_id":"a-1","timestamp":1764547200,"plan":"pro"}',
  '{"person_email":"grace@example.com","event_name":"signed up","event_id":"a-2","timestamp":1764547201,"plan":"free"}',
  `{"person_email":"grace@example.com","event_name":"wrote","event_id":"a-3","text":"${'x'.repeat(33_000)}"}`,
  '{"person_email":"edsger@example.com","event_name":',
];
const PEOPLE = ['Email,name', 'ada@example.com,Ada Lovelace', 'zoë@example.com,Zoë Ünal', ',Nobody'];

/** The samples, as they are at the start. */
export const SAMPLES: Readonly<Record<'events.ndjson' | 'people.csv', string>> = {
  'events.ndjson': `${EVENTS.join('\n')}\n`,
  'people.csv': `${PEOPLE.join('\n')}\n`,
};

/** One such folder. */
export class Place {
  /** Where its blocks run. */
  folder: string;
  readonly sandbox: Sandbox;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, sandbox: Sandbox) {
    this.folder = folder;
    this.sandbox = sandbox;
    const account = { CUSTOMERIO_SITE_ID: sandbox.siteId, CUSTOMERIO_API_KEY: sandbox.apiKey, CUSTOMERIO_BASE_URL: sandbox.url };
    const env = childEnv();
    this.env = { ...env, ...account, PATH: `${join(folder, 'bin')}${delimiter}${env.PATH}` };
  }

  static async open(t: TestContext): Promise<Place> {
    const folder = mkdtempSync(join(tmpdir(), 'cio-readme-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const sandbox = await createSandbox();
    t.after(() => sandbox.close());
    const place = new Place(folder, sandbox);
    mkdirSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'bin'));
    symlinkSync(process.cwd(), join(folder, 'node_modules', 'customerio-streams'), 'junction');
    for (const name of ['pg', 'pg-query-stream', 'ndjson'])
      symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name));
    for (const [name, main] of Object.entries({ 'cio-stream': 'cli/main.js', 'destination-customer-io': 'airbyte/main.js' })) {
      place.write(`bin/${name}`, `#!/bin/sh\nexec "${process.execPath}" "${join(process.cwd(), 'dist/lib', main)}" "$@"\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    for (const [name, text] of Object.entries(SAMPLES)) place.write(name, text);
    return place;
  }

  /** From now on everything happens in this folder below, which a block has made for itself. */
  enter(name: string): void {
    this.folder = join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs a program; `flags` are Node's. */
  async js(code: string, { env = {}, flags = [] }: { env?: NodeJS.ProcessEnv; flags?: string[] } = {}): Promise<Ended> {
    this.write('block.mjs', code);
    const ended = await run(process.execPath, [...flags, 'block.mjs'], this.folder, { ...this.env, ...env });
    assert.equal(ended.status, 0, ended.stderr);
    return ended;
  }

  /** Runs a script. A value that the page leaves open, as `NAME=...`, is the sandbox's, and then known from there only. */
  async sh(code: string, { status = 0, env = {} }: { status?: number; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
    const open = { ...this.env, ...env };
    const script = code.replace(/\b([A-Z_]+)=\.\.\./g, (_whole, name: string) => {
      assert.ok(this.env[name], `a value for ${name}`);
      delete open[name];
      return `${name}='${this.env[name]}'`;
    });
    // Not every sh knows it.
    const shell = script.includes('pipefail') ? 'bash' : 'sh';
    const ended = await run(shell, ['-e', '-c', script], this.folder, open);
    assert.equal(ended.status, status, ended.stderr);
    return ended;
  }

  /** Who arrived, by email: the order among people is open. */
  people(): unknown[] {
    const people = this.sandbox.state().people.map(({ cio_id: _cioId, devices: _devices, events: _events, ...person }) => person);
    return people.sort((a, b) => (String(a.email) < String(b.email) ? -1 : 1));
  }

  /** The lines of rejected records in a folder. */
  rejected(folder = 'rejected'): string[] {
    if (!existsSync(join(this.folder, folder))) return [];
    const names = readdirSync(join(this.folder, folder)).filter((name) => !name.startsWith('.'));
    return names.flatMap((name) => this.read(join(folder, name)).trimEnd().split('\n'));
  }

  /** The reasons of the rejected records in a folder, sorted. */
  reasons(folder = 'rejected'): string[] {
    return this.rejected(folder)
      .map((line) => JSON.parse(line).rejected_reason)
      .sort();
  }
}

/** The rows of people.csv are there: two arrived, the third is rejected. */
export function assertSamplePeople(place: Place): void {
  assert.deepEqual(place.reasons(), ['invalid']);
  assert.deepEqual(place.people(), [
    { email: 'ada@example.com', attributes: { name: 'Ada Lovelace' } },
    { email: 'zoë@example.com', attributes: { name: 'Zoë Ünal' } },
  ]);
}
