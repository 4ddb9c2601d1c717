/** The summary of a run and its notes in words, for people. Pure functions. */
import { printable } from '../../printable.ts';
import { WARNINGS } from '../../record/entry.ts';
import { SKIP_REASONS } from '../../record/skipped.ts';
import { countOf, duration, number, size } from '../../wording.ts';
import type { Replayed } from '../input/record-reader.ts';
import type { Resumed } from '../input/resume.ts';
import { unseenText } from './missing-columns.ts';
import type { Paint } from './paint.ts';
import { type Layout, type RejectedRows, rejectTable } from './reject-table.ts';
import type { Report } from './report.ts';

const NEARLY_ALL = 0.9;
const NOT_UTF_8 = 'hint: some rows are not UTF-8: name the encoding of the input, for example --encoding windows-1252';
/** So many names are in a note. */
const NAMED = 5;

/** Where inputs resume, or have resumed: said when a run begins, so not again in its summary. */
export function resumedNote(resumed: readonly Resumed[]): string {
  const place = ({ line, item, ended }: Resumed): string => {
    if (ended) return 'was already read to its end';
    return item === undefined ? `from line ${number(line ?? 1)} on` : `from item ${number(item)} on`;
  };
  // Of a folder with many files all but one are over, or not begun.
  const over = resumed.length > NAMED ? resumed.filter(({ ended }) => ended) : [];
  const named = resumed.filter((one) => !over.includes(one)).map((one) => `${one.input} ${place(one)}`);
  const rest =
    over.length === 0
      ? []
      : [`${countOf(over.length, 'input')} ${over.length === 1 ? 'was already read to its end' : 'were already read to their ends'}`];
  return `resumed: ${[...named, ...rest].join(', ')}`;
}

/** Says that an earlier run has left something that this one does not read: it may have been moved. */
export function unfinishedNote(inputs: readonly string[]): string {
  return `warning: not read to the end by the earlier run, and not among the inputs now: ${someOf(inputs)}`;
}

/** Says that an earlier run ended before it could save a position. */
export function unsavedNote(resume = ''): string {
  return `${resume} has no saved position yet: starting from the first row`;
}

/** The end of a run, in lines that are printable but for their colours. */
export function summaryText(report: Report, rejected: RejectedRows, layout: Layout): string {
  const { paint } = layout;
  const { error, interrupted, skipped, warnings, unseenColumns = [], replayed } = report;
  const [counts, traffic] = countLines(report);
  const title = paint(error ? 'red' : interrupted ? 'yellow' : 'green', titleOf(report));
  const lines = [`${title}: ${counts}`, `  ${traffic}`];
  const say = (text: string): unknown => lines.push(`  ${printable(text)}`);
  const warn = (text: string): unknown => lines.push(`  ${paint('yellow', 'warning')}: ${printable(text)}`);
  if (rejected.kinds.length > 0) lines.push(...rejectTable(rejected, layout));
  meanings(skipped.byReason, SKIP_REASONS).forEach((text) => void say(`skipped: ${text}`));
  meanings(warnings, WARNINGS).forEach(warn);
  unseenColumns.map((column) => unseenText(column)).forEach(warn);
  const hint = hintOf(report, rejected.areMessages);
  if (replayed) replayedLines(replayed).forEach(say);
  else if (hint !== undefined) say(hint);
  if (report.rejected.total > 0) lines.push(...nextLines(rejected, report, paint));
  return lines.join('\n');
}

function countLines({ read, delivered, rejected, skipped, requests, retries, bytes, seconds, dryRun }: Report): [string, string] {
  const sent = dryRun ? 'would be delivered' : 'delivered';
  const counts = [
    countOf(read, 'row'),
    `${number(delivered)} ${sent}, ${number(rejected.total)} rejected, ${number(skipped.total)} skipped`,
  ];
  const open = read - delivered - rejected.total - skipped.total;
  const again = retries > 0 ? ` (${number(retries)} of them retries)` : '';
  const speed = seconds > 0 ? ` in ${duration(seconds)} (${number(Math.round(read / seconds))} rows/s)` : '';
  return [
    `${counts.join(': ')}${open > 0 ? `, ${number(open)} not finished` : ''}`,
    `${dryRun ? `it would take ${requests > 0 ? 'at least ' : ''}` : ''}${countOf(requests, 'request')}${again}, ${size(bytes)}${speed}`,
  ];
}

