/**
 * A marker between elements: "everything before me". The source puts its position in, stages add what they must commit, and
 * the writer releases it once everything before it is delivered, skipped or durably rejected.
 */

/** A position that the writer reports when everything before it has its outcome. If it is undefined, only the commits are run. */
export class Checkpoint<P = unknown> {
  readonly position: P;
  /** Run in order before the checkpoint is released: for example the commit of a dedupe store. */
  readonly commits: Array<() => void | Promise<void>> = [];
  /**
   * Called in order when all of that has succeeded and the position is reported: the checkpoint is released. `isDry`: nothing was
   * sent. For what must not happen before the commits, such as the commit of offsets; it must not fail, and is not waited for.
   */
  readonly released: Array<(isDry: boolean) => void> = [];

  constructor(position: P) {
    this.position = position;
  }
}
