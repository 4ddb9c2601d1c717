/** What a place for whole objects must be able to do, and its errors. Folders, S3 and GCS are such places. */
import type { Readable } from 'node:stream';
import { CioError, systemWords } from '../errors.ts';

/** A complete object on its way to a store. */
export interface ObjectUpload {
  /** Identifies this object: a repeated upload must find out whether the object in its way is itself. */
  readonly token: string;
  readonly contentType: string;
  /** Roughly how many bytes. */
  readonly bytes: number;
  /** A file that holds these very bytes, if there is one. The store may move it. */
  readonly file?: string;
  /** The bytes; may be called again. */
  body(): AsyncIterable<Buffer>;
}

/** How the names of objects begin that only test a place; Airbyte's connector has the same. */
export const CHECK_NAME = '_check_test';

/**
 * A file in a folder, or an object in a bucket.
 *
 * @category Rejects
 */
export interface StoredObject {
  /** Its name with its folders, such as `rejected/2026-11-28.ndjson`. */
  readonly name: string;
  /** Its size, in bytes. */
  readonly bytes: number;
  /** Changes as soon as the object is replaced. Only buckets have it. */
  readonly version?: string | undefined;
}

/** A part of an object: up to the byte `to`, exclusive, and only of this version. */
export interface Part {
  readonly to?: number | undefined;
  readonly version?: string | undefined;
}

/** What a store holds: its errors are worded by that. */
export type Contents = 'rejected rows' | 'rows';

/** A part of a listing; `next` leads to the following one. */
export interface Page {
  readonly objects: readonly StoredObject[];
  readonly next?: string | undefined;
}

/** A prefix in a bucket; the prefix is empty or ends in a slash. */
export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
  /** What errors call it. */
  readonly location: string;
  /** Default: rejected records. */
  readonly holds?: Contents | undefined;
}

/** What failed, in words, and whether it may work later. */
export interface StorageError {
  readonly why: string;
  readonly transient: boolean;
  /** How long the server asks to wait. */
  readonly askedMs?: number | undefined;
  /** The foreign error without anything secret. */
  readonly cause: unknown;
}

/** What was being done when something failed. */
export type Action = 'write' | 'read' | 'list' | 'delete';

/** A place from which objects are read. Names are relative to the place and use `/`. */
export interface ReadableStore {
  readonly location: string;
  readonly holds?: Contents | undefined;
  open(): Promise<void>;
  /** The bytes of an object from an offset on; the stream says `startsAt: 0` if the server gives only all of them. */
  read(name: string, from: number, signal: AbortSignal, part?: Part): Promise<Readable & { readonly startsAt?: number }>;
  /** What an error of this store means. */
  explain(error: unknown, action: Action): StorageError;
  close(): Promise<void>;
}

/** A place for whole objects. */
export interface ObjectStore extends ReadableStore {
  /** Clears what killed runs have left in the place, if that can be seen. Never fails. */
  clearLeft?(): Promise<void>;
  /**
   * A local path in the place itself where the object `name` may grow, so that storing it only takes a new name; undefined
   * if the name is taken. A store without this method takes objects from anywhere.
   */
  stagingPath?(name: string): Promise<string | undefined>;
  /** Stores an object, whole or not at all, and overwrites none: false if the name is taken. */
  put(name: string, upload: ObjectUpload, signal: AbortSignal): Promise<boolean>;
  /** The objects at or below `under`; empty for all. */
  list(under: string, page: string | undefined, signal: AbortSignal): Promise<Page>;
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/** A place in a bucket. */
export interface BucketStore extends ObjectStore {
  /** The object with exactly this name, if there is one. */
  find(name: string, signal: AbortSignal): Promise<StoredObject | undefined>;
}

const FAILED: Record<Action, string> = {
  write: "rejected rows can't be stored in",
  read: "rejected rows can't be read from",
  list: "rejected rows can't be listed in",
  delete: "rejected rows can't be deleted from",
};

/** The error of a place that failed: `CIO_SOURCE` if it holds rows, `CIO_REJECT_STORE` if rejected records. */
export function storageError(
  location: string,
  action: Action,
  { why, cause }: Pick<StorageError, 'why' | 'cause'>,
  holds?: Contents,
): CioError {
  if (holds === 'rows') return new CioError('CIO_SOURCE', `${location} can't be ${action === 'list' ? 'listed' : 'read'}: ${why}`, cause);
  return new CioError('CIO_REJECT_STORE', `${FAILED[action]} ${location}: ${why}`, cause);
}

/** Opens a store for an action. Throws the error of {@link storageError}. */
export async function openedFor(store: ReadableStore, action: Action): Promise<void> {
  try {
    await store.open();
  } catch (error) {
    throw storageErrorOf(store, action, error);
  }
}

/** The error of an object store that failed. */
export function storageErrorOf(store: ReadableStore, action: Action, error: unknown): CioError {
  return error instanceof CioError ? error : storageError(store.location, action, store.explain(error, action), store.holds);
}

/** An error of the system in words. */
export function systemFailure(cause: unknown): StorageError {
  return { why: systemWords(cause) ?? 'it failed', transient: false, cause };
}

/** The error of a local place that failed: it names the place and the system's code. */
export function rejectStoreError(location: string, cause: unknown): CioError {
  return cause instanceof CioError ? cause : storageError(location, 'write', systemFailure(cause));
}
