/** What a user sees who has not installed the optional packages: a copy of the build, with the other packages only. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { folder } from '../support/reject/folder.ts';

const PEERS = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/credential-providers', '@google-cloud/storage', 'ioredis'];
/** This one wants a newer Node, and says so. */
const NEWER = '@platformatic/kafka';

test('an SDK or a client of Redis that is not installed: the error says what to type', async (t) => {
  const path = await folder(t);
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await cp('dist/lib', join(path, 'lib'), { recursive: true });
  await writeFile(join(path, 'package.json'), '{"type":"module"}');
  await mkdir(join(path, 'node_modules'));
  for (const name of Object.keys(dependencies)) await symlink(resolve('node_modules', name), join(path, 'node_modules', name));
  const program = `
    import { rejectWriter } from ${JSON.stringify(pathToFileURL(join(path, 'lib/reject/reject-writer.js')).href)};
    for (const to of ['gs://bucket/x', 's3://bucket/x']) {
      await new Promise((resolve) => rejectWriter({ to }).on('error', ({ code, message }) => resolve(console.log(code, message))));
    }
    const { openRedis } = await import(${JSON.stringify(pathToFileURL(join(path, 'lib/redis/connect.js')).href)});
    await openRedis('redis://localhost').catch(({ code, message }) => console.log(code, message));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: path, encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'CIO_OPTIONS gs:// needs a package that is not installed: npm install @google-cloud/storage@7',
    'CIO_OPTIONS s3:// needs a package that is not installed: npm install @aws-sdk/client-s3@~3.1175 @aws-sdk/lib-storage@~3.1175',
    'CIO_OPTIONS Redis needs a package that is not installed: npm install ioredis',
  ]);
});

test('the SDKs and clients are optional peers, and the versions that we name and test run on the oldest Node that we support', async () => {
  const { peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  assert.deepEqual(Object.keys(peerDependencies).sort(), [...PEERS, NEWER].sort());
  assert.deepEqual(peerDependenciesMeta[NEWER], { optional: true });
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')).packages;
  for (const name of PEERS) {
    assert.deepEqual(peerDependenciesMeta[name], { optional: true });
    assert.ok(devDependencies[name], name);
    assert.match(lock[`node_modules/${name}`].engines.node, /^>=\s?(14|18|20)/);
  }
  const installs = await readFile('lib/storage/load-sdk.ts', 'utf8');
  for (const [, name = '', version = ''] of installs.matchAll(/(@aws-sdk\/[\w-]+)@(~[\d.]+)/g)) {
    assert.ok(devDependencies[name].startsWith(version), `${name}@${version}`);
  }
});
