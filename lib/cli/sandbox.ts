/** `cio-stream sandbox`: runs until SIGINT or SIGTERM. The address is the first line of standard output. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { CioError } from '../errors.ts';
import { createSandbox } from '../sandbox/create-sandbox.ts';
import type { Fault } from '../sandbox/faults.ts';
import { SANDBOX_SHAPE } from '../sandbox/options.ts';
import { optionsFrom } from './flags/flag.ts';
import type { SandboxFlags } from './flags/flags.ts';
import { shellQuoted } from './flags/shell-quote.ts';
import { Interrupt } from './run/interrupt.ts';
import { answer, printLines } from './show/print.ts';

/** Runs the command; gives the exit status. Throws `CIO_OPTIONS`. */
export async function sandbox(flags: SandboxFlags): Promise<number> {
  const { siteId, apiKey, keepEvents, latencyMs } = flags;
  const faults = flags.faults === undefined ? [] : await readFaults(flags.faults);
  const later = latencyMs === undefined ? [] : [{ latencyMs }];
  const running = await createSandbox({ ...optionsFrom(SANDBOX_SHAPE, flags), keepEvents, faults: [...faults, ...later] });
  const interrupt = new Interrupt();
  const stopped = once(interrupt.signal, 'abort');
  answer(running.url);
  // A key of the user's own is not printed.
  const shownKey = apiKey === SANDBOX_SHAPE.apiKey.parse(undefined) ? apiKey : '...';
  printLines(`A local Track API with the real limits. Ctrl-C stops it.
To see what arrives, open ${running.url} in a browser. To send to it, paste this into another terminal:
  export CUSTOMERIO_BASE_URL=${running.url} CUSTOMERIO_SITE_ID=${shellQuoted(siteId)} CUSTOMERIO_API_KEY=${shownKey}`);
  await stopped;
  await running.close();
  interrupt.close();
  return 0;
}

async function readFaults(given: string): Promise<Fault[]> {
  try {
    return JSON.parse(given.trimStart().startsWith('[') ? given : await readFile(given, 'utf8'));
  } catch (error) {
    throw new CioError('CIO_OPTIONS', '--faults must be a list of faults as JSON, or the name of a file that holds one', error);
  }
}
