/**
 * The inputs of a run, found before anything is sent: a wrong name stops the run while nothing has happened. Each input knows
 * its format and, if that can be known, its size and version.
 */
import { fileURLToPath } from 'node:url';
import { CioError } from '../../errors.ts';
import type { SourcePosition } from '../../source/checkpointer.ts';
import { dashed } from '../flags/flag.ts';
import type { InputFormat, SendFlags } from '../flags/flags.ts';
import { accessOf } from '../flags/store-access.ts';
import { noFile } from './kafka/no-file.ts';
import { kindOfName } from './places/kind.ts';
import { localPlaces, standardInput } from './places/local.ts';
import type { Place, Search } from './places/place.ts';

export type { Bytes } from './places/place.ts';
export { inputUnreadable } from './places/unreadable.ts';

/** Flags that are of use for one format only. */
const FLAGS_OF = {
  json: ['jsonPath'],
  csv: ['delimiter', 'quote', 'header', 'keepEmptyCells', 'null', 'trim'],
} as const;

/** Where an input resumes. */
export interface Resumption {
  /** With `ended` if nothing is left to read. */
  readonly startAt: SourcePosition;
  /** How the source gets there; without it the file is opened at the offset. */
  readonly skip?: 'bytes' | 'lines';
}

/** One place, and how it is read. */
export interface Input extends Place {
  readonly format: InputFormat;
  readonly encoding: string | undefined;
  /** What stands between the cells of CSV, if the name says it. */
  readonly delimiter?: string | undefined;
  /** Where an earlier run has stopped; absent if it is read from its beginning. */
  readonly from?: Resumption;
}

const QUIET: Search = { note: () => {}, signal: new AbortController().signal };

/** Finds all inputs. Throws `CIO_SOURCE` for the first that can't be read, `CIO_OPTIONS` for flags that fit none. */
export async function findInputs(names: readonly string[], flags: SendFlags, search: Search = QUIET): Promise<Input[]> {
  const given = names.length === 0 ? ['-'] : names;
  if (given.filter((name) => name === '-').length > 1) throw new CioError('CIO_OPTIONS', 'standard input (-) can be read only once');
  const inputs: Input[] = [];
  for (const name of given) for (const place of await placesAt(name, flags, search)) inputs.push(inputOf(place, flags));
  noteRepeated(inputs, search);
  const formats = new Set(inputs.map(({ format }) => format));
  for (const format of ['json', 'csv'] as const) {
    const useless = FLAGS_OF[format].find((name) => !formats.has(format) && isGiven(flags[name]));
    if (useless !== undefined)
      throw new CioError('CIO_OPTIONS', `${dashed(useless)} is for ${format}, and no input is: give --format ${format}?`);
  }
  if (flags.encoding !== undefined && inputs.every(({ format }) => format === 'parquet'))
    throw new CioError('CIO_OPTIONS', '--encoding has no effect on Parquet, which says itself how its texts are encoded');
  return inputs;
}

/** A file may be in a folder that is named, too. */
function noteRepeated(inputs: readonly Input[], { note }: Search): void {
  const seen = new Set<string>();
  for (const { source, label } of inputs) {
    if (source !== undefined && seen.has(source)) note(`warning: ${label} is named twice, and is read twice`);
    if (source !== undefined) seen.add(source);
  }
}

async function placesAt(name: string, flags: SendFlags, search: Search): Promise<readonly Place[]> {
  if (name === '-') return [standardInput()];
  const [, scheme = ''] = /^(s3|gs|https?|file|kafka):/i.exec(name) ?? /^([a-z][a-z0-9+.-]+):\/\//i.exec(name) ?? [];
  switch (scheme.toLowerCase()) {
    case '':
      return localPlaces(name, search.note);
    case 'file':
      return localPlaces(pathOf(name), search.note);
    case 's3':
    case 'gs': {
      const { bucketPlaces } = await import('./places/bucket.ts');
      return bucketPlaces(name, { ...accessOf(flags), giveUpMs: flags.giveUpMs }, search);
    }
    case 'http':
    case 'https': {
      const { webPlace } = await import('./places/web.ts');
      return [await webPlace(name, { giveUpMs: flags.giveUpMs }, search)];
    }
    case 'kafka':
      // What runs over Kafka has found that before.
      throw noFile(name);
    default:
      throw new CioError('CIO_OPTIONS', `${scheme}: can't be read: use a file, a folder, s3://, gs://, https:// or kafka://`);
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new CioError('CIO_OPTIONS', `${url} is not a usable file URL, such as file:///data/rows.csv`, error);
  }
}

function inputOf(place: Place, flags: SendFlags): Input {
  const { format = 'ndjson', delimiter } = kindOfName(place.label) ?? place.kind ?? {};
  const read = flags.format ?? format;
  // Its index is at its end, so it can't grow.
  const isReplacedWhole = read === 'parquet' || place.isReplacedWhole;
  return { ...place, format: read, encoding: flags.encoding, delimiter, isReplacedWhole };
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
