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

/** One object of a listing. */
export interface Listed {
  readonly name: string;
  readonly bytes: number;
}

/** A part of a listing; `next` leads to the following one. */
export interface Page {
  readonly objects: readonly Listed[];
  readonly next?: string | undefined;
}

/** A prefix in a bucket; the prefix is empty or ends in a slash. */
export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
  /** What errors call it. */
  readonly location: string;
}

/** What failed, in words, and whether it may work later. */
export interface StorageError {
  readonly why: string;
  readonly transient: boolean;
  /** The foreign error without anything secret. */
  readonly cause: unknown;
}

/** What was being done when something failed. */
export type Action = 'write' | 'read' | 'list' | 'delete';

/** A place for whole objects. Names are relative to the place and use `/`. */
export interface ObjectStore {
  readonly location: string;
  open(): Promise<void>;
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
  /** The bytes of an object from an offset on. */
  read(name: string, from: number, signal: AbortSignal): Promise<Readable>;
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** What an error of this store means. */
  explain(error: unknown, action: Action): StorageError;
  close(): Promise<void>;
}

const FAILED: Record<Action, string> = {
  write: "rejected records can't be stored in",
  read: "rejected records can't be read from",
  list: "rejected records can't be listed in",
  delete: "rejected records can't be deleted from",
};

/** The error of a place that failed. */
export function storageError(location: string, action: Action, { why, cause }: Pick<StorageError, 'why' | 'cause'>): CioError {
  return new CioError('CIO_REJECT_STORE', `${FAILED[action]} ${location}: ${why}`, cause);
}

/** Opens a store for an action. Throws `CIO_REJECT_STORE`. */
export async function openedFor(store: ObjectStore, action: Action): Promise<void> {
  try {
    await store.open();
  } catch (error) {
    throw storageErrorOf(store, action, error);
  }
}

/** The error of an object store that failed. */
export function storageErrorOf(store: ObjectStore, action: Action, error: unknown): CioError {
  return error instanceof CioError ? error : storageError(store.location, action, store.explain(error, action));
}

/** An error of the system in words. */
export function systemFailure(cause: unknown): StorageError {
  return { why: systemWords(cause) ?? 'it failed', transient: false, cause };
}

/** The error of a local place that failed: it names the place and the system's code. */
export function rejectStoreError(location: string, cause: unknown): CioError {
  return cause instanceof CioError ? cause : storageError(location, 'write', systemFailure(cause));
}
