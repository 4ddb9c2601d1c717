/**
 * Many members of one consumer group in one process, with a partition each and no rows. Reports how long the group takes until all
 * have their partitions again, when one more joins.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaSource, kafka } from '../../lib/index.ts';

/** What group it is. */
export interface MembersJob {
  readonly brokers: string;
  readonly topic: string;
  readonly groupId: string;
  readonly members: number;
  /** As many as members, and one for who joins. */
  readonly partitions: number;
}

const LOOK_MS = 20;

const { members, partitions, topic, ...group }: MembersJob = JSON.parse(process.argv[2] ?? '');
const sources: KafkaSource[] = [];

function join(): void {
  sources.push(kafka({ ...group, topics: topic }).resume());
}

/** Waits until all run, and each partition is somebody's. */
async function settled(): Promise<void> {
  const isRunning = ({ status }: KafkaSource): boolean => status.state === 'running' && status.partitions.length > 0;
  const total = (): number => sources.reduce((sum, { status }) => sum + status.partitions.length, 0);
  while (!sources.every(isRunning) || total() !== partitions) await sleep(LOOK_MS);
}

for (let n = 0; n < members; n++) join();
await settled();
const startMs = performance.now();
join();
await settled();
process.send?.(performance.now() - startMs, () => process.exit());
