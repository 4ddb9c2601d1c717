/**
 * `--report` of a run: its place is checked before, what happens is recorded meanwhile, and it is written however the run ends,
 * with when, where and how the run was made.
 */
import { release, type as system } from 'node:os';
import { resolve } from 'node:path';
import type { Clock } from '../../clock.ts';
import { packageVersion } from '../../version.ts';
import { Summary } from '../../write/summary.ts';
import type { RunFlags } from '../flags/flags.ts';
import type { RecordReader } from '../input/record-reader.ts';
import type { RejectCounts } from '../show/reject-counts.ts';
import { type InputCount, type Report, type RunFacts, reportOf } from '../show/report.ts';
import { commandLine, type Redacted, reportRedactor } from './command-line.ts';
import { Recorder } from './recorder.ts';
import { checkReportPlace, writeReport } from './report-file.ts';

const MAX_INPUTS = 1_000;

/** What is known when a run has ended. */
interface EndedRun {
  readonly exitStatus: number;
  /** Absent if nothing was read, like those that were rejected. */
  readonly reader?: Pick<RecordReader, 'inputsRead'>;
  readonly rejected?: Pick<RejectCounts, 'kinds' | 'others'>;
  /** Of the rejected rows: a path, or the address of a bucket; absent for standard output. */
  readonly location?: string | undefined;
}

/** Begins the report of a run, to be written there. Throws `CIO_OPTIONS` if it can't be. */
export async function openReport(path: string, flags: RunFlags, clock: Clock): Promise<RunReport> {
  await checkReportPlace(path);
  return new RunReport(path, flags, clock);
}

/** The report of one run. */
export class RunReport {
  readonly #path: string;
  readonly #flags: RunFlags;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #recorder: Recorder;
  readonly #redacted: Redacted;
  #isClosed = false;

  constructor(path: string, flags: RunFlags, clock: Clock) {
    this.#path = path;
    this.#flags = flags;
    this.#clock = clock;
    this.#startedAt = clock.wall();
    this.#redacted = reportRedactor([flags.siteId, flags.apiKey]);
    this.#recorder = new Recorder(clock);
  }

  /** Records what becomes of the rows, from now on. */
  watch(summary: Summary): void {
    this.#recorder.watch(summary);
  }

  /** Ends the record, and gives what is known beside the counts. */
  facts({ exitStatus, reader, rejected, location }: EndedRun): RunFacts {
    this.close();
    const [recorder, redacted] = [this.#recorder, this.#redacted];
    const inputs = reader?.inputsRead && inputsOf(reader.inputsRead, recorder, redacted);
    return {
      version: packageVersion(),
      node: process.version,
      os: `${system()} ${release()} ${process.arch}`,
      command: commandLine(process.argv, redacted),
      startedAt: new Date(this.#startedAt).toISOString(),
      endedAt: new Date(this.#clock.wall()).toISOString(),
      exitStatus,
      rejectsIn: location === undefined ? undefined : redacted(/^\w+:\/\//.test(location) ? location : resolve(location)),
      inputs: inputs?.slice(0, MAX_INPUTS),
      otherInputs: inputs && inputs.length > MAX_INPUTS ? inputs.length - MAX_INPUTS : undefined,
      kinds: rejected?.kinds ?? [],
      otherKinds: rejected?.others ?? 0,
      retriesBy: recorder.retriesBy,
      mostRequestsPerSecond: recorder.most,
      requestsPerSecondLimit: this.#flags.rate,
    };
  }

  async write(report: Report): Promise<void> {
    await writeReport(this.#path, report, this.#recorder.timeline);
  }

  /** Writes that the run has failed before it began, or was interrupted if there is no error. */
  async failedEarly(failure: unknown, exitStatus: number): Promise<void> {
    const facts = this.facts({ exitStatus });
    await this.write(reportOf(new Summary(), { dryRun: this.#flags.dryRun, interrupted: failure === undefined, failure, facts }));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#recorder.close();
  }
}

/** The inputs; if there are many, those with the most rejected rows are shown. */
function inputsOf(read: NonNullable<RecordReader['inputsRead']>, recorder: Recorder, redacted: Redacted): InputCount[] {
  const inputs = read.map(({ input, source, rows, bytes }) => {
    return { input: redacted(input), read: rows, bytes, rejected: recorder.rejectedOf(source) };
  });
  return inputs.length > MAX_INPUTS ? inputs.sort((a, b) => b.rejected - a.rejected) : inputs;
}
