/**
 * The header of a CSV: its column names, and what may be wrong with them. What is needed and not there is told; what is
 * there is not: of a file without a header row that is the first record.
 */
import { isUtf8 } from 'node:buffer';
import { CioError } from '../errors.ts';
import { nearest } from '../options.ts';
import { NAME_ENCODING } from './utf8.ts';

const REJECTED = 'rejected_reason';
const DELIMITERS = [',', ';', '\t', '|'];
/** What looks like the name of a column, and not like somebody's address, number or words. */
const COLUMN_NAME = /^[\p{L}_][\p{L}\p{N}_ .-]{0,39}$/u;
const NAME_THEM =
  'Name the columns that hold what is needed with `fields`, all columns of a file without a header row with `columns`, what stands between and around cells with `delimiter` and `quote`; or correct the file.';

/** What is asked of a header. */
export interface Rules {
  readonly required: readonly (string | readonly string[])[];
  readonly delimiter: string;
  readonly emptyCells: 'absent' | 'keep';
}

/** The column names, ready to make JSON of a row's cells; so the name __proto__ is a name like any other. */
export class Header {
  readonly width: number;
  readonly names: readonly string[];
  readonly #keys: string[];
  readonly #keepEmpty: boolean;

  private constructor(names: readonly string[], { emptyCells }: Rules) {
    this.names = names;
    this.width = names.length;
    this.#keys = names.map((name) => `${JSON.stringify(name)}:`);
    this.#keepEmpty = emptyCells === 'keep';
  }

  static read(names: string[], bytes: Buffer, rules: Rules): Header {
    if (!isUtf8(bytes)) throw badHeader('it is not valid UTF-8', 'header row', NAME_ENCODING);
    const flaw = flawOf(names) ?? missingOf(names, rules);
    if (flaw !== undefined) throw badHeader(flaw);
    return new Header(names, rules);
  }

  static given(names: readonly string[], rules: Rules): Header {
    const flaw = missingOf(names, rules);
    if (flaw !== undefined) throw badHeader(flaw, 'list of columns');
    return new Header(names, rules);
  }

  jsonOf(cells: string[]): string {
    let text = '';
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as string;
      if (cell !== '' || this.#keepEmpty) text += `${text === '' ? '' : ','}${this.#keys[i]}${JSON.stringify(cell)}`;
    }
    return `{${text}}`;
  }
}

/** What is wrong with a list of column names, if anything is. */
export function flawOf(names: readonly string[]): string | undefined {
  const empty = names.indexOf('');
  if (empty !== -1) return `column ${empty + 1} has no name`;
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) return `columns ${names.indexOf(names[twice] as string) + 1} and ${twice + 1} have the same name`;
  return names.some((name) => /\r(?!\n)/.test(name)) ? 'its lines end in CR only (old Mac): convert them to LF' : undefined;
}

/** What is needed and not there. */
function missingOf(names: readonly string[], { required, delimiter }: Rules): string | undefined {
  if (names.includes(REJECTED)) return undefined;
  const missing = required.find((one) => ![one].flat().some((name) => names.includes(name)));
  if (missing === undefined) return undefined;
  const what = typeof missing === 'string' ? `no column "${missing}"` : `none of the columns ${missing.join(', ')}`;
  return `it has ${what}${otherDelimiter(names, delimiter) ?? (typeof missing === 'string' ? meant(missing, names) : '')}`;
}

function otherDelimiter([only = '', ...more]: readonly string[], delimiter: string): string | undefined {
  const between = DELIMITERS.find((text) => text !== delimiter && only.includes(text));
  if (more.length > 0 || between === undefined) return undefined;
  return `; it is one column that holds ${between === '\t' ? 'a tab' : `"${between}"`}: is that the \`delimiter\`?`;
}

function meant(name: string, names: readonly string[]): string {
  const known = names.filter((one) => COLUMN_NAME.test(one));
  const near = nearest(name, known);
  return near === undefined ? '' : `: did you mean "${near}"?`;
}

/** An error that says how to name columns, or what else is `todo`. */
export function badHeader(flaw: string, what = 'header row', todo: string = NAME_THEM): CioError {
  return new CioError('CIO_SOURCE', `csv: the ${what} can't be used: ${flaw}`, undefined, todo);
}
