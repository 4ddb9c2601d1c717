#!/usr/bin/env node
/**
 * The entry of `destination-customer-io`: reads arguments and files, runs the command, says how it ended. Exit status 0,
 * or 1 after a failure that was told as a TRACE ERROR. A check that finds something wrong has done its work: 0. Only
 * `--help` is answered in words for people, on standard output as argparse does it. What a command needs is loaded here, so
 * that a system without open files left is reported like any failure.
 */
import { asksForHelp, readArguments, USAGE } from './arguments.ts';
import { failureOf } from './failure.ts';
import { Protocol } from './protocol.ts';

const protocol = new Protocol(process.stdout);

function fail(error: unknown): void {
  protocol.error(failureOf(error));
  process.exitCode = 1;
}

// Nobody hears the STATEs any more: those that were not heard count as not released.
process.stdout.on('error', () => process.exit(1));
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

try {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) console.log(USAGE);
  else await (await import('./command.ts')).run(readArguments(args), protocol);
} catch (error) {
  fail(error);
  // What was given up may still hold the process: a connection on which nothing comes, for instance.
  process.stdout.write('', () => process.exit());
}
