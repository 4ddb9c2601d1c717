/** The arguments of `destination-customer-io` -> how it ended. Whatever goes wrong is reported as a TRACE ERROR. */
import type { Writable } from 'node:stream';
import { asksForHelp, readArguments, USAGE } from './arguments.ts';
import type { Ended, Host } from './command.ts';
import { connectorFailureOf } from './failure.ts';
import { Protocol } from './protocol.ts';

/** Runs the command that `args` name. Only `--help` is answered in words for people, on `output` as argparse does it. */
export async function executeConnector(args: readonly string[], output: Writable, host: Host): Promise<Ended | 'failed'> {
  const protocol = new Protocol(output);
  try {
    // Loaded here, so that a system without open files left is reported like any failure.
    if (!asksForHelp(args)) return await (await import('./command.ts')).runCommand(readArguments(args), protocol, host);
    output.write(`${USAGE}\n`);
    return 'done';
  } catch (error) {
    protocol.error(connectorFailureOf(error));
    return 'failed';
  }
}
