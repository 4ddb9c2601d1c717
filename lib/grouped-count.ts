/**
 * How many records of each kind, with what is kept of the first. However many kinds there are, and however long their
 * names, memory is bounded: names are cut, and beyond a number of kinds the rest are counted together.
 */

/** What distinguishes one kind from another. */
export type Names = readonly (string | undefined)[];

const MAX_NAME = 200;

/** Counts. */
export class GroupedCount<K extends object> {
  readonly #max: number;
  readonly #kinds = new Map<string, K & { records: number }>();
  /** Records of kinds that came when there were `max` already. */
  others = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts one record. Gives its kind, made by `keep` of the names for the first; undefined where there are too many kinds already. */
  add(names: Names, keep: (names: Names) => K): (K & { readonly records: number }) | undefined {
    const cut = names.map((name) => name?.slice(0, MAX_NAME));
    const key = JSON.stringify(cut);
    let kind = this.#kinds.get(key);
    if (kind) kind.records++;
    else if (this.#kinds.size >= this.#max) this.others++;
    else {
      kind = { records: 1, ...keep(cut) };
      this.#kinds.set(key, kind);
    }
    return kind;
  }

  /** The kinds, the most frequent first. */
  get all(): (K & { readonly records: number })[] {
    return [...this.#kinds.values()].sort((a, b) => b.records - a.records);
  }
}
