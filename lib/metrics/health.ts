/**
 * What the probes get. Liveness never depends on Kafka, Redis or the API: an outage of theirs would restart every process, and
 * each restart is a rebalance. It fails only for a process that has left its group for good and does not know it is over.
 */
import type { KafkaStatus } from '../source/kafka/status.ts';

/** What the probes are answered by. */
export interface Condition {
  /** Of the run or the writer: not begun, in the middle, or over. */
  readonly phase: 'starting' | 'running' | 'stopping';
  /** Absent if the rows do not come from a consumer group. */
  readonly group: Pick<KafkaStatus, 'state'> | undefined;
}

/** An answer to a probe. */
export interface Health {
  readonly isGood: boolean;
  /** In words, without a full stop. */
  readonly why: string;
}

/** Whether the process should be left alone; else it is to be started again. */
export function liveness({ phase, group }: Condition): Health {
  if (phase === 'running' && group?.state === 'left') return { isGood: false, why: 'it has left its consumer group and no longer reads' };
  return { isGood: true, why: 'alive' };
}

/** Whether it takes rows now. */
export function readiness({ phase, group }: Condition): Health {
  if (phase !== 'running') return { isGood: false, why: phase };
  if (group === undefined || group.state === 'running' || group.state === 'rebalancing') return { isGood: true, why: 'ready' };
  return { isGood: false, why: group.state === 'left' ? 'it has left its consumer group' : group.state };
}
