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
import { fileIn, isWithin, type Location, readLocation, splitLocation, storeAt } from '../storage/location.ts';
import {
  type Action,
  CHECK_NAME,
  type ObjectStore,
  type ObjectUpload,
  openedFor,
  type Page,
  type StoredObject,
  storageErrorOf,
} from '../storage/object-store.ts';
import { STORE_SHAPE, type StoreOptions, type StoreSettings } from '../storage/options.ts';
import { retrying, storedBytes } from '../storage/retrying.ts';
import { argumentOf, refusedBy, say, wrongOption } from '../wording.ts';
import { type Kept, PlaceMappings } from './place-mappings.ts';
import { readRejects } from './read-rejects.ts';

/** What openRejects() takes beside the options of a store. */
export const OPEN_REJECTS_SHAPE = {
  /** A place that is not read although it may lie inside: where you move files once their rows got through. */
  except: z.custom<string | URL>().optional(),
};

/**
 * Options of {@link openRejects}.
 *
 * @category Rejects
 */
export interface OpenRejectsOptions extends StoreOptions, Given<typeof OPEN_REJECTS_SHAPE> {}

const OPTIONS = z.strictObject({ ...STORE_SHAPE, ...OPEN_REJECTS_SHAPE });

/**
 * Opens a place of rejected rows to read them, and to delete or move the files whose rows got through. It reads every format that
 * {@link rejectWriter} writes, and that of Airbyte.
 *
 * @param where A folder, a file, `s3://bucket/prefix` or `gs://bucket/prefix`.
 * @throws {@link CioError} `CIO_OPTIONS`, or `CIO_REJECT_STORE` if the place can't be reached
 * @example
 * ```ts
 * import { openRejects, Rejection } from 'customerio-streams';
 *
 * const rejects = await openRejects('yesterday/');
 * for await (const file of rejects.objects()) {
 *   for await (const row of rejects.lines(file)) {
 *     if (!(row instanceof Rejection)) console.log(row.rejected_reason, row.rejected_field); // invalid person_id
 *   }
 *   await rejects.move(file, 'done/');
 * }
 * await rejects.close();
 * ```
 *
 * @category Rejects
 */
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

/**
 * What {@link openRejects} gives.
 *
 * @category Rejects
 */
export class Rejects {
  /** The place, in words. */
  readonly location: string;
  readonly #settings: StoreSettings;
  readonly #store: ObjectStore;
  readonly #base: string;
  readonly #parent: Location;
  readonly #except: Location | undefined;
  readonly #mappings: PlaceMappings;
  readonly #targets = new Map<string, ObjectStore>();

  /** @internal */
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

  /** @internal */
  async open(): Promise<void> {
    await openedFor(this.#store, 'read');
  }

  /** The files, in the order of their names. Throws `CIO_REJECT_STORE`. */
  objects(): AsyncGenerator<StoredObject> {
    return this.#objects(false);
  }

  async *#objects(kept: boolean): AsyncGenerator<StoredObject> {
    for (let page: string | undefined, first = true; first || page !== undefined; first = false) {
      const listed: Page = await this.#retrying('list', (signal) => this.#store.list(this.#base, page, signal));
      yield* listed.objects.filter(({ name, bytes }) => bytes > 0 && this.#isMeant(name) && isKeptMapping(name) === kept);
      if (page !== undefined && listed.next === page) throw storageErrorOf(this.#store, 'list', new Error('its listing never ends'));
      page = listed.next;
    }
  }

  /**
   * The lines of a file, as records for {@link reopen}. When `signal` aborts, reading fails at once. Throws `CIO_REJECT_STORE`, or
   * `CIO_SOURCE` if the file holds no rejected rows.
   */
  lines(object: Pick<StoredObject, 'name'>, signal?: AbortSignal): AsyncGenerator<SourceRecord | Rejection> {
    const { name } = object;
    return readRejects(decompressed(storedBytes(this.#store, name, { ...this.#settings, cutOff: signal }), name), name);
  }

  /**
   * The mapping that rows name by this id, and where it is kept: in the place, or above it. Undefined if it is not. Throws
   * `CIO_SOURCE` if the place keeps one that can't be read. @internal
   */
  mapping(id: string): Promise<Kept | undefined> {
    return this.#mappings.find(id);
  }

  /** Throws like `mapping`, before any is asked for. @internal */
  async readMappings(): Promise<void> {
    await this.#mappings.all();
  }

  /** A file as whoever named the place would call it: the place itself if that is a file. @internal */
  pathOf({ name }: Pick<StoredObject, 'name'>): string {
    return fileIn(this.location, this.#base, name);
  }

  /** Deletes a file. */
  async remove(object: Pick<StoredObject, 'name'>): Promise<void> {
    await this.#retrying('delete', (signal) => this.#store.remove(object.name, signal));
  }

  /** Moves a file to another place, of the same kind or not: it is there before it is gone here. */
  async move(object: StoredObject, to: string | URL): Promise<void> {
    const { name, bytes } = object;
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

  /** Frees what it holds. */
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
