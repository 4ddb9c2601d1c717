/** What was rejected, for people: a table by reason and field, two examples of each, and the commands that come next. */

import { printable } from '../../printable.ts';
import { number } from '../../wording.ts';
import type { Paint } from './paint.ts';
import type { Example, Kind } from './reject-counts.ts';
import { cutTo, type TableColumn, tableLines } from './table.ts';

/** What was rejected. */
export interface RejectedRows {
  /** Where it is, after "rejected records are". */
  readonly rejects: string;
  readonly kinds: readonly Kind[];
  /** Records of further kinds. */
  readonly otherKinds: number;
  /** How to look at the rows, and how to send them again; absent if they are not in a place of their own. */
  readonly commands?: NextCommands | undefined;
}

/** Commands that are ready to be pasted. */
export interface NextCommands {
  readonly look: string;
  readonly sendAgain: string;
}

/** How lines are laid out. */
export interface Layout {
  readonly paint: Paint;
  readonly width: number;
}

const HEAD = ['rows', 'reason', 'field', 'what is wrong, and where'];
const MAX_SHOWN = 20;
/** Some name many columns; the message does so, too. */
const MAX_FIELD = 24;
const COLUMNS: readonly TableColumn[] = [{ align: 'right' }, {}, { least: 8 }, { least: 10 }];

/** The kinds, the most frequent first, with their examples. */
export function rejectTable({ kinds, otherKinds }: RejectedRows, { paint, width }: Layout): string[] {
  const shown = kinds.slice(0, MAX_SHOWN);
  const rows = shown.flatMap(rowsOf);
  const table = tableLines([HEAD, ...rows.map(({ cells }) => cells)], {
    columns: COLUMNS,
    width: width - INDENT.length,
    paint: (text, row, column) => {
      if (text.trim() === '') return text;
      if (row === 0) return paint('bold', text);
      if (rows[row - 1]?.isExample) return paint('dim', text);
      return column === 1 ? paint('red', text) : text;
    },
  });
  const rest = kinds.slice(MAX_SHOWN).reduce((sum, { records }) => sum + records, otherKinds);
  return [...table, ...(rest > 0 ? [cutTo(`and ${number(rest)} of other kinds`, width)] : [])].map((line) => INDENT + line);
}

const INDENT = '  ';

/** A kind, and below it its examples. A kind may have several messages: each example stands below its own. */
function rowsOf({ records, reason, field, examples }: Kind): { cells: string[]; isExample: boolean }[] {
  const kind = [number(records), reason ?? '-', cutTo(field ?? '-', MAX_FIELD)];
  return examples.flatMap((one, at) => {
    const example = { cells: ['', '', '', exampleText(one)], isExample: true };
    if (at > 0 && one.message === examples[at - 1]?.message) return [example];
    return [{ cells: [...(at === 0 ? kind : ['', '', '']), one.message ?? ''], isExample: false }, example];
  });
}

/** crm.csv:17 "31/04/2024": the record itself where no field is known. */
function exampleText({ source, object, line, value, record }: Example): string {
  const name = source ?? object;
  // Standard input has no name.
  const place = name === undefined && line !== undefined ? `line ${line}` : [name, line].filter((part) => part !== undefined).join(':');
  const what = value === undefined ? record : JSON.stringify(value);
  return [place, what]
    .filter((part) => part !== '')
    .map(printable)
    .join('  ');
}
