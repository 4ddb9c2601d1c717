/**
 * A marker in the line: "everything before me". The source puts its position in, stages add what they must commit,
 * the writer releases it once all before it is delivered, skipped or durably rejected.
 */

/** A position that the writer hands back when all before it is settled. Without one (undefined) it only commits. */
export class Checkpoint<P = unknown> {
  readonly position: P;
  /** Started in order, and all done before the checkpoint is released: for example a dedupe store's commit. */
  readonly commits: Array<() => void | Promise<void>> = [];

  constructor(position: P) {
    this.position = position;
  }
}
