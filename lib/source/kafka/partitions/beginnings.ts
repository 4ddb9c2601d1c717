/** Finds out where partitions begin of which that is not known, and tries that again until it is. */
import { sleep } from '../../../clock.ts';
import { CioError } from '../../../errors.ts';
import type { Warn } from '../../../stream/decode.ts';
import type { Metadata } from '../client/first-look.ts';
import type { KafkaConsumer } from '../client/library.ts';
import type { KafkaSettings } from '../options.ts';
import type { Assignment, Assignments, Reached } from './assignment.ts';
import { beginAgain, beginAtCommitted } from './start-offsets.ts';

/** What that needs. */
export interface BeginningsOptions {
  readonly settings: KafkaSettings;
  readonly client: KafkaConsumer;
  readonly assignments: Assignments;
  readonly output: { readonly warn: Warn };
  readonly signal: AbortSignal;
  /** As it was when this process began. */
  readonly metadata: Metadata;
  /** The group had committed nothing of these. */
  readonly onBegun: (reached: Reached) => void;
  /** All are known. */
  readonly onFound: () => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** What was reported as trouble succeeds. */
  readonly onWell: (what: string) => void;
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = 500;

/** One search at a time. */
export class Beginnings {
  readonly #options: BeginningsOptions;
  #isRunning = false;

  constructor(options: BeginningsOptions) {
    this.#options = options;
  }

  /** Never fails. */
  async find(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { signal, onTrouble, onWell, onError, settings, onFound } = this.#options;
    for (let some = this.#unknown(); some.length > 0 && !signal.aborted; some = this.#unknown()) {
      try {
        await this.#begin(some);
        onWell('finding out where to begin');
      } catch (error) {
        if (error instanceof CioError) return onError(error);
        if (signal.aborted) return;
        onTrouble('finding out where to begin', error);
        await sleep(settings.clock, RETRY_MS, signal).catch(() => {});
      }
    }
    this.#isRunning = false;
    onFound();
  }

  /** True if it was not there when this process began. */
  readonly #isYoung = ({ topic, topicId, partition }: Assignment): boolean => {
    const known = this.#options.metadata.topics.get(topic);
    return known?.id !== topicId || partition >= known.partitionsCount;
  };

  #unknown(): Assignment[] {
    return [...this.#options.assignments].filter(({ next }) => next === undefined);
  }

  async #begin(some: readonly Assignment[]): Promise<void> {
    const { client, settings, output, onBegun } = this.#options;
    const unread = some.filter(({ missed }) => missed === undefined);
    if (unread.length > 0) {
      const begun = await beginAtCommitted(client, unread, settings.from, this.#isYoung);
      onBegun(new Map(begun.map((assignment) => [assignment, assignment.position as bigint])));
    }
    for (const assignment of some) if (assignment.missed !== undefined) output.warn(await beginAgain(client, assignment, settings.from));
  }
}
