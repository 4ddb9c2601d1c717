/**
 * The header of a CSV: its column names, and what may be wrong with them. An error names the column that is missing. It
 * lists the columns that are there only if all of them look like names: in a file without a header row they are a record.
 */
import { isUtf8 } from 'node:buffer';
import { HAS_ZEROS, NAME_ENCODING } from '../../bytes/utf8.ts';
import { CioError } from '../../errors.ts';
import { nearest } from '../../options.ts';
import { isPlainName } from '../../printable.ts';
import { number, option, say, type Text, type Wording } from '../../wording.ts';
import { trimmedCell, withoutMarks } from './cell-text.ts';

const REJECTED = 'rejected_reason';
const DELIMITERS = [',', ';', '\t', '|'];
const MOST_LISTED = 30;
/** An option of csv() in a sentence. */
const csvOption = (name: string): Wording => say`\`${option('csv', name)}\``;
/** Two functions have this option. */
const columnsOf = (of: string): Wording => say`\`${{ ...option(of, 'columns'), own: `${of}({ columns })` }}\``;
const HOW_WRITTEN = say`Say how the file is written: name other characters between or around cells with ${csvOption('delimiter')} and ${csvOption('quote')}, another encoding than UTF-8 with ${csvOption('encoding')}. If it has no header row, name its columns with ${columnsOf('csv')}.`;
const NAME_THEM = say`Say which column is which with ${columnsOf('validate')}. If the file has no header row, name all its columns with ${columnsOf('csv')}. If other characters separate or surround cells, name them with ${csvOption('delimiter')} and ${csvOption('quote')}. Or correct the file.`;

const SAME_LETTERS = ': the name in the file looks the same, but is made of other characters (Unicode NFC or NFD): copy it from the file';

/** What a header must have, and how its cells are read. */
export interface Rules {
  readonly required: readonly (string | readonly string[])[];
  readonly delimiter: string;
  readonly emptyCells: 'absent' | 'keep';
  readonly null: readonly string[];
  readonly trim: boolean;
}

/** The column names. They make JSON text of a row's cells, not an object: so the name __proto__ is a name like any other. */
export class Header {
  readonly width: number;
  readonly names: readonly string[];
  readonly #keys: string[];
  readonly #keepEmpty: boolean;
  readonly #nulls: ReadonlySet<string> | undefined;
  readonly #trim: boolean;
  readonly #first: string;

  private constructor(names: readonly string[], { emptyCells, null: nulls, trim }: Rules) {
    this.names = names;
    this.width = names.length;
    this.#first = names[0] as string;
    this.#keys = names.map((name) => `${JSON.stringify(name)}:`);
    this.#keepEmpty = emptyCells === 'keep';
    this.#nulls = nulls.length === 0 ? undefined : new Set(nulls);
    this.#trim = trim;
  }

  static read(cells: string[], bytes: Buffer, rules: Rules): Header {
    if (!isUtf8(bytes)) throw badHeader('it is not valid UTF-8', 'header row', NAME_ENCODING);
    const names = cells.map((cell) => nameOf(cell, rules));
    if (names.some((name) => name.includes('\0'))) throw unreadableHeader(`it ${HAS_ZEROS}`);
    const flaw = headerProblem(names) ?? missingOf(names, rules);
    if (flaw !== undefined) throw badHeader(flaw);
    return new Header(names, rules);
  }

  static given(names: readonly string[], rules: Rules): Header {
    const flaw = missingOf(names, rules);
    if (flaw !== undefined) throw badHeader(flaw, 'list of columns');
    return new Header(names, rules);
  }

  /** A warning if names have white space around them: they are not the names without it. */
  get warning(): Text | undefined {
    const at = this.names.findIndex((name) => name !== name.trim());
    if (at === -1) return undefined;
    const name = this.names[at] as string;
    const what = isPlainName(name.trim()) ? `column ${JSON.stringify(name)}` : `column ${at + 1}`;
    return say`the name of ${what} has white space around it, and so may its cells: ${csvOption('trim')} removes it`;
  }

