/** A pipeline that reads Kafka into a sandbox, and what must be true of what arrives there whatever the group does. */

import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rejection } from '../../../lib/record/rejection.ts';
import { collectRejects } from '../../../lib/reject/collect-rejects.ts';
import type { KafkaOptions } from '../../../lib/source/kafka/options.ts';
import { type KafkaSource, kafka } from '../../../lib/source/kafka.ts';
import { enforceLimits } from '../../../lib/stage/enforce-limits.ts';
import { map } from '../../../lib/stage/map.ts';
import { validate } from '../../../lib/stage/validate.ts';
import type { TrackWriterOptions } from '../../../lib/write/options.ts';
import { type TrackWriter, trackWriter } from '../../../lib/write/track-writer.ts';
import type { TestMessage } from './kafka-client.ts';

/** A member of a group, with the pipeline behind it. */
export interface KafkaRun {
  readonly source: KafkaSource;
  readonly writer: TrackWriter;
  readonly warnings: string[];
  readonly rejections: readonly Rejection[];
  /** Resolves with the error of the pipeline, undefined if it has ended well. */
  readonly done: Promise<unknown>;
}

/** Who reads, what, and where to. */
export type MemberArguments = [
  by: string,
  options: KafkaOptions,
  writing: Pick<TrackWriterOptions, 'baseUrl'> & Partial<TrackWriterOptions>,
];

/** Starts one. Each person says by `by` who has sent it. */
export function runMember(...[by, options, writing]: MemberArguments): KafkaRun {
  const source = kafka(options);
  const warnings: string[] = [];
  source.on('warning', (text) => void warnings.push(text));
  const rejects = collectRejects();
  const writer = trackWriter({
    ...{ siteId: 'sandbox-site', apiKey: 'sandbox-key', requestsPerSecond: 1_000, lingerMs: 100, rejects },
    ...writing,
  });
  const done = pipeline(
    source,
    map((row) => ({ ...row, by })),
    validate({ object: 'person_identify', columns: { id: 'person_id' } }),
    enforceLimits(),
    writer,
  ).then(
    () => undefined,
    (error) => error,
  );
  return { source, writer, warnings, rejections: rejects.rejections, done };
}

/** The same, and it ends with the test. */
export function startRun(t: TestContext, ...args: MemberArguments): KafkaRun {
  const run = runMember(...args);
  t.after(async () => {
    run.source.destroy();
    await run.done;
  });
  return run;
}

/** Updates of people who each have one partition; `seq` counts them. */
export function updates(topic: string, partitions: number, count: number, people = 100, pad = ''): TestMessage[] {
  return Array.from({ length: count }, (_, seq) => {
    const person = seq % people;
    return { topic, key: `u${person}`, partition: person % partitions, value: JSON.stringify({ id: `u${person}`, seq, pad }) };
  });
}

/** Resolves when it is true. */
export async function until(isTrue: () => boolean, what: string, deadlineMs = 60_000): Promise<void> {
  for (const end = performance.now() + deadlineMs; !isTrue(); ) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(20);
  }
}
