/** Makes the API reference: `npm run api`, then open api/out/index.html. What is missing is built, or installed, first. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const TYPEDOC = 'api/node_modules/typedoc/bin/typedoc';

function run(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(TYPEDOC)) run('npm', 'ci', '--prefix', 'api', '--silent');
run('node', TYPEDOC, '--options', 'api/typedoc.config.js');
