/** SECURITY.md: what a run leaves behind has no credential in it, is for its owner only, and holds rows only where that is said. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';

const SITE_ID = 'site-0f1e2d3c4b5a';
const API_KEY = 'key-9a8b7c6d5e4f3a2b';
const SECRETS = [SITE_ID, API_KEY, btoa(`${SITE_ID}:${API_KEY}`)].flatMap((text) => [text, text.toUpperCase(), encodeURIComponent(text)]);
const CSV = 'Email,Plan\nada@example.com,pro\nzoe@example.com,free\n,gone-with-the-email\n';

test('SECURITY.md: credentials and rows are nowhere but where it says, in files for their owner', async (t) => {
  const page = readFileSync('SECURITY.md', 'utf8');
  const cwd = await folder(t);
  const { env } = await sandboxFor(t, { siteId: SITE_ID, apiKey: API_KEY });
  const input = join(cwd, 'people.csv');
  writeFileSync(input, CSV);
  chmodSync(input, 0o644);
  const commands = [
    'preview people.csv --write load.json',
    'people people.csv --email Email --rejects rejected/ --resume resume.json --dedupe --state-dir state --report run.json',
    'people people.csv --email Email --rejects rejected/ --report run.html --log-format json',
    'rejects rejected/ --format csv --out fix.csv',
  ];
  for (const command of commands) {
    const { status, stdout, stderr } = await cli(command.split(' '), { cwd, env });
    assert.ok(status === 0 || status === 1, stderr);
    for (const secret of SECRETS) assert.ok(!`${stdout}${stderr}`.includes(secret), command);
  }
  const written = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => name !== 'people.csv');
  assert.ok(written.length > 8, written.join());
  for (const name of written) {
    const [path, mode] = [join(cwd, name), statSync(join(cwd, name)).mode & 0o777];
    if (statSync(path).isDirectory()) assert.equal(mode, 0o700, name);
    else {
      const bytes = readFileSync(path, 'latin1');
      for (const secret of SECRETS) assert.ok(!bytes.includes(secret), name);
      if (process.platform !== 'win32') assert.equal(mode, 0o600, name);
      const mayHaveRows = /^(rejected\/|run\.|fix\.csv)/.test(name);
      if (!mayHaveRows) assert.doesNotMatch(bytes, /ada@example\.com|zoe@example\.com|gone-with/, name);
    }
  }
  assert.match(page, /`0600`, `0700`/);
});

test('SECURITY.md: the sandbox listens on 127.0.0.1 only', async (t) => {
  const { url } = await sandboxFor(t);
  assert.equal(new URL(url).hostname, '127.0.0.1');
  const outer = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal),
  );
  for (const { address: host } of outer)
    assert.equal(
      await new Promise((done) => {
        const socket = createConnection({ host, port: Number(new URL(url).port) });
        socket.once('connect', () => done('open')).once('error', () => done('closed'));
        t.after(() => socket.destroy());
      }),
      'closed',
    );
});
