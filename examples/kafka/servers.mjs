/** The servers of the example, on free ports, with their data in a folder of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const { KAFKA_HOME = '', REDIS_SERVER = 'redis-server' } = process.env;
const JAVA = ['-Xmx512m', '-cp', join(KAFKA_HOME, 'libs', '*')];

/** What is not on this machine, in words. */
export function missing() {
  const runs = (...command) => spawnSync(command[0], command.slice(1)).status === 0;
  const [major, minor] = process.versions.node.split('.').map(Number);
  return [
    (major < 22 || (major === 22 && minor < 22)) && `Node 22.22 or 24.6: this is ${process.version}`,
    !runs('java', '-version') && 'Java 17 (Debian: apt-get install openjdk-17-jre-headless)',
    !existsSync(join(KAFKA_HOME, 'libs')) && 'Kafka 3.9: unpack https://kafka.apache.org/downloads and set KAFKA_HOME to that folder',
    !runs(REDIS_SERVER, '--version') && 'redis-server (Debian: apt-get install redis-server), or REDIS_SERVER with its path',
  ].filter(Boolean);
}

/** A broker; gives its address, `HOST:PORT`. */
export async function startKafka(folder, stops) {
  const [port, controller] = [await freePort(), await freePort()];
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'log.dirs': join(folder, 'kafka'),
    'offsets.topic.replication.factor': 1,
    'group.initial.rebalance.delay.ms': 0,
  };
  const file = join(folder, 'server.properties');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const format = [...JAVA, 'kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', file];
  const { status, stderr } = spawnSync('java', format, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Kafka can't be set up: ${stderr}`);
  await start('java', [...JAVA, 'kafka.Kafka', file], port, stops);
  return `127.0.0.1:${port}`;
}

/** A Redis that keeps nothing; gives its URL. */
export async function startRedis(folder, stops) {
  const port = await freePort();
  mkdirSync(join(folder, 'redis'));
  await start(REDIS_SERVER, ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', join(folder, 'redis')], port, stops);
  return `redis://127.0.0.1:${port}`;
}

/** Starts a server, and waits until its port is open. */
async function start(command, args, port, stops) {
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  stops.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error(`${command} has ended with status ${child.exitCode}`);
    await wait(100);
  }
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
