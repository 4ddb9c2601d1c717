/** A preview in words, for people: the columns, what would become of the rows, notes, and the command at the end. Pure. */
import { printable } from '../../printable.ts';
import { countOf, number } from '../../wording.ts';
import type { Layout } from '../show/reject-table.ts';
import { cutTo, tableLines } from '../show/table.ts';
import type { PreviewKind } from './columns/identity-guess.ts';
import { listed } from './notes/quoted.ts';
import type { ColumnProposal } from './proposal.ts';
import type { Trial } from './trial.ts';
import type { TrialKind } from './trial-kinds.ts';

/** What is shown. */
export interface Shown {
  readonly label: string;
  readonly format: string;
  readonly encoding: string | undefined;
  readonly rows: number;
  readonly unread: number;
  /** The input has more rows, or may have them. */
  readonly isCut: boolean;
  /** ... since the sample has as many bytes as are kept. */
  readonly isLarge: boolean;
  readonly kind: PreviewKind;
  readonly isKindGuessed: boolean;
  readonly columns: readonly ColumnProposal[];
  /** Absent if no command can be proposed. */
  readonly trial: Trial | undefined;
  readonly notes: readonly string[];
  /** Columns that a note says how to convert: the command sends them as text. */
  readonly asText: readonly string[];
  /** What to do if no command can be proposed. */
  readonly todo: string | undefined;
  readonly words: readonly string[];
}

/** Of a name, even if lines are not cut. */
const LONGEST_NAME = 400;
/** More are in `--json`. */
const MOST_COLUMNS = 200;

export function previewText(shown: Shown, layout: Layout): string {
  const { paint } = layout;
  const blocks = [
    [paint('bold', printable(headline(shown)))],
    columnLines(shown, layout),
    shown.trial === undefined ? [] : trialLines(shown.trial, layout),
    shown.notes.length === 0 ? [] : [paint('bold', 'Notes'), ...shown.notes.map((note) => `- ${printable(note)}`)],
    shown.todo === undefined ? commandLines(shown, layout) : [paint('red', printable(shown.todo))],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headline({ label, format, encoding, rows, unread, isCut, isLarge }: Shown): string {
  const much = isCut
    ? `the first ${countOf(rows + unread, 'row')}${isLarge ? ', as much as a preview keeps' : ''}`
    : `all ${countOf(rows + unread, 'row')}`;
  return `${label}: ${format}${encoding === undefined ? '' : ` in ${encoding}`}, ${much}`;
}

function columnLines({ columns, rows }: Shown, { width, paint }: Layout): string[] {
  const shown = columns
    .slice(0, MOST_COLUMNS)
    .map((column) => [
      cutTo(column.profile.name, LONGEST_NAME),
      typeText(column),
      percent(column.profile.filled, rows),
      `${column.profile.hasMore ? 'more than ' : ''}${number(column.profile.distinct)}`,
      column.profile.examples.join(', '),
    ]);
  const layout = [{ least: 8 }, { least: 6 }, { align: 'right' as const }, { align: 'right' as const }, { least: 8 }];
  const lines = tableLines([['column', 'type', 'filled', 'distinct', 'examples'], ...shown], {
    columns: layout,
    width,
    paint: (text, row, column) => (row === 0 ? paint('bold', text) : column === 4 ? paint('dim', text) : text),
  });
  const more = columns.length - MOST_COLUMNS;
  return more > 0 ? [...lines, `and ${countOf(more, 'more column')}: --json lists all`] : lines;
}

/** What a column is, as the table has it. */
export function typeText({ profile, guess, field }: ColumnProposal): string {
  const names = {
    id: 'id',
    email: 'email',
    phone: 'phone',
    cioId: 'cio_id',
    name: 'event name',
    time: 'time of the event',
    eventId: 'event id',
  };
  if (field !== undefined) return names[field];
  if (profile.filled === 0) return 'empty';
  if (profile.kinds.size > 1) return 'mixed';
  const [kind = 'text'] = profile.kinds.keys();
  if (kind !== 'text' && !(kind === 'number' && guess.type === 'time')) return kind;
  if (guess.type === 'text') return guess.choices === undefined ? 'text' : `${guess.choices[0]?.type}, ambiguous`;
  const { format } = guess.conversion ?? {};
  return `${guess.type}${format === undefined ? '' : ` ${format}`}${guess.rest === undefined ? '' : ' and others'}`;
}

function trialLines({ rows, rejected, warnings, skipped }: Trial, layout: Layout): string[] {
  const count = (kinds: readonly TrialKind[]): number => kinds.reduce((sum, kind) => sum + kind.rows, 0);
  const head = [`Of ${countOf(rows, 'row')}, ${number(count(rejected))} would be rejected`];
  if (skipped > 0) head.push(`${number(skipped)} skipped`);
  const title = layout.paint(rejected.length > 0 ? 'red' : 'bold', head.join(', '));
  const warned = warnings.length === 0 ? [] : [layout.paint('yellow', 'Sent with a warning:'), ...kindLines(warnings, layout)];
  return [title, ...kindLines(rejected, layout), ...warned];
}

const MOST_KINDS = 20;

function kindLines(kinds: readonly TrialKind[], { width }: Layout): string[] {
  const rows = kinds.slice(0, MOST_KINDS).map(({ rows: count, reason, field = '', message = '', examples }) => {
    const which = examples.map(
      ({ line, value }) => `${line === undefined ? '' : `line ${number(line)}`}${value === undefined ? '' : `: ${value}`}`,
    );
    return [number(count), reason, field, message, which.join('; ')];
  });
  const lines = tableLines(rows, { columns: [{ align: 'right' }, {}, { least: 8 }, { least: 20 }, { least: 16 }], width: width - 2 });
  const more = kinds.length > MOST_KINDS ? [`and ${countOf(kinds.length - MOST_KINDS, 'more kind')}`] : [];
  return [...lines, ...more].map((line) => `  ${line}`);
}

function commandLines({ kind, isKindGuessed, asText, words }: Shown, { width, paint }: Layout): string[] {
  const why =
    kind === 'people'
      ? 'Rows are treated as people, since no column holds names of events. If they are events, run preview again with --kind events.'
      : 'Rows are treated as events, since a column holds names of events. If they are people, run preview again with --kind people.';
  return [paint('bold', 'The command'), ...(isKindGuessed ? [why] : []), ...beforeLines(asText), '', wrappedCommand(words, width)];
}

function beforeLines(asText: readonly string[]): string[] {
  return asText.length === 0 ? [] : [printable(`Before you run it: ${listed(asText)} would be sent as text. See Notes for the flags.`)];
}

/** The words on one line, or on as many as fit a terminal. */
function wrappedCommand(words: readonly string[], width: number): string {
  const [first = '', ...others] = words;
  const lines = [first];
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length + 2 <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines.join(' \\\n');
}

function percent(part: number, whole: number): string {
  if (whole === 0) return '-';
  const share = (part / whole) * 100;
  // Nearly all is not all, and hardly any is not none.
  const rounded = part < whole && share > 99 ? 99 : part > 0 && share < 1 ? 1 : Math.round(share);
  return `${rounded} %`;
}
