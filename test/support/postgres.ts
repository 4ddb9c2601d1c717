/** A real PostgreSQL for one test: its own data, on a Unix socket in a folder of its own, never as root. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

const DEBIAN = '/usr/lib/postgresql';

/** The address of a server that ends with the test; undefined where PostgreSQL is not installed. */
export async function postgres(t: TestContext): Promise<string | undefined> {
  const bin = [...(process.env.PATH ?? '').split(delimiter), ...debianBins()].find((path) => existsSync(join(path, 'initdb')));
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'cio-postgres-'));
  let stop = async (): Promise<void> => {};
  t.after(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const user = unprivileged();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const start = (name: string, ...args: string[]) =>
    spawn(join(bin, name), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...user });

  const data = join(folder, 'data');
  const made = start('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-N', '--locale=C', '-E', 'UTF8');
  const [said, [status]] = await Promise.all([made.stderr.toArray(), once(made, 'close')]);
  assert.equal(status, 0, Buffer.concat(said).toString());

  const server = start('postgres', '-D', data, '-k', folder, '-h', '', '-F');
  const ended = once(server, 'close');
  stop = async () => {
    server.kill('SIGINT');
    await ended;
  };
  const log = createInterface(server.stderr);
  const ready = new Promise<void>((resolve) => log.on('line', (line) => line.includes('ready to accept connections') && resolve()));
  await Promise.race([ready, ended.then(() => assert.fail('PostgreSQL did not start'))]);
  return `postgres://postgres@localhost/postgres?host=${folder}`;
}

function debianBins(): string[] {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
}

/** PostgreSQL refuses to run as root: then its own user, or nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8');
  const found = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? /^nobody:[^:]*:(\d+):(\d+):/m.exec(users);
  assert.ok(found, 'a user that is not root');
  return { uid: Number(found[1]), gid: Number(found[2]) };
}
