/**
 * The place that rows come from: what they all have in common, and whether they are still this process's to deliver. A partition of
 * a topic may move to another process while its rows wait here: then the other one reads them again, and what is sent from here as
 * well could overtake.
 */
import type { KeptMapping } from './kept-mapping.ts';

/**
 * What all records of one source have in common.
 *
 * @category Elements
 */
export interface SourceInfo {
  /** Name of the file or other place; of a partition of a topic `kafka://TOPIC/PARTITION`. */
  readonly source?: string | undefined;
  /** Messages: the topic. Then `line` and `offset` of the position are the offset of the message. */
  readonly topic?: string | undefined;
  /** Messages: the partition of the topic. */
  readonly partition?: number | undefined;
  /** Airbyte's stream name. */
  readonly stream?: string | undefined;
  /** Airbyte's namespace. */
  readonly namespace?: string | undefined;
  /** Tells one version of the source from the next, for example its modification time. */
  readonly version?: string | undefined;
  /** Of what a replay reads: how it is mapped, and is to be mapped if it is rejected again. @internal */
  readonly mapping?: KeptMapping | undefined;
  /** Of a place that may move to another process. @internal */
  readonly ownership?: Ownership | undefined;
}

/** What the origins of all messages of a partition share. */
export function partitionPlace(
  topic: string,
  partition: number,
  more: Omit<SourceInfo, 'source' | 'topic' | 'partition'> = {},
): SourceInfo {
  return { ...more, source: `kafka://${topic.replace(/[%/]/g, encodeURIComponent)}/${partition}`, topic, partition };
}

/** Of all rows of one place, from when it was assigned until it is lost. */
export interface Ownership {
  /** `moving`: it is being decided whether the rows stay here, and until then none of them is sent. A lost place stays lost. */
  readonly state: 'held' | 'moving' | 'lost';
  /** Resolves when the state is no longer `moving`. */
  decided(): Promise<void>;
  /** A request with rows of the place is about to leave. To be called in the same step in which the state was seen to be `held`. */
  requestLeaves(): void;
  /** That request has its reply, or was given up. */
  requestEnds(): void;
}

/** True if the rows of all of them may be sent now. */
export function areHeld(owners: Iterable<Ownership>): boolean {
  for (const owner of owners) if (owner.state !== 'held') return false;
  return true;
}

/** Resolves when none of them is moving. */
export async function allDecided(owners: Iterable<Ownership>): Promise<void> {
  for (const owner of owners) {
    if (owner.state !== 'moving') continue;
    await owner.decided();
    // Another one may have begun to move meanwhile.
    return allDecided(owners);
  }
}
