/** The mappings of a place of rejected records: those that it keeps, and, as it may be a part of another place, those above it. */
import type { KeptMapping } from '../record/kept-mapping.ts';
import { findKeptMapping, MappingsBeside, readKeptMapping } from '../storage/kept-mappings.ts';
import { type Location, locationOf, splitLocation, storeAt } from '../storage/location.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';
import type { StoreSettings } from '../storage/options.ts';

/** A mapping that is kept beside rejected records, and where. */
export interface Kept {
  readonly mapping: KeptMapping;
  readonly where: string;
}

/** So far above an object its mapping may be kept: folders of a bucket are named by run, namespace and stream. */
const MAX_LEVELS = 5;

/** Reads them when they are needed. */
export class PlaceMappings {
  readonly #store: ObjectStore;
  readonly #parent: Location;
  readonly #settings: StoreSettings;
  readonly #objects: () => AsyncIterable<StoredObject>;
  #kept: Promise<Map<string, Kept>> | undefined;

  /** `store` is that of `parent`, which holds the place; `objects` are those that keep mappings. */
  constructor(store: ObjectStore, parent: Location, settings: StoreSettings, objects: () => AsyncIterable<StoredObject>) {
    this.#store = store;
    this.#parent = parent;
    this.#settings = settings;
    this.#objects = objects;
  }

  /** Those of the place, by their ids. Throws `CIO_SOURCE` for one that can't be read. */
  all(): Promise<Map<string, Kept>> {
    this.#kept ??= this.#read();
    return this.#kept;
  }

  /** Undefined if it is kept nowhere. Throws like {@link all}. */
  async find(id: string): Promise<Kept | undefined> {
    return (await this.all()).get(id) ?? (await this.#findAbove(id));
  }

  /** Keeps them in another place, too: what is moved there needs them. One that can't be read is of no use there either. */
  async keepIn(target: ObjectStore): Promise<void> {
    const beside = new MappingsBeside();
    const own = await this.all().catch(() => new Map<string, Kept>());
    for (const { mapping } of own.values()) beside.add(mapping);
    await beside.keepIn(target, this.#settings);
  }

  async #read(): Promise<Map<string, Kept>> {
    const found = new Map<string, Kept>();
    for await (const object of this.#objects()) {
      const mapping = await readKeptMapping(this.#store, object, this.#settings);
      if (!found.has(mapping.id)) found.set(mapping.id, { mapping, where: object.name });
    }
    return found;
  }

  async #findAbove(id: string): Promise<Kept | undefined> {
    let place = this.#parent;
    for (let levels = 0; levels < MAX_LEVELS; levels++) {
      const store = storeAt(place, this.#settings);
      const found = await findKeptMapping(store, id, this.#settings).finally(() => store.close());
      if (found) return found;
      const { parent } = splitLocation(place);
      if (locationOf(parent) === locationOf(place)) return undefined;
      place = parent;
    }
    return undefined;
  }
}
