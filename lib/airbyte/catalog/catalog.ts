/**
 * The configured catalog: which object the rows of each stream become, and in which mode. All problems are reported together,
 * before anything is read.
 */
import { z } from 'zod';
import { unknownName } from '../../options.ts';
import { type Config, OBJECT_NAMES, type ObjectName } from '../config/config.ts';
import { type Read, readWith } from '../config/problems.ts';

/** How Airbyte names a column: names that lead to it, from the outside in. */
export type Path = readonly string[];

/** How Airbyte wants the rows of a stream applied. */
export const SYNC_MODES = ['append', 'overwrite', 'append_dedup', 'update', 'soft_delete'] as const;

/** One of them. */
export type SyncMode = (typeof SYNC_MODES)[number];

/** One configured stream. */
export interface CatalogStream {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly object: ObjectName;
  readonly mode: SyncMode;
  readonly primaryKey: readonly Path[];
  readonly cursor: Path | undefined;
}

/** What a catalog says. */
export interface Catalog {
  readonly streams: readonly CatalogStream[];
  readonly syncId: string | undefined;
  /** What the user should know, although it stops nothing. */
  readonly warnings: readonly string[];
}

const path = z.array(z.string('must be text'), 'must be a list of names');

const CATALOG = z.object({ streams: z.array(z.unknown(), 'must be a list').min(1, 'has no streams') }, 'must be a JSON object');

const STREAM = z.object(
  {
    stream: z.object(
      { name: z.string('must be text').min(1, 'must not be empty'), namespace: z.string('must be text').nullish() },
      'must be an object',
    ),
    destination_sync_mode: z.enum(SYNC_MODES, `must be one of ${SYNC_MODES.join(', ')}`).default('append'),
    destination_object_name: z.string('must be text').nullish(),
    primary_key: z.array(path, 'must be a list of paths').nullish(),
    cursor_field: path.nullish(),
    sync_id: z.union([z.number(), z.string()], 'must be a number').nullish(),
  },
  'must be an object',
);

type Configured = z.output<typeof STREAM>;

/** The part of the configuration that is needed. */
type Defaults = Pick<Config, 'default_object'>;

/** Reads a catalog: its data, or its problems. If the configuration has problems of its own, fewer can be found here. */
export function readCatalog(catalog: unknown, config: Defaults | undefined): Read<Catalog> {
  const read = readWith(CATALOG, catalog);
  if ('problems' in read) return { problems: read.problems.map((problem) => `catalog: ${problem}`) };
  const seen = new Set<string>();
  const checked = read.data.streams.map((given, index) => checkStream(given, index, seen, config));
  const problems = checked.flatMap((stream) => stream.problems);
  if (problems.length > 0) return { problems: problems.map((problem) => `catalog: ${problem}`) };
  const configured = checked.map(({ data }) => data as Configured);
  const streams = configured.map((one) => catalogStream(one, config));
  const overwritten = streams.filter(({ mode }) => mode === 'overwrite').map(({ name }) => name);
  const warning = `overwrite works as append (${overwritten.join(', ')}): earlier rows stay, as Customer.io can't delete everything at once`;
  const syncId = configured.find(({ sync_id }) => sync_id !== null && sync_id !== undefined)?.sync_id;
  return { data: { streams, syncId: syncId?.toString(), warnings: overwritten.length > 0 ? [warning] : [] } };
}

interface CheckedStream {
  /** The stream, if nothing is wrong with it. */
  readonly data?: Configured;
  readonly problems: readonly string[];
}

/** Checks each part of a stream that can be read, whatever is wrong with the others. `seen` holds the names before it. */
function checkStream(given: unknown, index: number, seen: Set<string>, config: Defaults | undefined): CheckedStream {
  const read = readWith(STREAM, given, (path) => ['streams', index, ...path]);
  const own = 'problems' in read ? read.problems : [];
  const { data: stream } = partOf(given, 'stream');
  if (stream === undefined) return { problems: own };
  const label = `streams.${index} (${sayStream(stream)})`;
  const name = JSON.stringify([stream.namespace || '', stream.name]);
  const twice = seen.has(name) ? [`${label} is listed twice`] : [];
  seen.add(name);
  return { ...('data' in read ? read : {}), problems: [...own, ...twice, ...objectProblems(given, stream, label, config)] };
}

function objectProblems(given: unknown, stream: Configured['stream'], label: string, config: Defaults | undefined): string[] {
  const { data: asked, success } = partOf(given, 'destination_object_name');
  if (!success) return [];
  if (asked && !isObjectName(asked)) return [`${label}: ${unknownName('destination object', asked, OBJECT_NAMES)}`];
  const object = objectOf({ stream, destination_object_name: asked }, config);
  if (object === undefined) {
    const hint = `set its destination_object_name, name the stream after one (${OBJECT_NAMES.join(', ')}), or set default_object`;
    return config === undefined ? [] : [`${label} has no destination object: ${hint}`];
  }
  const { data: mode } = partOf(given, 'destination_sync_mode');
  return object === 'person_event' && mode === 'soft_delete' ? [`${label}: events can't be deleted (soft_delete)`] : [];
}

function partOf<K extends keyof Configured>(given: unknown, name: K): z.ZodSafeParseResult<Configured[K]> {
  return STREAM.shape[name].safeParse(Reflect.get(Object(given), name)) as z.ZodSafeParseResult<Configured[K]>;
}

function catalogStream(configured: Configured, config: Defaults | undefined): CatalogStream {
  const { stream, destination_sync_mode: mode, primary_key: key, cursor_field: cursor } = configured;
  return {
    name: stream.name,
    namespace: stream.namespace || undefined,
    object: objectOf(configured, config) as ObjectName,
    mode,
    primaryKey: (key ?? []).filter(({ length }) => length > 0),
    cursor: cursor && cursor.length > 0 ? cursor : undefined,
  };
}

function objectOf(
  { stream, destination_object_name: asked }: Pick<Configured, 'stream' | 'destination_object_name'>,
  config: Defaults | undefined,
): ObjectName | undefined {
  return [asked, stream.name, config?.default_object].find(isObjectName);
}

function isObjectName(name: unknown): name is ObjectName {
  return OBJECT_NAMES.includes(name as ObjectName);
}

/** A stream's name for people. */
export function sayStream({ name, namespace }: { name: string; namespace?: string | null | undefined }): string {
  return namespace ? `${namespace}.${name}` : name;
}
