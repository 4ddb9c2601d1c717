/**
 * Attributes with the time of each: an older update never overwrites a newer one, whatever order they arrive in. null
 * and "" remove, and what was removed is remembered, so that an older value does not come back.
 */

/** The attributes of one person, object or relationship. */
export class Attributes {
  readonly #held = new Map<string, { value: unknown; at: number }>();

  /** Sets or removes; false when a newer value is there. */
  set(name: string, value: unknown, at: number): boolean {
    if (at < (this.#held.get(name)?.at ?? at)) return false;
    this.#held.set(name, { value: value === null || value === '' ? undefined : value, at });
    return true;
  }

  /** Sets all of a bag. */
  setAll(bag: Record<string, unknown> = {}, at = 0): this {
    for (const [name, value] of Object.entries(bag)) this.set(name, value, at);
    return this;
  }

  /** Takes over what is not set here. */
  fillFrom(other: Attributes): void {
    for (const [name, held] of other.#held) if (this.#held.get(name)?.value === undefined) this.#held.set(name, held);
  }

  /** What is set, as a plain object. */
  toObject(): Record<string, unknown> {
    return Object.fromEntries([...this.#held].filter(([, { value }]) => value !== undefined).map(([name, { value }]) => [name, value]));
  }
}
