/** What is known of a run when it has ended, as data: printed as its summary, and kept by `--report`. */
import type { CioError } from '../../errors.ts';
import type { Summary } from '../../write/summary.ts';
import type { Replayed } from '../input/record-reader.ts';
import type { Resumed } from '../input/resume.ts';
import { asCioError, errorInFlags } from './failure.ts';
import type { UnseenColumn } from './missing-columns.ts';
import type { Kind } from './reject-counts.ts';

/** One input of a run. */
export interface InputCount {
  readonly input: string;
  /** Rows that were read from it. */
  readonly read: number;
  /** Bytes that were read from it, as they are stored. */
  readonly bytes: number;
  /** Rows from it that were rejected. */
  readonly rejected: number;
}

/** Why requests were sent again. */
export interface RetriesOf {
  readonly why: string;
  readonly retries: number;
  /** How long they waited for that, all together. */
  readonly waitedMs: number;
}

/** What is known beside the counts of the summary. */
export interface RunFacts {
  /** Of this package, and of Node. */
  readonly version: string;
  readonly node: string;
  readonly os: string;
  /** As it was run, without credentials. */
  readonly command: string;
  /** ISO times. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly exitStatus: number;
  /** Where rejected rows are: a path from the root, or the address of a bucket. Absent for standard output. */
  readonly rejectsIn?: string | undefined;
  /** The inputs of a send, those with the most rejected rows first, and how many more there are. */
  readonly inputs?: readonly InputCount[] | undefined;
  readonly otherInputs?: number | undefined;
  /** Rejected rows by reason, field, stream and namespace, and how many are of further kinds. */
  readonly kinds: readonly Kind[];
  readonly otherKinds: number;
  readonly retriesBy: readonly RetriesOf[];
  /** The most requests that left in any rolling second, and how many may leave. */
  readonly mostRequestsPerSecond: number;
  readonly requestsPerSecondLimit: number;
}

/** What `--report` writes and `--log-format json` prints at the end. */
export type Report = Pick<
  Summary,
  'read' | 'delivered' | 'rejected' | 'skipped' | 'requests' | 'retries' | 'bytes' | 'seconds' | 'warnings'
> &
  Partial<RunFacts> & {
    readonly dryRun?: true;
    readonly interrupted?: true;
    /** A service that a signal has stopped, as is its usual end. */
    readonly stopped?: true;
    readonly replayed?: Replayed;
    /** With `--resume`: inputs that an earlier run had begun, and where they resumed. The counts are of this run. */
    readonly resumed?: readonly Resumed[];
    /** Columns named by flags that no record had. */
    readonly unseenColumns?: readonly UnseenColumn[];
    readonly error?: Pick<CioError, 'code' | 'message'>;
  };

/** How a run ended, beside its counts. */
export interface RunEnd {
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  readonly stopped?: boolean | undefined;
  readonly failure: unknown;
  readonly replayed?: Replayed | undefined;
  readonly resumed?: readonly Resumed[] | undefined;
  readonly unseen?: readonly UnseenColumn[] | undefined;
  /** What only `--report` needs. */
  readonly facts?: RunFacts | undefined;
}

/** The report of a run. What is undefined in it, JSON leaves out. */
export function reportOf(summary: Summary, end: RunEnd): Report {
  const { read, delivered, rejected, skipped, requests, retries, bytes, seconds, warnings } = summary;
  const { dryRun, interrupted, stopped, failure, replayed, resumed = [], unseen = [], facts } = end;
  const error = failure === undefined ? undefined : asCioError(failure);
  return {
    ...{ read, delivered, rejected, skipped, requests, retries, bytes, seconds: Math.round(seconds * 1000) / 1000, warnings },
    ...facts,
    dryRun: dryRun || undefined,
    interrupted: interrupted || undefined,
    stopped: stopped || undefined,
    replayed,
    resumed: resumed.length > 0 ? resumed : undefined,
    unseenColumns: unseen.length > 0 ? unseen : undefined,
    error: error && { code: error.code, message: errorInFlags(error).message },
  };
}
