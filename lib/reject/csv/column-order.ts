/**
 * The order of columns that rows have in common. A row may lack some of them, so the first one does not show the order of the file:
 * a column stands behind those that stand before it in any row, and else where it came first. Rows that contradict each other are no error.
 */

/** Rows of a file agree, so they need about one pair a column. */
const MAX_PAIRS = 20_000;

/** Learns the order from rows. */
export class ColumnOrder {
  /** Each name, with those that have stood directly before it. */
  readonly #before = new Map<string, Set<string>>();
  #pairs = 0;

  /** The names of a row, in its order. */
  add(names: readonly string[]): void {
    let previous: string | undefined;
    for (const name of names) {
      const before = this.#before.get(name) ?? new Set();
      this.#before.set(name, before);
      if (previous !== undefined && !before.has(previous) && this.#pairs < MAX_PAIRS) {
        before.add(previous);
        this.#pairs++;
      }
      previous = name;
    }
  }

  /** All names. */
  names(): string[] {
    const [begun, ordered] = [new Set<string>(), [] as string[]];
    // Not by recursion: a row may have more columns than the stack has room.
    const open: { readonly name: string; readonly before: Iterator<string> }[] = [];
    const begin = (name: string): void => {
      if (begun.has(name)) return;
      begun.add(name);
      open.push({ name, before: (this.#before.get(name) ?? new Set<string>()).values() });
    };
    for (const first of this.#before.keys()) {
      begin(first);
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
        const { value, done } = top.before.next();
        if (!done) begin(value);
        else ordered.push((open.pop() as typeof top).name);
      }
    }
    return ordered;
  }
}
