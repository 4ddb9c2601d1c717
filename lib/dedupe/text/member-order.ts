/**
 * The members of objects that are being written, sorted by name where they stand. Rows of an export have their members in one
 * order, so the order that put the last object right is tried first: then each name is compared once.
 */
const FIRST_MEMBERS = 256;
/** Below this insertion is faster than sorting. */
const FEW_MEMBERS = 32;

/** The open objects' members, those of the innermost last. */
export class MemberOrder {
  size = 0;
  #from = new Int32Array(FIRST_MEMBERS);
  #nameTo = new Int32Array(FIRST_MEMBERS);
  #to = new Int32Array(FIRST_MEMBERS);
  #order = new Int32Array(FIRST_MEMBERS);
  /** How the members of the last outermost object were sorted. */
  #learned = new Int32Array(FIRST_MEMBERS);
  #learnedSize = 0;

  clear(): void {
    this.size = 0;
  }

  /** A member that begins with its name and ends behind its comma. */
  add(from: number, nameTo: number, to: number): void {
    const n = this.size++;
    if (n === this.#from.length) this.#grow();
    this.#from[n] = from;
    this.#nameTo[n] = nameTo;
    this.#to[n] = to;
  }

  /** Sorts the members from `first` on, and removes them from here. They end at `end`; there is space for them once more behind that. */
  sort(text: Buffer, first: number, end: number, isOutermost: boolean): void {
    const count = this.size - first;
    this.size = first;
    if (count < 2) return;
    const order = this.#order;
    const isLearned = isOutermost && count === this.#learnedSize;
    for (let n = 0; n < count; n++) order[n] = isLearned ? (this.#learned[n] as number) : n;
    this.#sortNames(text, first, count);
    if (isOutermost && !isLearned) this.#learnedSize = count;
    if (isOutermost) for (let n = 0; n < count; n++) this.#learned[n] = order[n] as number;
    this.#move(text, first, count, end);
  }

  /** Few of them by insertion; many are nearly always sorted already. */
  #sortNames(text: Buffer, first: number, count: number): void {
    const order = this.#order;
    if (count > FEW_MEMBERS) {
      let isSorted = true;
      for (let n = 1; n < count && isSorted; n++)
        isSorted = this.#isBefore(text, first + (order[n - 1] as number), first + (order[n] as number));
      if (!isSorted) order.subarray(0, count).sort((a, b) => (this.#isBefore(text, first + a, first + b) ? -1 : 1));
      return;
    }
    for (let n = 1; n < count; n++) {
      const member = order[n] as number;
      let place = n;
      while (place > 0 && this.#isBefore(text, first + member, first + (order[place - 1] as number))) {
        order[place] = order[place - 1] as number;
        place--;
      }
      order[place] = member;
    }
  }

  #isBefore(text: Buffer, one: number, other: number): boolean {
    // Every name ends with its quote: two that are not the same differ before either ends, or there.
    const end = this.#nameTo[one] as number;
    let b = this.#from[other] as number;
    for (let a = this.#from[one] as number; a < end; a++, b++) {
      const difference = (text[a] as number) - (text[b] as number);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  #move(text: Buffer, first: number, count: number, end: number): void {
    const order = this.#order;
    let sorted = 0;
    while (sorted < count && order[sorted] === sorted) sorted++;
    if (sorted === count) return;
    // Those that are in their place stay there.
    const start = this.#from[first + sorted] as number;
    let at = end;
    for (let n = sorted; n < count; n++) {
      const member = first + (order[n] as number);
      const to = this.#to[member] as number;
      for (let i = this.#from[member] as number; i < to; i++) text[at++] = text[i] as number;
    }
    text.copyWithin(start, end, at);
  }

  #grow(): void {
    const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(2 * old.length);
      array.set(old);
      return array;
    };
    this.#from = grown(this.#from);
    this.#nameTo = grown(this.#nameTo);
    this.#to = grown(this.#to);
    this.#order = grown(this.#order);
    this.#learned = grown(this.#learned);
  }
}
