/**
 * A place of rejected records, from the other side: which objects are there, what they hold, and what becomes of them
 * once their records got through. Reads every format that rejectWriter() writes, and Airbyte's. Holds one line at a time.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decompressed } from '../bytes/decompress.ts';
import { type Given, readOptions } from '../options.ts';
import type { SourceRecord } from '../record/record.ts';
import type { Rejection } from '../record/rejection.ts';
import { isKeptMapping } from '../storage/kept-mappings.ts';
import { isWithin, type Location, readLocation, splitLocation, storeAt } from '../storage/location.ts';
import {
  type Action,
  CHECK_NAME,
  type Listed,
  type ObjectStore,
  type ObjectUpload,
  openedFor,
  type Page,
  storageErrorOf,
} from '../storage/object-store.ts';
import { STORE_SHAPE, type StoreOptions, type StoreSettings } from '../storage/options.ts';
import { retrying, storedBytes } from '../storage/retrying.ts';
import { argumentOf, refusedBy, say, wrongOption } from '../wording.ts';
import { type Kept, PlaceMappings } from './place-mappings.ts';
import { readRejects } from './read-rejects.ts';

/** What openRejects() takes beside the options of a store. */
export const OPEN_REJECTS_SHAPE = {
  /** A place that is not read, though it may lie inside: where objects are moved to when they are done. */
  except: z.custom<string | URL>().optional(),
};

/** Options of {@link openRejects}. */
export interface OpenRejectsOptions extends StoreOptions, Given<typeof OPEN_REJECTS_SHAPE> {}

const OPTIONS = z.strictObject({ ...STORE_SHAPE, ...OPEN_REJECTS_SHAPE });

/** Opens a folder, a file, `s3://` or `gs://`. Throws `CIO_OPTIONS`; `CIO_REJECT_STORE` if it can't be reached. */
export async function openRejects(where: string | URL, options?: OpenRejectsOptions): Promise<Rejects> {
  const { except, ...settings } = readOptions('openRejects', OPTIONS, options);
  const place = readLocation(argumentOf('openRejects'), where);
  const rejects = new Rejects(
    place,
    settings,
    except === undefined ? undefined : readLocation(say`${refusedBy('openRejects')}${wrongOption('openRejects', 'except')}`, except),
  );
  await rejects.open();
  return rejects;
}

/** What {@link openRejects} gives. */
export class Rejects {
  readonly location: string;
  readonly #settings: StoreSettings;
  readonly #store: ObjectStore;
  readonly #base: string;
  readonly #parent: Location;
  readonly #except: Location | undefined;
  readonly #mappings: PlaceMappings;
  readonly #targets = new Map<string, ObjectStore>();

  constructor(place: Location, settings: StoreSettings, except: Location | undefined) {
    const { parent, base, location } = splitLocation(place);
    this.location = location;
    this.#settings = settings;
    this.#store = storeAt(parent, settings, location);
    this.#parent = parent;
    this.#base = base;
    this.#except = except;
    this.#mappings = new PlaceMappings(this.#store, parent, settings, () => this.#objects(true));
  }

  async open(): Promise<void> {
    await openedFor(this.#store, 'read');
  }

  /** The objects, in the order of their names. Throws `CIO_REJECT_STORE`. */
  objects(): AsyncGenerator<Listed> {
    return this.#objects(false);
  }

  async *#objects(kept: boolean): AsyncGenerator<Listed> {
    for (let page: string | undefined, first = true; first || page !== undefined; first = false) {
      const listed: Page = await this.#retrying('list', (signal) => this.#store.list(this.#base, page, signal));
      yield* listed.objects.filter(({ name, bytes }) => bytes > 0 && this.#isMeant(name) && isKeptMapping(name) === kept);
      if (page !== undefined && listed.next === page) throw storageErrorOf(this.#store, 'list', new Error('its listing never ends'));
      page = listed.next;
    }
  }

  /**
   * The lines of an object as records for reopen(); when `signal` aborts, reading fails at once. Throws `CIO_REJECT_STORE`,
   * or `CIO_SOURCE` if it holds no rejects.
   */
  lines({ name }: Pick<Listed, 'name'>, signal?: AbortSignal): AsyncGenerator<SourceRecord | Rejection> {
    return readRejects(decompressed(storedBytes(this.#store, name, { ...this.#settings, cutOff: signal }), name), name);
  }

  /**
   * The mapping that rows name by this id, and where it is kept: in the place, or above it. Undefined if it is not. Throws
   * `CIO_SOURCE` if the place keeps one that can't be read.
   */
  mapping(id: string): Promise<Kept | undefined> {
    return this.#mappings.find(id);
  }

  /** Throws like {@link mapping}, before any is asked for. */
  async readMappings(): Promise<void> {
    await this.#mappings.all();
  }

  /** Deletes an object. */
  async remove({ name }: Pick<Listed, 'name'>): Promise<void> {
    await this.#retrying('delete', (signal) => this.#store.remove(name, signal));
  }

  /** Moves an object to another place, which need not be of the same kind: it is there before it is gone here. */
  async move({ name, bytes }: Listed, to: string | URL): Promise<void> {
    const target = await this.#target(to);
    const inside = name.slice(this.#base.length).replace(/^\/+/, '') || this.#base;
    const upload: ObjectUpload = {
      token: createHash('sha256').update(`${this.location}\n${name}\n${bytes}`).digest('hex'),
      contentType: 'application/octet-stream',
      bytes,
      body: () => storedBytes(this.#store, name, this.#settings),
    };
    for (let n = 1; ; n++) {
      const free = n === 1 ? inside : inside.replace(/(\.[^/]*)?$/, `_${n}$1`);
      if (await retrying(target, 'write', this.#settings, ({ signal }) => target.put(free, upload, signal))) break;
    }
    await this.remove({ name });
  }

  async close(): Promise<void> {
    for (const store of [this.#store, ...this.#targets.values()]) await store.close();
  }

  async #target(to: string | URL): Promise<ObjectStore> {
    const known = this.#targets.get(String(to));
    if (known) return known;
    const store = storeAt(readLocation(argumentOf('move'), to), this.#settings);
    await openedFor(store, 'write');
    await this.#mappings.keepIn(store);
    this.#targets.set(String(to), store);
    return store;
  }

  /** A listing by prefix also has names that only begin alike. */
  #isMeant(name: string): boolean {
    if (this.#base !== '' && name !== this.#base && !name.startsWith(`${this.#base}/`)) return false;
    if (name.endsWith('/') || name.split('/').at(-1)?.startsWith(CHECK_NAME)) return false;
    return this.#except === undefined || !isWithin(this.#parent, name, this.#except);
  }

  #retrying<T>(action: Action, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return retrying(this.#store, action, this.#settings, ({ signal }) => run(signal));
  }
}
