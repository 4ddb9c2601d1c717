/**
 * A Parquet file -> NDJSON, a line for each row. A group of rows is decoded at a time, as the file has them: it is what a run
 * needs memory for. What does not add up is an error, never a row of nulls.
 */
import { type ParquetScan, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { RandomAccess } from '../../bytes/random-access.ts';
import { CioError, wordsOf } from '../../errors.ts';
import { textOrBad } from './cell-text.ts';
import { type ParquetColumn, parquetColumns, storedSchema } from './columns.ts';

/** What reads the rows. */
export interface RowsOptions {
  /** The rows before this one, from 0, are left out. */
  readonly first: number;
  readonly warn: (text: string) => void;
  /** Gets the share of the rows that were given so far. */
  readonly onShare: (share: number) => void;
}

const PIECE_CHARACTERS = 65_536;

/** The text in pieces of whole lines. Throws `CIO_SOURCE`. */
export async function* rowTexts(file: RandomAccess, options: RowsOptions): AsyncGenerator<Buffer> {
  try {
    yield* read(file, options);
  } catch (error) {
    if (error instanceof CioError) throw error;
    throw new CioError('CIO_SOURCE', `it can't be read as Parquet: ${wordsOf(error)}`, error);
  }
}

async function* read(file: RandomAccess, { first, warn, onShare }: RowsOptions): AsyncGenerator<Buffer> {
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const columns = readable(parquetColumns(parquetSchema(metadata)), warn);
  const scan = await parquetScan({
    file,
    metadata: { ...metadata, schema: storedSchema(metadata.schema) },
    compressors,
    columns: columns.map(({ name }) => name),
    utf8: false,
    useOffsetIndex: false,
    parsers: { stringFromBytes: (bytes: Uint8Array) => bytes && textOrBad(bytes), timestampFromNanoseconds: (nanos: bigint) => nanos },
  });
  let end = 0;
  for (const range of scan.ranges) {
    if (range.rowStart !== end) break;
    end = range.rowEnd;
    if (end <= first) continue;
    for (const piece of group(await cellsOf(scan, columns, range), columns, Math.max(first - range.rowStart, 0))) {
      yield piece.text;
      onShare((range.rowStart + piece.rows) / rows);
    }
  }
  if (end !== rows) throw new Error(`the file says that it has ${rows} rows, and its groups have ${end}`);
}

/** Throws for two columns of one name: nothing says which is meant. */
function readable(columns: readonly ParquetColumn[], warn: (text: string) => void): ParquetColumn[] {
  const twice = columns.find(({ name }, index) => columns.findIndex((other) => other.name === name) < index);
  if (twice) throw new CioError('CIO_SOURCE', `the column "${twice.name}" appears twice: rename one of them`);
  for (const { name, type } of columns.filter(({ text }) => text === undefined))
    warn(`the column "${name}" is left out: it holds ${type}, which JSON cannot express`);
  const kept = columns.filter(({ text }) => text !== undefined);
  if (kept.length === 0) throw new CioError('CIO_SOURCE', 'it has no column that can be read');
  return kept;
}

type Range = ParquetScan['ranges'][number];

/** The values of a group, column by column. */
async function cellsOf(scan: ParquetScan, columns: readonly ParquetColumn[], range: Range): Promise<ArrayLike<unknown>[]> {
  const cells = await Promise.all(columns.map(({ name }) => scan.readColumn({ ...range, column: name })));
  const rows = range.rowEnd - range.rowStart;
  const short = cells.findIndex(({ length }) => length !== rows);
  if (short !== -1) throw new Error(`the column "${columns[short]?.name}" has ${cells[short]?.length} values in a group of ${rows} rows`);
  return cells;
}

function* group(
  cells: readonly ArrayLike<unknown>[],
  columns: readonly ParquetColumn[],
  from: number,
): Generator<{ text: Buffer; rows: number }> {
  const names = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const rows = cells[0]?.length ?? 0;
  let text = '';
  for (let row = from; row < rows; row++) {
    for (let column = 0; column < cells.length; column++)
      text += (names[column] as string) + (columns[column] as Required<ParquetColumn>).text?.(cells[column]?.[row]);
    text += '}\n';
    if (text.length < PIECE_CHARACTERS && row + 1 < rows) continue;
    yield { text: Buffer.from(text), rows: row + 1 };
    text = '';
  }
}
