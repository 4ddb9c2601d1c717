#!/usr/bin/env node
/**
 * The entry of `destination-customer-io`: the process around a command. Exit status 0, or 1 after a failure that was
 * reported as a TRACE ERROR. A check that finds something wrong has done its work: 0.
 */
import { systemClock } from '../clock.ts';
import { executeConnector } from './execute.ts';
import { connectorFailureOf } from './failure.ts';
import { Protocol } from './protocol.ts';

// Nobody reads the STATEs any more: those that were not read count as not released.
process.stdout.on('error', () => process.exit(1));
process.on('uncaughtException', (error) => {
  new Protocol(process.stdout).error(connectorFailureOf(error));
  process.exit(1);
});

function onTerminate(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  return stop.signal;
}

const outcome = await executeConnector(process.argv.slice(2), process.stdout, {
  input: process.stdin,
  clock: systemClock,
  stop: onTerminate,
});
if (outcome !== 'done') process.exitCode = 1;
// What was given up may keep the process running, for example a connection on which nothing comes.
if (outcome === 'failed') process.stdout.write('', () => process.exit());
// Stopped by the signal, the process ends by it, as if it had no handler. Process 1 of a container can't.
if (outcome === 'stopped') process.kill(process.pid, 'SIGTERM');
