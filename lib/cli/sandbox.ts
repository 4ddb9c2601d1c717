/** `cio-stream sandbox`: a local Track API until Ctrl-C. Its address is the first and only line on standard output. */
import { readFile } from 'node:fs/promises';
import { CioError } from '../errors.ts';
import type { Fault } from '../sandbox/faults.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { Interrupt } from './interrupt.ts';
import type { SandboxFlags } from './sandbox-options.ts';

/** Runs the command; resolves with its exit status. */
export async function sandbox(flags: SandboxFlags): Promise<number> {
  const { port, siteId, apiKey, region, rate, latencyMs, keepEvents } = flags;
  const faults = await faultsOf(flags.faults);
  if (latencyMs !== undefined) faults.push({ latencyMs });
  const running = await createSandbox({ port, siteId, apiKey, region, requestsPerSecond: rate, keepEvents, faults });
  console.log(running.url);
  console.error(`a local Track API with the real limits; what arrived: ${running.url} in a browser. Ctrl-C ends it. To use it:
  export CUSTOMERIO_BASE_URL=${running.url} CUSTOMERIO_SITE_ID=${siteId} CUSTOMERIO_API_KEY=${apiKey}`);
  await stopped();
  await running.close();
  return 0;
}

async function stopped(): Promise<void> {
  let stop = (): void => {};
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const interrupt = new Interrupt(stop);
  await asked;
  interrupt.close();
}

async function faultsOf(given: string | undefined): Promise<Fault[]> {
  if (given === undefined) return [];
  try {
    const faults: unknown = JSON.parse(given.startsWith('@') ? await readFile(given.slice(1), 'utf8') : given);
    if (!Array.isArray(faults)) throw new Error('no array');
    return faults;
  } catch (error) {
    throw new CioError('CIO_OPTIONS', '--faults must be a JSON array, or @FILE with one in it', error);
  }
}
