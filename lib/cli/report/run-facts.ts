/** What a report says of a run beside its counts: when, where and how it ran, and what was recorded meanwhile. */
import { release, type as system } from 'node:os';
import { resolve } from 'node:path';
import type { RecordReader } from '../input/record-reader.ts';
import type { RejectCounts } from '../show/reject-counts.ts';
import type { InputCount, RunFacts } from '../show/report.ts';
import { packageVersion } from '../show/version.ts';
import { commandLine, type Redacted } from './command-line.ts';
import type { Recorder } from './recorder.ts';

/** What is known when a run has ended. */
export interface EndOfRun {
  readonly recorder: Recorder;
  /** Both are undefined if nothing was read. */
  readonly rejected: Pick<RejectCounts, 'kinds' | 'others'> | undefined;
  readonly reader: Pick<RecordReader, 'inputsRead'> | undefined;
  /** Of the rejected rows: a path, or the address of a bucket; undefined for standard output. */
  readonly location: string | undefined;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly exitStatus: number;
  readonly requestsPerSecond: number;
  readonly redacted: Redacted;
}

const MAX_INPUTS = 1_000;

/** The facts of a run. */
export function runFacts({ recorder, rejected, reader, redacted, ...ended }: EndOfRun): RunFacts {
  const inputs = reader?.inputsRead && inputsOf(reader.inputsRead, recorder, redacted);
  const { location } = ended;
  return {
    version: packageVersion(),
    node: process.version,
    os: `${system()} ${release()} ${process.arch}`,
    command: commandLine(process.argv, redacted),
    startedAt: new Date(ended.startedAt).toISOString(),
    endedAt: new Date(ended.endedAt).toISOString(),
    exitStatus: ended.exitStatus,
    rejectsIn: location === undefined ? undefined : redacted(/^\w+:\/\//.test(location) ? location : resolve(location)),
    inputs: inputs?.slice(0, MAX_INPUTS),
    otherInputs: inputs && inputs.length > MAX_INPUTS ? inputs.length - MAX_INPUTS : undefined,
    kinds: rejected?.kinds ?? [],
    otherKinds: rejected?.others ?? 0,
    retriesBy: recorder.retriesBy,
    mostRequestsPerSecond: recorder.most,
    requestsPerSecondLimit: ended.requestsPerSecond,
  };
}

/** The inputs; if there are many, those with the most rejected rows are shown. */
function inputsOf(read: NonNullable<RecordReader['inputsRead']>, recorder: Recorder, redacted: Redacted): InputCount[] {
  const inputs = read.map(({ input, source, rows, bytes }) => {
    return { input: redacted(input), read: rows, bytes, rejected: recorder.rejectedOf(source) };
  });
  return inputs.length > MAX_INPUTS ? inputs.sort((a, b) => b.rejected - a.rejected) : inputs;
}
