/**
 * The main job, on any machine with Node >= 20.19: installs if need be, builds, starts the sandbox (a local Track API), sends the
 * sample rows through `cio-stream`, and shows what arrived and what was rejected. On a terminal the sandbox then stays open, to be
 * looked at in a browser. With --no-build it takes dist/ as it is: the tests run it so, beside each other.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist', 'lib', 'cli', 'main.js');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const env = { ...process.env };

function run(command, args, allowed = [0]) {
  console.log(`\n$ ${[command === process.execPath ? 'npx cio-stream' : command, ...args.filter((arg) => arg !== cli)].join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env, shell: command.endsWith('.cmd') });
  if (!allowed.includes(status)) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules', 'typescript'))) run(npm, ['ci']);
if (!process.argv.includes('--no-build')) run(npm, ['run', '--silent', 'build']);

const sandbox = spawn(process.execPath, [cli, 'sandbox', '--port', '0'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
process.on('exit', () => sandbox.kill());
const [url] = await once(createInterface(sandbox.stdout), 'line');
Object.assign(env, { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: 'sandbox-site', CUSTOMERIO_API_KEY: 'sandbox-key' });
console.log(`\nA sandbox is running at ${url}: a local Track API with Customer.io's limits.`);

const place = mkdtempSync(join(tmpdir(), 'cio-stream-demo-'));
const many = join(place, 'many.ndjson');
const rows = Array.from({ length: 20_000 }, (_, n) =>
  JSON.stringify({ person_id: n % 5_000, visits: n, city: n % 1_000 === 0 ? 'x'.repeat(1_001) : 'Wien' }),
);
writeFileSync(many, `${rows.join('\n')}\n`);

const rejects = join(place, 'rejected');
// 1 is the exit status for "done, some rows rejected": the samples hold bad rows on purpose.
for (const args of [
  ['people', 'demo/people.ndjson', '--identifier', 'email'],
  ['events', 'demo/events.csv', '--identifier', 'email'],
  ['people', many, '--identifier', 'id'],
])
  run(process.execPath, [cli, ...args, '--rejects', rejects], [0, 1]);

const ask = async (path) => (await fetch(url + path)).json();
const { people, events } = await ask('/state?limit=1');
const [ada] = (await ask('/state/people?search=ada@example.com')).items;
console.log(`
The sandbox now holds ${people.total.toLocaleString('en-US')} people and ${events.total} events. More rows were sent: many.ndjson updates each person four
times, and events.csv has one event twice, which counts once because both rows have the same event_id.
Ada Lovelace: ${JSON.stringify(ada?.attributes)}

The rejected rows of all three files are kept in one folder. List them, or try to send them again (--dry-run sends nothing):
  npx cio-stream rejects ${rejects}
  npx cio-stream replay ${rejects} --dry-run`);

if (process.stdin.isTTY && process.stdout.isTTY) {
  console.log(`\nThe sandbox is still running. Open ${url} in a browser to see what arrived; press Enter to end it.`);
  const terminal = createInterface(process.stdin);
  await Promise.race([once(terminal, 'line'), once(terminal, 'close'), once(process, 'SIGINT')]);
  terminal.close();
}
sandbox.kill();
console.log('\nThe sandbox has ended. To start one of your own: npx cio-stream sandbox');
