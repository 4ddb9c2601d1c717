/**
 * One run in a process of its own, so that heaps, compiled code and CPU time never mix. Takes a job as its argument,
 * hands back what it cost over IPC. The clock starts when everything is loaded: start-up is no part of throughput.
 */
import { createReadStream } from 'node:fs';
import { type Cost, measure } from './cost.ts';
import type { RowFile } from './rows.ts';

type Deliver = (file: RowFile, baseUrl: string) => Promise<number>;

/** What the README has, and the command line takes. */
const READ_BYTES = 262_144;

/**
 * Who can deliver a file of rows. Each is loaded only where it runs: another's modules would count as its memory. What
 * the pipeline loads on first use is loaded here, as the others' is.
 */
const CONTENDERS = {
  floor: async (): Promise<Deliver> => (await import('./floor.ts')).floor,
  'tuned-floor': async (): Promise<Deliver> => (await import('./tuned-floor.ts')).tunedFloor,
  pipeline: async (): Promise<Deliver> => {
    const [{ runPipeline }] = await Promise.all([import('./pipeline.ts'), import('undici')]);
    return ({ path, kind }, baseUrl) =>
      runPipeline({ source: createReadStream(path, { highWaterMark: READ_BYTES }), name: path, kind, baseUrl });
  },
  airbyte: async (): Promise<Deliver> => {
    const [{ runAirbyte }] = await Promise.all([import('./airbyte-pipeline.ts'), import('undici')]);
    return runAirbyte;
  },
  'airbyte-loop': async (): Promise<Deliver> => (await import('./airbyte-loop.ts')).airbyteLoop,
  'csv-parse-loop': async (): Promise<Deliver> => (await import('./csv-parse-loop.ts')).csvParseLoop,
  'peer-plain-streams': async (): Promise<Deliver> => (await import('./plain-streams.ts')).plainStreams,
  'peer-ndjson': async (): Promise<Deliver> => (await import('./plain-streams.ts')).ndjsonStreams,
};

/** The name of a contender. */
export type Contender = keyof typeof CONTENDERS;

/** What a client process is to do: the files one after the other. */
export interface DeliverJob {
  readonly contender: Contender;
  readonly files: readonly RowFile[];
  readonly baseUrl: string;
}

/** What it cost in all, and for each file: an earlier file has warmed up the code for a later one. */
export interface DeliverCost extends Cost {
  readonly files: readonly Cost[];
}

export type { Cost };

const { contender, files, baseUrl }: DeliverJob = JSON.parse(process.argv[2] ?? '');
const deliver = await CONTENDERS[contender]();
const costs: Cost[] = [];
const cost = await measure(async () => {
  for (const file of files) costs.push(await measure(() => deliver(file, baseUrl)));
  return costs.reduce((sum, { rows }) => sum + rows, 0);
});
process.send?.({ ...cost, files: costs } satisfies DeliverCost, () => process.disconnect());
