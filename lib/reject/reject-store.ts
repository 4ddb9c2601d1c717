/** A place for the lines of rejected records: what its `flush()` has acknowledged is there after a power cut. */

import type { KeptMapping } from '../record/kept-mapping.ts';
import type { Origin } from '../record/origin.ts';
import type { Group } from './naming.ts';

/** A place for lines. The writer calls one method at a time, except `release`. */
export interface RejectStore {
  /** The place as the user knows it. */
  readonly location: string;
  /** Fails if the place is seen to be unusable. Creates nothing. */
  open(): Promise<void>;
  /** What a line says of the mapping: its id, if it is kept beside the lines before they are stored; else all of it. */
  keep(mapping: KeptMapping): unknown;
  /** Which lines may be handed over together. */
  groupOf(origin: Origin | undefined): Group;
  /**
   * Takes whole lines. The first error is final: afterwards lines are kept beside those that could not be stored, if
   * there is a place for them, and each call fails with that error.
   */
  write(group: Group, lines: string): Promise<void>;
  /** Resolves when all that was written is durable and visible. */
  flush(): Promise<void>;
  /** The pipeline is destroyed: from now on nothing may wait for a slow reader, or for a store to come back. */
  release?(): void;
  /** Lets go of everything, after an error too. */
  close(): Promise<void>;
}
