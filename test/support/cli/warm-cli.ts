/** Command lines run in one process that stays warm, for the tests of one process. One at a time; it ends with that process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Done, Job } from './warm-child.ts';

let child: ChildProcess | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** Runs the command line after those that were asked for before. */
export function runWarm(job: Job): Promise<Done> {
  const done = queue.then(() => run(job));
  queue = done.catch(() => {});
  return done;
}

async function run(job: Job): Promise<Done> {
  child ??= fork(new URL('./warm-child.js', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const warm = child;
  warm.ref();
  warm.channel?.ref();
  const over = new AbortController();
  const gone = once(warm, 'exit', over).then(([status]) => {
    child = undefined;
    throw new Error(`cio-stream ${job.args.join(' ')} ended the process that runs commands (${status})`);
  });
  try {
    warm.send(job);
    const [done] = (await Promise.race([once(warm, 'message', over), gone])) as [Done];
    return done;
  } finally {
    gone.catch(() => {});
    over.abort();
    // While nothing is to do it must not keep the test alive.
    warm.unref();
    warm.channel?.unref();
  }
}
