/** The options of csv(), and how a command line gives them. */
import { z } from 'zod';
import { FLAG, type Given, readOptions } from '../../options.ts';
import { SOURCE_OPTIONS, type SourceOptions } from '../options.ts';
import { headerProblem } from './header.ts';

/** What csv() takes beside the options of every source. */
export const CSV_SHAPE = {
  /** The text between two cells, 1 to 16 characters. Default: what a first line such as `sep=;` says, else `,`. */
  delimiter: z.string().min(1).max(16, 'must be of 1 to 16 characters').optional().register(FLAG, {
    flag: '--delimiter <text>',
    doc: String.raw`csv: text between two cells; \t is a tab`,
    standard: '"," or what a first line such as "sep=;" says; a tab in *.tsv',
  }),
  /**
   * The character around a cell that holds delimiters or newlines; inside the cell it is doubled. `false`: cells are not quoted.
   * Default `"`.
   */
  quote: z
    .union([z.string().length(1), z.literal(false)], 'must be one character or false')
    .default('"')
    .register(FLAG, {
      flag: '--quote <character>',
      doc: 'csv: character around a quoted cell; none: cells are not quoted',
      read: (text) => (text === 'none' ? false : text),
      rule: 'must be one character, or none',
      config: { pattern: String.raw`^(?:[\s\S]|none)$` },
    }),
  /** The column names of a file without a header row. Default: the first row is the header. */
  columns: z
    .array(z.string())
    .refine((names) => names.length > 0 && headerProblem(names) === undefined, 'must be names, none empty, none twice')
    .readonly()
    .optional()
    .register(FLAG, {
      flag: '--header <names>',
      doc: 'csv: column names, separated by commas, for a file without a header row',
      read: (text) => text.split(',').map((name) => name.trim()),
    }),
  /**
   * Columns that the header must have; of a list inside the list, at least one. A missing column fails the source before any row is
   * sent. Rejected rows in CSV (their header has `rejected_reason`) pass: `reopen()` reports them. Default: none.
   */
  required: z
    .array(z.union([z.string(), z.array(z.string()).min(1).readonly()], 'must be names, or lists of names'))
    .readonly()
    .default([]),
  /** What an empty cell means: `absent` (default) leaves the column out of that record, `keep` gives an empty text. */
  emptyCells: z.enum(['absent', 'keep']).default('absent').register(FLAG, {
    flag: '--keep-empty-cells',
    doc: 'csv: send an empty cell as empty text instead of leaving it out',
    on: 'keep',
  }),
  /** Texts that stand for an empty cell, quoted or not, for example `\N` or `NULL`. Default: none. */
  null: z.array(z.string().min(1)).readonly().default([]).register(FLAG, {
    flag: '--null <text>',
    doc: String.raw`csv: treat a cell with this text as empty, for example \N or NULL`,
    standard: 'none',
    repeat: true,
  }),
  /** Strips white space around cells, quoted or not, and around column names. Default `false`. */
  trim: z.boolean().default(false).register(FLAG, { flag: '--trim', doc: 'csv: strip white space around cells and column names' }),
};

/** The closed schema. The delimiter has no default here: one that is given must be that of a line `sep=`. */
const CSV_OPTIONS = SOURCE_OPTIONS.extend(CSV_SHAPE).refine(
  ({ delimiter = ',', quote }) => quote === false || !delimiter.includes(quote),
  'delimiter and quote must be different',
);

/**
 * Options of {@link csv}.
 *
 * @category Sources
 */
export interface CsvOptions extends SourceOptions, Given<typeof CSV_SHAPE> {}

/** The options once they are read. */
export type CsvSettings = z.output<typeof CSV_OPTIONS>;

/** Reads the options of csv(). Throws `CIO_OPTIONS`. */
export function readCsvOptions(options: CsvOptions | undefined): CsvSettings {
  return readOptions('csv', CSV_OPTIONS, options);
}
