/** The options of csv(). */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { readOptions, type WithDefaults } from '../../options.ts';
import { SOURCE_SHAPE, type SourceOptions } from '../options.ts';
import { headerProblem } from './header.ts';

/** Options of {@link csv}. */
export interface CsvOptions extends SourceOptions {
  /** Between two cells. Default: what a first line such as `sep=;` says, else `,`. */
  delimiter?: string | undefined;
  /** Around a cell that holds delimiters or newlines, doubled inside it. Default `"`; false for none. */
  quote?: string | false | undefined;
  /** The column names of a file without a header row. */
  columns?: string[] | undefined;
  /**
   * Columns that the header must have, of a list at least one: what is missing is reported before any row is sent. Rejected
   * records in CSV (their header has `rejected_reason`) are let through: `reopen()` has a word for those. Default: none.
   */
  required?: readonly (string | readonly string[])[] | undefined;
  /** What an empty cell means: `absent` (default) leaves the column out of that record, `keep` gives an empty text. */
  emptyCells?: 'absent' | 'keep' | undefined;
  /** Cells that are one of these texts, quoted or not, are empty, for example `\N` or `NULL`. Default: none. */
  null?: readonly string[] | undefined;
  /** Takes white space from around cells, quoted or not, and names of columns. Default false. */
  trim?: boolean | undefined;
}

/** The options once they are read. The delimiter has no default here: one that is given must be that of a line `sep=`. */
export type CsvSettings = WithDefaults<Pick<CsvOptions, 'maxRecordBytes' | 'quote' | 'required' | 'emptyCells' | 'null' | 'trim'>> &
  CsvOptions & { readonly clock: Clock };

const OPTIONS = z
  .strictObject({
    ...SOURCE_SHAPE,
    delimiter: z.string().min(1).max(16).optional(),
    quote: z.union([z.string().length(1), z.literal(false)], 'must be one character or false').default('"'),
    columns: z
      .array(z.string())
      .refine((names) => names.length > 0 && headerProblem(names) === undefined, 'must be names, none empty, none twice')
      .optional(),
    required: z.array(z.union([z.string(), z.array(z.string()).min(1)], 'must be names, or lists of names')).default([]),
    emptyCells: z.enum(['absent', 'keep'], "must be 'absent' or 'keep'").default('absent'),
    null: z.array(z.string().min(1)).default([]),
    trim: z.boolean().default(false),
  })
  .refine(({ delimiter = ',', quote }) => quote === false || !delimiter.includes(quote), 'delimiter and quote must be different');

/** Reads the options of csv(). Throws `CIO_OPTIONS`. */
export function readCsvOptions(options: CsvOptions | undefined): CsvSettings {
  return readOptions('csv', OPTIONS, options);
}
