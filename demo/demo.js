/**
 * The main job, on any machine with Node >= 20.19: installs and builds if need be, starts the sandbox (a local Track
 * API), sends the sample rows through `cio-stream send`, and shows what arrived and what was handed back.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist', 'lib', 'cli', 'main.js');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function run(command, args, allowed = [0]) {
  console.log(`\n$ ${[command === process.execPath ? 'cio-stream' : command, ...args.filter((arg) => arg !== cli)].join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env, shell: command.endsWith('.cmd') });
  if (!allowed.includes(status)) process.exit(status ?? 1);
}

const env = { ...process.env };
if (!existsSync(join(root, 'node_modules', 'typescript'))) run(npm, ['ci']);
run(npm, ['run', '--silent', 'build']);

const sandbox = spawn(process.execPath, [cli, 'sandbox', '--port', '0'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
const [url] = await once(createInterface(sandbox.stdout), 'line');
Object.assign(env, { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: 'sandbox-site', CUSTOMERIO_API_KEY: 'sandbox-key' });
console.log(`\nThe sandbox, a local Track API with the real limits, runs at ${url}`);

const place = mkdtempSync(join(tmpdir(), 'cio-stream-demo-'));
const rejected = join(place, 'rejected');
const many = join(place, 'many.ndjson');
const rows = Array.from({ length: 20_000 }, (_, n) =>
  JSON.stringify({ person_id: n % 5_000, visits: n, city: n % 1_000 === 0 ? 'x'.repeat(1_001) : 'Wien' }),
);
writeFileSync(many, `${rows.join('\n')}\n`);

// 1 is the exit status for "done, some records rejected": the samples hold bad rows on purpose.
const send = (...args) => run(process.execPath, [cli, 'send', ...args, '--rejects', rejected], [0, 1]);
send('demo/people.ndjson', '--object', 'person_identify', '--identifier', 'email');
send('demo/events.csv', '--object', 'person_event', '--identifier', 'email');
send(many, '--object', 'person_identify', '--identifier', 'id');

const state = await (await fetch(`${url}/state`)).json();
const ada = state.people.find(({ email }) => email === 'ada@example.com');
console.log(`\nThe sandbox now holds ${state.people.length} people. Ada Lovelace: ${JSON.stringify(ada?.attributes)}`);

const files = readdirSync(rejected);
console.log(`\nRejected records, each with its reason, are in ${rejected}`);
for (const line of readFileSync(join(rejected, files[0]), 'utf8').trim().split('\n')) {
  const { rejected_reason, rejected_field, rejected_message, rejected_origin } = JSON.parse(line);
  console.log(`  line ${rejected_origin.line}: ${rejected_reason}${rejected_field ? `, ${rejected_field}` : ''}: ${rejected_message}`);
}
console.log(`\nRepair them and send the file again: cio-stream send ${join(rejected, files[0])} --object person_identify`);
sandbox.kill();
