/**
 * Runs the compiled tests on the Node that runs this file. Node 20, 22 and 24 agree on one way only: a list of files.
 * Arguments narrow it down: `npm test -- write law/law`.
 *
 * To start Node and load the package costs more than most of the files do, so several of a folder share a process: each in
 * turn, and only those that leave the process as they found it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';

/** What a process has one of, its memory included. A test that changes or watches it has a process of its own. */
const OF_THE_PROCESS =
  /process\.(env[.[].* = |on\b|umask|exitCode|getActiveResourcesInfo)|diagnostics_channel|globalThis|mostMemory|memoryUsage|machine-time|\bmock\.|^(before|after)(Each)?\(/m;
/** Folders whose files take long, and mostly wait. */
const LONG = ['browser', 'faults', 'integration', 'package'];
/** So that processes end at about the same time. If all random cases are tried, the start of a process does not matter. */
const AT_MOST = Number(process.env.CIO_RUNS) >= 1 ? 1 : 12;
const TOGETHER = join('dist', 'test', `together-${process.pid}`);

const wanted = process.argv.slice(2);
const files = readdirSync('test', { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ')}`);
  process.exit(1);
}
// Most of a test is waiting, for processes and servers: so one more at a time than there are processors.
const concurrency = `--test-concurrency=${availableParallelism() + 1}`;
// A test that hangs should fail, with its name. The longest file takes two minutes.
const timeout = '--test-timeout=600000';
const { status } = spawnSync(process.execPath, ['--test', concurrency, timeout, '--test-reporter=spec', ...processes(files)], {
  stdio: 'inherit',
});
rmSync(TOGETHER, { recursive: true });
process.exit(status ?? 1);

/** A file for each process. */
function processes(names) {
  const [alone, rooms] = [[], new Map()];
  for (const name of names) {
    const room = name.includes(sep) ? name.slice(0, name.indexOf(sep)) : 'test';
    if (LONG.includes(room) || OF_THE_PROCESS.test(readFileSync(join('test', name), 'utf8'))) alone.push(compiled(name));
    else rooms.set(room, [...(rooms.get(room) ?? []), compiled(name)]);
  }
  mkdirSync(TOGETHER);
  return [...alone, ...[...rooms].flatMap(([room, all]) => inTurn(room, all))];
}

/** Files that run those of a room. */
function inTurn(room, all) {
  const size = Math.ceil(all.length / Math.ceil(all.length / AT_MOST));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => {
    const some = all.slice(index * size, (index + 1) * size);
    if (some.length === 1) return some[0];
    const path = join(TOGETHER, `${room}-${index + 1}.js`);
    writeFileSync(path, some.map((file) => `import '${relative(TOGETHER, file).replaceAll(sep, '/')}';\n`).join(''));
    return path;
  });
}

function compiled(name) {
  return join('dist', 'test', name.replace(/\.ts$/, '.js'));
}
