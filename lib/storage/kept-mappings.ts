/**
 * The mappings that a place keeps beside its rejected records, in hidden objects: the first in `.cio-stream.json`, each further
 * one in an object named by its id. Each is written once and never changed, so runs that share a place can't lose the
 * mapping of one another. An object that does not say what its id stands for is not believed.
 */
import { readFileSync } from 'node:fs';
import { CioError, wordsOf } from '../errors.ts';
import { type KeptMapping, keptMappingOf } from '../record/kept-mapping.ts';
import { FolderStore } from './folder-store.ts';
import { type ObjectStore, type ObjectUpload, type StoredObject, storageError } from './object-store.ts';
import { type RetryPolicy, retrying, storedBytes } from './retrying.ts';

const FIRST = '.cio-stream.json';
const NAME = /^\.cio-stream(?:\.[0-9a-f]+)?\.json$/;
/** More than any command line. */
const MAX_BYTES = 1_000_000;
const TODO = 'Nothing was sent. Restore that file, or give --as and the flags of the first run: then no kept mapping is read.';

/** Whether the object `name` keeps a mapping, and no rejected records. */
export function isKeptMapping(name: string): boolean {
  return NAME.test(name.split('/').at(-1) as string);
}

/** The names under which a mapping may be kept. */
function keptNames(id: string): readonly [string, string] {
  return [FIRST, `.cio-stream.${id}.json`];
}

/** The mappings that the lines of a run name. */
export class MappingsBeside {
  readonly #mappings = new Map<string, KeptMapping>();
  readonly #kept = new Map<ObjectStore | string, Set<string>>();

  /** Returns its id. */
  add(mapping: KeptMapping): string {
    this.#mappings.set(mapping.id, mapping);
    return mapping.id;
  }

  /** Keeps in a store, or a folder, what is not there yet. Throws `CIO_REJECT_STORE`. */
  async keepIn(place: ObjectStore | string, policy: RetryPolicy): Promise<void> {
    const kept = this.#kept.get(place) ?? new Set();
    this.#kept.set(place, kept);
    const store = typeof place === 'string' ? new FolderStore(place) : place;
    for (const [id, mapping] of this.#mappings) {
      if (!kept.has(id)) await keepMapping(store, mapping, policy);
      kept.add(id);
    }
  }
}

/** In one process two writers would write the same file beside its place. */
let tail: Promise<unknown> = Promise.resolve();

function keepMapping(store: ObjectStore, mapping: KeptMapping, policy: RetryPolicy): Promise<void> {
  const done = tail.then(() => keep(store, mapping, policy));
  tail = done.catch(() => {});
  return done;
}

async function keep(store: ObjectStore, mapping: KeptMapping, policy: RetryPolicy): Promise<void> {
  const upload = uploadOf(mapping);
  for (const name of keptNames(mapping.id)) {
    if (await retrying(store, 'write', policy, ({ signal }) => store.put(name, upload, signal))) return;
    const there = await textOf(store, name, policy);
    if (mappingIn(there)?.id === mapping.id) return;
  }
  const why = `${keptNames(mapping.id)[1]} is in the way: it does not hold the mapping of this run`;
  throw storageError(store.location, 'write', { why, cause: undefined });
}

/** Of this package, wherever it lies. */
function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

function uploadOf(mapping: KeptMapping): ObjectUpload {
  const text = Buffer.from(`${JSON.stringify({ ...mapping.toJSON(), mapping: mapping.id, version: ownVersion() }, undefined, 2)}\n`);
  async function* body(): AsyncGenerator<Buffer> {
    yield text;
  }
  return { token: `mapping-${mapping.id}`, contentType: 'application/json', bytes: text.length, body };
}

/** The mapping in an object of a listing. Throws `CIO_SOURCE` if it holds none, or another than it says. */
export async function readKeptMapping(store: ObjectStore, { name, bytes }: StoredObject, policy: RetryPolicy): Promise<KeptMapping> {
  if (bytes > MAX_BYTES) throw unreadable(name, `it is too large (${bytes} bytes)`);
  const text = await textOf(store, name, policy);
  const mapping = mappingIn(text);
  if (mapping === undefined) throw unreadable(name, 'it holds no mapping');
  const { mapping: id } = JSON.parse(text) as { mapping?: unknown };
  if (id !== mapping.id) throw unreadable(name, 'it was changed after the run wrote it');
  return mapping;

  function unreadable(object: string, why: string): CioError {
    return new CioError('CIO_SOURCE', `${object} does not say how rows were mapped: ${why}`, undefined, TODO);
  }
}

/** The mapping with that id, if a place keeps it under a name of its own; undefined if it does not, or can't be asked. */
export async function findKeptMapping(
  store: ObjectStore,
  id: string,
  policy: RetryPolicy,
): Promise<{ readonly mapping: KeptMapping; readonly where: string } | undefined> {
  for (const name of keptNames(id)) {
    try {
      const mapping = mappingIn(await textOf(store, name, policy));
      if (mapping?.id === id) return { mapping, where: `${store.location.replace(/\/$/, '')}/${name}` };
    } catch (error) {
      if (!(error instanceof CioError)) throw error;
    }
  }
  return undefined;
}

async function textOf(store: ObjectStore, name: string, policy: RetryPolicy): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of storedBytes(store, name, policy)) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) break;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function mappingIn(text: string): KeptMapping | undefined {
  try {
    return keptMappingOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new CioError('CIO_INTERNAL', wordsOf(error), error);
  }
}
