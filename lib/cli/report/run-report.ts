/** `--report` of a run: its place is checked before, what happens is recorded meanwhile, and it is written however the run ends. */
import type { Clock } from '../../clock.ts';
import { Summary } from '../../write/summary.ts';
import type { RunFlags } from '../flags/flags.ts';
import { type Report, type RunFacts, reportOf } from '../show/report.ts';
import { type Redacted, reportRedactor } from './command-line.ts';
import { Recorder } from './recorder.ts';
import { checkReportPlace, writeReport } from './report-file.ts';
import { type EndOfRun, runFacts } from './run-facts.ts';

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
  facts(ended: Pick<EndOfRun, 'exitStatus' | 'reader' | 'rejected' | 'location'>): RunFacts {
    this.close();
    const [recorder, redacted] = [this.#recorder, this.#redacted];
    const times = { startedAt: this.#startedAt, endedAt: this.#clock.wall() };
    return runFacts({ ...ended, ...times, recorder, redacted, requestsPerSecond: this.#flags.rate });
  }

  async write(report: Report): Promise<void> {
    await writeReport(this.#path, report, this.#recorder.timeline);
  }

  /** Writes that the run has failed before it began, or was interrupted if there is no error. */
  async failedEarly(failure: unknown, exitStatus: number): Promise<void> {
    const facts = this.facts({ exitStatus, reader: undefined, rejected: undefined, location: undefined });
    await this.write(reportOf(new Summary(), { dryRun: this.#flags.dryRun, interrupted: failure === undefined, failure, facts }));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#recorder.close();
  }
}
