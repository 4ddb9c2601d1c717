/** What a name, or a content type, says about the format of what it names. */
import type { InputFormat } from '../../flags/flags.ts';

/** A format, and what stands between the cells of CSV if that is known. */
export interface FileKind {
  readonly format: InputFormat;
  readonly delimiter?: string;
}

const CSV: FileKind = { format: 'csv' };
const TSV: FileKind = { format: 'csv', delimiter: '\t' };
const NDJSON: FileKind = { format: 'ndjson' };
const DOCUMENT: FileKind = { format: 'json' };
const PARQUET: FileKind = { format: 'parquet' };

const ENDINGS: Readonly<Record<string, FileKind>> = { csv: CSV, tsv: TSV, json: DOCUMENT, ndjson: NDJSON, jsonl: NDJSON, parquet: PARQUET };
const TYPES: readonly (readonly [RegExp, FileKind])[] = [
  [/^(?:text|application)\/(?:x-)?csv$/, CSV],
  [/^text\/(?:x-)?(?:tsv|tab-separated-values)$/, TSV],
  [/^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)$/, NDJSON],
  [/^(?:application|text)\/json$/, DOCUMENT],
  [/^application\/vnd\.apache\.parquet$/, PARQUET],
];

/** By the ending of a name, before .gz or .zst; undefined for another ending, or none. */
export function kindOfName(name: string): FileKind | undefined {
  const ending = /\.(\w+?)(?:\.(?:gz|zst))?$/.exec(name.toLowerCase())?.[1] ?? '';
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
}

/** By the content type that a server gives. */
export function kindOfType(type: string): FileKind | undefined {
  const [bare = ''] = type.toLowerCase().split(';');
  return TYPES.find(([pattern]) => pattern.test(bare.trim()))?.[1];
}
