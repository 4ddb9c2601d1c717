/**
 * Every metric that is looked up when Prometheus asks: its name, its labels, and where its values are. Names and units follow
 * https://prometheus.io/docs/practices/naming. A label has few values: reasons, statuses, topics and partitions, never a person.
 */
import { WARNINGS } from '../record/entry.ts';
import { type KafkaPartitionStatus, type KafkaStatus, lagOf } from '../source/kafka/status.ts';
import { packageVersion } from '../version.ts';
import type { SharedRateMessage } from '../write/diagnostics.ts';
import type { Summary } from '../write/summary.ts';
import type { Heard } from './heard.ts';

/** What the values are taken from. */
export interface Observed {
  readonly heard: Heard;
  /** Absent before there is a writer. */
  readonly summary: Summary | undefined;
  /** Absent if the rows do not come from a consumer group. */
  readonly group: KafkaStatus | undefined;
}

/** A value, and what its labels are. */
export type MetricSample = readonly [value: number, ...labels: string[]];

/** One metric. */
export interface Metric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  /** Its values now; none if it does not apply. */
  samples(observed: Observed): readonly MetricSample[];
}

type From<T> = (from: T) => readonly MetricSample[];

const of =
  <T>(pick: (observed: Observed) => T | undefined, from: From<T>) =>
  (observed: Observed): readonly MetricSample[] => {
    const found = pick(observed);
    return found === undefined ? [] : from(found);
  };
const ofSummary = (from: From<Summary>) => of(({ summary }) => summary, from);
const ofGroup = (from: From<KafkaStatus>) => of(({ group }) => group, from);
const ofSharedRate = (from: From<SharedRateMessage>) => of(({ heard }) => heard.sharedRate, from);
const ofHeard = (from: From<Heard>) => of(({ heard }) => heard, from);

/** By topic and partition; a partition whose value is not known is left out. */
const ofPartitions = (pick: (partition: KafkaPartitionStatus) => bigint | undefined) =>
  ofGroup(({ partitions }) =>
    partitions.flatMap((each) => {
      const value = pick(each);
      return value === undefined ? [] : [[Number(value), each.topic, String(each.partition)] as const];
    }),
  );

const counter = (help: string, samples: Metric['samples'], ...labels: string[]): Metric => ({ type: 'counter', help, labels, samples });
const gauge = (help: string, samples: Metric['samples'], ...labels: string[]): Metric => ({ type: 'gauge', help, labels, samples });
const counts = (byName: Readonly<Record<string, number>>): readonly MetricSample[] => Object.entries(byName).map(([name, n]) => [n, name]);

const NO_WARNINGS = Object.fromEntries(Object.keys(WARNINGS).map((name) => [name, 0]));
const STATES = ['joining', 'running', 'rebalancing', 'stopping', 'left'] as const satisfies readonly KafkaStatus['state'][];

/** All of them, by name. */
export const METRICS: Readonly<Record<string, Metric>> = {
  customerio_rows_read_total: counter(
    'Rows that reached the writer.',
    ofSummary(({ read }) => [[read]]),
  ),
  customerio_rows_total: counter(
    'Finished rows, by outcome: delivered, rejected or skipped.',
    ofSummary(({ delivered, rejected, skipped }) => counts({ delivered, rejected: rejected.total, skipped: skipped.total })),
    'outcome',
  ),
  customerio_rejected_rows_total: counter(
    'Rejected rows, by reason.',
    ofSummary(({ rejected }) => counts(rejected.byReason)),
    'reason',
  ),
  customerio_skipped_rows_total: counter(
    'Skipped rows, by reason; dedupe skips duplicate and unchanged rows.',
    ofSummary(({ skipped }) => counts(skipped.byReason)),
    'reason',
  ),
  customerio_warnings_total: counter(
    'Delivered rows with a warning, by kind of warning.',
    ofSummary(({ warnings }) => counts({ ...NO_WARNINGS, ...warnings })),
    'warning',
  ),
  customerio_requests_total: counter(
    'Finished requests to the Track API, by HTTP status; none if no answer came.',
    ofHeard(({ ended }) => counts(Object.fromEntries(ended))),
    'code',
  ),
  customerio_retries_total: counter(
    'Requests that were retried after a failure.',
    ofSummary(({ retries }) => [[retries]]),
  ),
  customerio_request_body_bytes_total: counter(
    'Bytes of all request bodies, retries included.',
    ofSummary(({ bytes }) => [[bytes]]),
  ),
  customerio_rate_permits_total: counter(
    'Requests sent, including retries and redirects; each takes one permit of the rate limit.',
    ofHeard(({ sent }) => [[sent]]),
  ),
  customerio_rate_waits_total: counter(
    'Requests that waited for a permit, by reason: rate (the rate limit), shared (the turn of other processes), asked (the API asked to wait), spacing (requests are spread evenly).',
    ofHeard(({ waits }) => counts(waits)),
    'why',
  ),
  customerio_rate_wait_seconds_total: counter(
    'Total time that requests waited for a permit.',
    ofHeard(({ waitedMs }) => [[waitedMs / 1_000]]),
  ),
  customerio_shared_rate_up: gauge(
    'Whether Redis shares the rate among all processes: 1, or 0 while it is unreachable and this process sends at its own share.',
    ofSharedRate(({ up }) => [[up ? 1 : 0]]),
  ),
  customerio_shared_rate_processes: gauge(
    'Processes that share the rate.',
    ofSharedRate(({ processes }) => [[processes]]),
  ),
  customerio_kafka_state: gauge(
    'State of the consumer in its group: 1 for the current state, 0 for the others.',
    ofGroup(({ state }) => STATES.map((name) => [name === state ? 1 : 0, name])),
    'state',
  ),
  customerio_kafka_up: gauge(
    'Whether Kafka can be reached: 1, or 0 if no broker has answered for longer than the session. Lag and offsets are out of date then.',
    ofGroup(({ reachable }) => [[reachable ? 1 : 0]]),
  ),
  customerio_kafka_lag: gauge(
    'Messages in a partition of this process that are not committed yet.',
    ofPartitions(lagOf),
    'topic',
    'partition',
  ),
  customerio_kafka_position_offset: gauge(
    'Next offset to read.',
    ofPartitions(({ position }) => position),
    'topic',
    'partition',
  ),
  customerio_kafka_committed_offset: gauge(
    'Committed offset, where another process would start.',
    ofPartitions(({ committed }) => committed),
    'topic',
    'partition',
  ),
  customerio_kafka_rebalances_total: counter(
    'Rebalances of the group that this process took part in.',
    ofGroup(({ rebalances }) => [[rebalances]]),
  ),
  customerio_kafka_commits_total: counter(
    'Successful commits of offsets.',
    ofGroup(({ commits }) => [[commits]]),
  ),
  customerio_kafka_commits_failed_total: counter(
    'Failed commits of offsets; they are retried, and delivery does not wait for them.',
    ofGroup(({ failedCommits }) => [[failedCommits]]),
  ),
  customerio_kafka_received_bytes_total: counter(
    'Bytes of messages fetched.',
    ofGroup(({ bytes }) => [[bytes]]),
  ),
  customerio_build_info: gauge(
    'Always 1; the labels hold the versions.',
    () => [[1, packageVersion(), process.version]],
    'version',
    'node',
  ),
};

/** The one that is filled while the run lasts. */
export const REQUEST_DURATION = {
  name: 'customerio_request_duration_seconds',
  help: 'Time from sending a request to the end of its response.',
  buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
} as const;