  /** True if the cells are the names again, as in files that were joined. */
  isRepeatedBy(cells: readonly string[]): boolean {
    const [first] = cells as [string];
    // The cells may have other marks and white space at their ends.
    if (!first.includes(this.#first)) return false;
    return cells.every((cell, i) => cell === this.names[i] || nameOf(cell, { trim: this.#trim }) === this.names[i]);
  }

  jsonOf(cells: string[]): string {
    if (this.#nulls || this.#trim) this.#clean(cells, this.#nulls);
    let text = '';
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as string;
      if (cell !== '' || this.#keepEmpty) text += `${text === '' ? '' : ','}${this.#keys[i]}${JSON.stringify(cell)}`;
    }
    return `{${text}}`;
  }

  #clean(cells: string[], nulls: ReadonlySet<string> | undefined): void {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as string;
      const text = this.#trim ? trimmedCell(cell) : cell;
      cells[i] = nulls?.has(text) ? '' : text;
    }
  }
}

function nameOf(cell: string, { trim }: Pick<Rules, 'trim'>): string {
  return trim ? trimmedCell(cell) : withoutMarks(cell);
}

/** What is wrong with a list of column names, if anything is. */
export function headerProblem(names: readonly string[]): string | undefined {
  const empty = names.indexOf('');
  if (empty !== -1) return `column ${empty + 1} has no name`;
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const before = seen.get(name);
    if (before !== undefined) return `columns ${before + 1} and ${index + 1} have the same name`;
    seen.set(name, index);
  }
  return undefined;
}

/** What is required and not there, if anything is. */
function missingOf(names: readonly string[], { required, delimiter }: Rules): Text | undefined {
  const there = new Set(names);
  if (there.has(REJECTED)) return undefined;
  const missing = required.find((one) => ![one].flat().some((name) => there.has(name)));
  if (missing === undefined) return undefined;
  const what = typeof missing === 'string' ? `no column "${missing}"` : `none of the columns ${missing.join(', ')}`;
  const near = typeof missing === 'string' ? meant(missing, names) : '';
  return say`it has ${what}${otherDelimiter(names, delimiter) ?? say`${near}${listed(names)}`}`;
}

function otherDelimiter([only = '', ...more]: readonly string[], delimiter: string): Text | undefined {
  const between = DELIMITERS.find((text) => text !== delimiter && only.includes(text));
  if (more.length > 0 || between === undefined) return undefined;
  return say`; it is one column that holds ${between === '\t' ? 'a tab' : `"${between}"`}: is that the ${csvOption('delimiter')}?`;
}

/** The names in brackets, or nothing if one of the cells may be something else. */
function listed(names: readonly string[]): string {
  if (!names.every((name) => isPlainName(name.trim()))) return '';
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return ` (its columns: ${names
    .slice(0, MOST_LISTED)
    .map((name) => name.trim())
    .join(', ')}${more})`;
}

function meant(name: string, names: readonly string[]): Text {
  const known = names.filter((one) => isPlainName(one.trim()));
  const near = nearest(name, known);
  if (near === undefined) return '';
  if (near.normalize() === name.normalize()) return SAME_LETTERS;
  return near.trim() === name
    ? say`: the name of ${JSON.stringify(near)} has white space around it, ${csvOption('trim')} removes it`
    : `: did you mean "${near}"?`;
}

/** Throws if the delimiter that a first line `sep=` names is not the one that was given, or is the quote. */
export function checkNamed(named: string, delimiter: string | undefined, quote: string | false): void {
  const what = 'first line "sep="';
  if (delimiter !== undefined && delimiter !== named) {
    throw badHeader(
      say`it names the delimiter ${JSON.stringify(named)}, ${csvOption('delimiter')} is ${JSON.stringify(delimiter)}`,
      what,
      say`Give the ${csvOption('delimiter')} that separates the cells, or remove that line.`,
    );
  }
  if (named === quote) throw badHeader('it names the quote as the delimiter', what);
}

/** The header row can't be cut into cells. */
export function unreadableHeader(flaw: Text): CioError {
  return badHeader(flaw, 'header row', HOW_WRITTEN);
}

/** The header row is not held: it is too long. */
export function longHeader(bytes: number): CioError {
  return unreadableHeader(say`it has ${number(bytes)} bytes, more than \`${option('csv', 'maxRecordBytes')}\` allows`);
}

/** An error that says how to name columns, or another `todo`. */
export function badHeader(flaw: Text, what = 'header row', todo: Text = NAME_THEM): CioError {
  return new CioError('CIO_SOURCE', say`csv: the ${what} can't be used: ${flaw}`, undefined, todo);
}