/** Where rejected rows are, and what to do next. */
function nextLines({ rejects, commands }: RejectedRows, { error, dryRun }: Report, paint: Paint): string[] {
  // The error says where the others are.
  if (error?.code === 'CIO_REJECT_STORE') return [`  rejected rows that could be stored are ${printable(rejects)}`];
  const lines = [`  rejected rows are ${printable(rejects)}`];
  if (commands === undefined) return lines;
  lines.push(`  to look at them:     ${paint('cyan', printable(commands.look))}`);
  // Nothing was sent: the whole input is to be sent, not these rows.
  if (!dryRun) lines.push(`  to send them again:  ${paint('cyan', printable(commands.sendAgain))}`);
  return lines;
}

/**
 * If nearly all records are rejected for one reason, and none was delivered, the input is mostly something else than it was
 * taken for. If it has another encoding, only the few records with an accent may show it. Messages of Kafka have no format or
 * encoding that could be named.
 */
export function hintOf(
  { read, rejected: { total, byReason, mostOften } }: Pick<Report, 'read' | 'rejected'>,
  areMessages = false,
): string | undefined {
  const { invalid } = mostOften;
  const malformed = areMessages ? undefined : mostOften.malformed;
  const isNotUtf8 = malformed?.message.includes('not valid UTF-8') === true;
  if (isNotUtf8 && byReason.malformed < read) return NOT_UTF_8;
  // A record that is delivered, skipped or in flight was understood.
  if (read === 0 || total < read) return undefined;
  const isMost = (count: number): boolean => count >= read * NEARLY_ALL;
  if (isNotUtf8) return `${NOT_UTF_8}; of a CSV name the --delimiter too, if it is not a comma`;
  const hardly = (count: number): string => (count === read ? 'no' : 'hardly any');
  if (malformed && isMost(byReason.malformed))
    return `hint: ${hardly(byReason.malformed)} row could be read; say how the input is written with --format, --delimiter and --encoding (cio-stream preview proposes them)`;
  if (!invalid || !isMost(invalid.records) || !/^(has no identifier|is missing)/.test(invalid.message)) return undefined;
  return `hint: ${hardly(invalid.records)} row has what it needs: name your columns with --id, --email and the like, or --column`;
}

/** How to resume after an interrupt. */
export function interruptedNote(resume: string | undefined): string {
  if (resume !== undefined) return 'the same command resumes where this one stopped';
  return 'progress was not saved, so the next run starts over; with --resume FILE a run resumes where it stopped';
}

/** Says that inputs were read, and nothing was in them: often the command before a pipe has failed. */
export function emptyNote(inputs: readonly string[]): string {
  const names = someOf(inputs);
  return inputs.length === 1 ? `hint: ${names} holds no rows` : `hint: ${number(inputs.length)} inputs hold no rows: ${names}`;
}

/** The first names, and how many more there are. */
function someOf(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${number(names.length - NAMED)} more` : '';
  return names.slice(0, NAMED).join(', ') + more;
}

function titleOf({ error, interrupted, stopped, dryRun }: Report): string {
  if (error) return 'failed';
  if (stopped) return 'stopped';
  if (interrupted) return 'interrupted';
  return dryRun ? 'dry run, nothing was sent' : 'done';
}

/** What a replay has read, and what became of it. */
export function replayedText({ from, named, objects, done, cleared }: Replayed): string {
  const count = named && objects === 1 ? '' : `${number(cleared)} `;
  const isLeft = done === undefined || (count === '' && cleared === 0);
  const cleaned = isLeft ? 'left in place' : `${count}${done === 'move' ? 'moved' : 'deleted'}`;
  return `replayed: ${named ? from : `${countOf(objects, 'file')} in ${from}`}, ${cleaned}`;
}

function replayedLines(replayed: Replayed): string[] {
  const { done, unmatched, unreadable } = replayed;
  const lines = [replayedText(replayed)];
  const kept = done === undefined ? '' : '; files with such rows are left in place';
  if (unmatched > 0) lines.push(`not sent: ${countOf(unmatched, 'row')} that --reason or --field leaves out${kept}`);
  if (unreadable > 0) lines.push(`left in place: ${countOf(unreadable, 'file')} that can't be read`);
  return lines;
}

function meanings(counts: Partial<Record<string, number>>, words: Readonly<Record<string, string>>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => count)
    .map(([name, count = 0]) => `${number(count)} ${name}, ${words[name]}`);
}
