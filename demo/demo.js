/**
 * The main job, on any machine with Node >= 20.19: installs if need be, builds, starts the sandbox (a local Track API),
 * sends the sample rows through `cio-stream`, and shows what arrived and what was handed back. On a terminal the sandbox
 * then stays open, to be looked at in a browser. With --no-build it takes dist/ as it is: the tests run it so, beside each other.
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
console.log(`\nThe sandbox, a local Track API with the real limits, runs at ${url}`);

const place = mkdtempSync(join(tmpdir(), 'cio-stream-demo-'));
const many = join(place, 'many.ndjson');
const rows = Array.from({ length: 20_000 }, (_, n) =>
  JSON.stringify({ person_id: n % 5_000, visits: n, city: n % 1_000 === 0 ? 'x'.repeat(1_001) : 'Wien' }),
);
writeFileSync(many, `${rows.join('\n')}\n`);

const jobs = [
  { file: 'demo/people.ndjson', rejects: join(place, 'rejected-people'), args: ['people', '--identifier', 'email'] },
  { file: 'demo/events.csv', rejects: join(place, 'rejected-events'), args: ['events', '--identifier', 'email'] },
  { file: many, rejects: join(place, 'rejected-many'), args: ['people', '--identifier', 'id'] },
];
// 1 is the exit status for "done, some records rejected": the samples hold bad rows on purpose.
for (const { file, rejects, args } of jobs) run(process.execPath, [cli, ...args, file, '--rejects', rejects], [0, 1]);

const ask = async (path) => (await fetch(url + path)).json();
const { people, events } = await ask('/state?limit=1');
const [ada] = (await ask('/state/people?search=ada@example.com')).items;
console.log(`\nThe sandbox now holds ${people.total} people and ${events.total} events. Fewer than rows: many.ndjson sets each person`);
console.log('four times, and events.csv has one event twice, with the same event_id: it is delivered again, and counts once.');
console.log(`Ada Lovelace: ${JSON.stringify(ada?.attributes)}`);

/** The rejected records of a folder by what is wrong with them, each with its lines in the source. */
function reasonsIn(folder) {
  const texts = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const lines = new Map();
  for (const text of texts.join('').trimEnd().split('\n')) {
    const { rejected_reason, rejected_field, rejected_message, rejected_origin } = JSON.parse(text);
    const why = [rejected_reason, rejected_field && `, ${rejected_field}`, `: ${rejected_message}`].join('');
    lines.set(why, [...(lines.get(why) ?? []), rejected_origin.line]);
  }
  return [...lines].map(([why, [first, ...more]]) => (more.length === 0 ? `line ${first}: ${why}` : `${more.length + 1} x ${why}`));
}

console.log('\nHanded back, each with its reason. The files stay; the command below reads them again, and sends nothing (--dry-run):');
for (const { file, rejects, args } of jobs) {
  console.log(`\n  ${file}\n    ${reasonsIn(rejects).join('\n    ')}`);
  console.log(`    $ npx cio-stream ${args.join(' ')} ${join(rejects, '*.ndjson')} --dry-run`);
}
if (process.stdin.isTTY && process.stdout.isTTY) {
  console.log(`\nThe sandbox is still there: open ${url} in a browser; Enter ends it.`);
  const terminal = createInterface(process.stdin);
  await Promise.race([once(terminal, 'line'), once(terminal, 'close'), once(process, 'SIGINT')]);
  terminal.close();
}
sandbox.kill();
console.log('\nThe sandbox of this demo has ended. To send the rows once they are repaired, start another with npx cio-stream sandbox,');
console.log('export what it prints, and leave --dry-run out; or set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY of a workspace.');
