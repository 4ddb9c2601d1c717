/** What was rejected, for people: a table by reason and field, two examples of each, and the commands that come next. */
import { printable } from '../../printable.ts';
import { number } from '../../wording.ts';
import type { Paint } from './paint.ts';
import { type Example, exampleTexts, type Kind } from './reject-counts.ts';
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
  /** They are messages of Kafka. */
  readonly areMessages?: boolean;
}

/** Commands that are ready to be pasted. */
export interface NextCommands {
  readonly look: string;
  readonly sendAgain: string;
}

/** How lines are laid out. */
export interface Layout {
  readonly paint: Paint;
  /** The cells of a line; Infinity if it may be as long as it is. */
  readonly width: number;
}

const HEAD = ['rows', 'reason', 'field', 'what is wrong, and where'];
const SEVERAL = 'several messages, such as';
const MAX_SHOWN = 20;
/** Some name many columns; the message does so, too. */
const MAX_FIELD = 24;
const COLUMNS: readonly TableColumn[] = [{ align: 'right' }, {}, { least: 8 }, { least: 10 }];

/** The kinds, the most frequent first, with their examples. */
export function rejectTable({ kinds, otherKinds }: RejectedRows, { paint, width }: Layout): string[] {
  const shown = kinds.slice(0, MAX_SHOWN);
  const rows = shown.flatMap(({ records, reason, field, examples }) => {
    const [first, second = first] = examples;
    const fits = first?.message === second?.message;
    return [
      [number(records), reason ?? '-', cutTo(field ?? '-', MAX_FIELD), fits ? (first?.message ?? '') : SEVERAL],
      ...examples.map((one) => ['', '', '', fits ? exampleText(one) : exampleText(one, one.message)]),
    ];
  });
  const isKind = (row: number): boolean => rows[row - 1]?.[0] !== '';
  const table = tableLines([HEAD, ...rows], {
    columns: COLUMNS,
    width: width - INDENT.length,
    paint: (text, row, column) => {
      if (text.trim() === '') return text;
      if (row === 0) return paint('bold', text);
      if (!isKind(row)) return paint('dim', text);
      return column === 1 ? paint('red', text) : text;
    },
  });
  const rest = kinds.slice(MAX_SHOWN).reduce((sum, { records }) => sum + records, otherKinds);
  return [...table, ...(rest > 0 ? [cutTo(`and ${number(rest)} of other kinds`, width)] : [])].map((line) => INDENT + line);
}

const INDENT = '  ';

/** crm.csv:17  "31/04/2024", or with its message crm.csv:17: is not a time  "31/04/2024". */
function exampleText(example: Example, message = ''): string {
  const [place, what] = exampleTexts(example);
  return [[place, message].filter((part) => part !== '').join(': '), what]
    .filter((part) => part !== '')
    .map(printable)
    .join('  ');
}
