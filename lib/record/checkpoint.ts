/**
 * A marker between elements: "everything before me". The source puts its position in, stages add what they must commit, and
 * the writer releases it once everything before it is delivered, skipped or durably rejected.
 */

/**
 * A mark between two elements. A source puts its position into it; {@link trackWriter} calls `onCheckpoint` with that position once
 * everything before it is delivered, skipped or stored as rejected. If `position` is undefined, only the commits run.
 *
 * A stage of your own passes checkpoints on in their place. A source of your own pushes `new Checkpoint(position)`.
 *
 * @typeParam P What the position is.
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { Checkpoint, createSandbox, trackWriter, validate } from 'customerio-streams';
 *
 * const sandbox = await createSandbox();
 * await pipeline(
 *   Readable.from([{ person_id: 1 }, { person_id: 2 }, new Checkpoint({ lastId: 2 })]),
 *   validate({ object: 'person_identify' }),
 *   trackWriter({ ...sandbox.account, onCheckpoint: (position) => console.log(position) }), // { lastId: 2 }
 * );
 * await sandbox.close();
 * ```
 *
 * @category Elements
 */
export class Checkpoint<P = unknown> {
  /** The position that is reported. */
  readonly position: P;
  /** Run in order before the checkpoint is released, for example the commit of a dedupe store. */
  readonly commits: Array<() => void | Promise<void>> = [];
  /**
   * Called in order once all of that has succeeded and the position is reported. `isDry` is true if nothing was sent. It is for
   * what must not happen before the commits, such as the commit of offsets. It must not throw, and nothing waits for it.
   */
  readonly released: Array<(isDry: boolean) => void> = [];

  /** @param position What `onCheckpoint` gets once everything before is done. */
  constructor(position: P) {
    this.position = position;
  }
}
