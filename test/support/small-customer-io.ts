/** A tiny Customer.io: what people and events look like after some operations. Refuses what is marked `bad`. */
import type { Answer, Received } from './scripted-server.ts';

export type Operation = Record<string, unknown> & { action: string };

/** People by name with their attributes, events by id. */
export class SmallCustomerIo {
  readonly people: Map<string, Record<string, unknown>> = new Map();
  readonly events: Map<string, unknown> = new Map();
  readonly suppressed: Set<string> = new Set();

  /** False where the operation is refused. */
  apply(operation: Operation): boolean {
    const { action, identifiers, attributes } = operation;
    const bag = (attributes ?? {}) as Record<string, unknown>;
    if (bag.bad === true) return false;
    if (action === 'merge') {
      this.#merge(nameOf(operation.primary), nameOf(operation.secondary));
      return true;
    }
    const name = nameOf(identifiers);
    if (action === 'unsuppress') this.suppressed.delete(name);
    else if (action === 'event') this.events.set(String(operation.id), this.events.get(String(operation.id)) ?? bag);
    else if (action === 'identify' && !this.suppressed.has(name)) this.#identify(name, bag);
    else if (action === 'delete' || action === 'suppress') this.people.delete(name);
    if (action === 'suppress') this.suppressed.add(name);
    return true;
  }

  clone(): SmallCustomerIo {
    const other = new SmallCustomerIo();
    for (const [name, bag] of this.people) other.people.set(name, { ...bag });
    for (const [id, bag] of this.events) other.events.set(id, bag);
    for (const name of this.suppressed) other.suppressed.add(name);
    return other;
  }

  /** The state as plain data, the same whatever order things were added in. */
  show(): object {
    const sorted = (map: Map<string, unknown>): [string, unknown][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return { people: sorted(this.people), events: sorted(this.events), suppressed: [...this.suppressed].sort() };
  }

  /** Answers a batch as the API does. */
  answer({ items }: Received): Answer {
    const errors = [...items.entries()]
      .filter(([, item]) => !this.apply(item as Operation))
      .map(([index]) => ({ batch_index: index, reason: 'invalid', field: 'attributes.bad', message: 'is bad' }));
    return errors.length > 0 ? { status: 207, body: { errors } } : {};
  }

  #identify(name: string, bag: Record<string, unknown>): void {
    if (bag._update === true && !this.people.has(name)) return;
    const person = this.people.get(name) ?? {};
    for (const [key, value] of Object.entries(bag)) {
      if (key === '_update') continue;
      if (value === null || value === '') delete person[key];
      else person[key] = value;
    }
    this.people.set(name, Object.fromEntries(Object.entries(person).sort()));
  }

  #merge(primary: string, secondary: string): void {
    const from = this.people.get(secondary);
    if (from === undefined || primary === secondary) return;
    this.people.delete(secondary);
    this.#identify(primary, { ...from, ...this.people.get(primary) });
  }
}

function nameOf(identifiers: unknown): string {
  return String((identifiers as { id: unknown }).id);
}
