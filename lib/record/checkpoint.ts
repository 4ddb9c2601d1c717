/**
 * A marker between elements: "everything before me". The source puts its position in, stages add what they must commit, and
 * the writer releases it once everything before it is delivered, skipped or durably rejected.
 */

/** A position that the writer reports when everything before it has its outcome. If it is undefined, only the commits are run. */
export class Checkpoint<P = unknown> {
  readonly position: P;
  /** Run before the checkpoint is released: for example the commit of a dedupe store. */
  readonly commits: Array<() => void | Promise<void>> = [];
  /** Called when it is released, after all commits; false if nothing was really delivered, in a dry run. Must not fail. */
  readonly released: (isDelivered: boolean) => void;

  constructor(position: P, released: (isDelivered: boolean) => void = () => {}) {
    this.position = position;
    this.released = released;
  }
}
