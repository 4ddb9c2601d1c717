/**
 * A marker between elements: "everything before me". The source puts its position in, stages add what they must commit, and
 * the writer releases it once everything before it is delivered, skipped or durably rejected.
 */

/** A position that the writer reports when everything before it has its outcome. If it is undefined, only the commits are run. */
export class Checkpoint<P = unknown> {
  readonly position: P;
  /** Run in order before the checkpoint is released: for example the commit of a dedupe store. */
  readonly commits: Array<() => void | Promise<void>> = [];

  constructor(position: P) {
    this.position = position;
  }
}
