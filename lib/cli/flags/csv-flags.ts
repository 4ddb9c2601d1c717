/** The options of `cio-stream send` that say how CSV is read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { text } from './values.ts';

/** What they give. */
export interface CsvFlags {
  readonly delimiter?: string;
  readonly quote?: string | false;
  readonly header?: string[];
  readonly keepEmptyCells?: boolean;
  readonly null: readonly string[];
  readonly trim?: boolean;
}

/** Adds them. */
export function addCsvOptions(command: Command): void {
  command
    .option(
      '--delimiter <text>',
      String.raw`csv: what stands between two cells (default: what a first line "sep=;" says, else ",", in *.tsv a tab; \t is a tab)`,
      text,
    )
    .option('--quote <character>', `csv: what stands around a cell (default: "; none: nothing does)`, quote)
    .option('--header <names>', 'csv: the column names of a file without a header row, with commas between', columnNames)
    .option('--keep-empty-cells', 'csv: an empty cell is an empty text, not an absent one')
    .addOption(
      new Option('--null <text>', String.raw`csv: a cell that is this text is empty, for example \N or NULL; repeat for more`)
        .argParser(nullText)
        .default([], 'no text is'),
    )
    .option('--trim', 'csv: take white space from around cells and names of columns');
}

function quote(value: string): string | false {
  if (value === 'none') return false;
  if (value.length === 1) return value;
  throw new InvalidArgumentError('It must be one character, or none.');
}

function nullText(value: string, before: string[]): string[] {
  return [...before, text(value)];
}

function columnNames(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.includes('') || new Set(names).size < names.length)
    throw new InvalidArgumentError('They must be names, none empty, none twice.');
  return names;
}
