/** Progress and summary in words, for people. Pure functions. */
import { printable } from '../../printable.ts';
import { WARNINGS } from '../../record/entry.ts';
import type { Reason } from '../../record/rejection.ts';
import { SKIP_REASONS } from '../../record/skipped.ts';
import type { Often } from '../../write/summary.ts';
import type { Replayed } from '../input/record-reader.ts';
import type { Resumed } from '../input/resume.ts';
import type { UnseenColumn } from './missing-columns.ts';
import type { Report } from './report.ts';
import type { Progress } from './throughput.ts';

const NEARLY_ALL = 0.9;
const NOT_UTF_8 = 'hint: there are records that are not UTF-8: name the encoding of the input, for example --encoding windows-1252';

/** 1234567 -> 1,234,567. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** 2 -> 2 objects. */
export function countOf(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** 2500 -> 2.5 kB. */
function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${number(bytes / 1e3)} kB` : `${number(bytes / 1e6)} MB`;
}

/** Two short lines, so that they fit a narrow terminal. */
export function progressLines(progress: Progress, state: string | undefined): [string, string] {
  const { read, delivered, rejected, skipped, recordsPerSecond, requestsPerSecond, percent, etaSeconds } = progress;
  const counts = [countOf(read, 'record'), `${number(delivered)} delivered`, `${number(rejected)} rejected`];
  if (skipped > 0) counts.push(`${number(skipped)} skipped`);
  const speed = [`${number(recordsPerSecond)} records/s`, `${number(requestsPerSecond)} requests/s`];
  if (percent !== undefined) speed.push(`${percent} %`);
  if (etaSeconds !== undefined) speed.push(`${duration(etaSeconds)} left`);
  if (state !== undefined) speed.push(state);
  return [counts.join(', '), speed.join(', ')];
}

/** So many names are in a note. */
const NAMED = 5;

/** Where inputs resume, or have resumed. */
export function resumedNote(resumed: readonly Resumed[]): string {
  const place = ({ line, item, ended }: Resumed): string => {
    if (ended) return 'was read to its end before';
    return item === undefined ? `from line ${number(line ?? 1)} on` : `from item ${number(item)} on`;
  };
  // Of a folder with many files all but one are over, or not begun.
  const over = resumed.length > NAMED ? resumed.filter(({ ended }) => ended) : [];
  const named = resumed.filter((one) => !over.includes(one)).map((one) => `${one.input} ${place(one)}`);
  const rest = over.length === 0 ? [] : [`${number(over.length)} inputs were read to their ends before`];
  return `resumed: ${[...named, ...rest].join(', ')}`;
}

/** Says that an earlier run has left something that this one does not read: it may have been moved. */
export function unfinishedNote(inputs: readonly string[]): string {
  const names = `${inputs.slice(0, NAMED).join(', ')}${inputs.length > NAMED ? ` and ${number(inputs.length - NAMED)} more` : ''}`;
  return `warning: not read to the end by the earlier run, and not among the inputs now: ${names}`;
}

/** The end of a run. `rejects` says where rejected records are. */
export function summaryText(report: Report, rejects: string): string {
  const { read, delivered, rejected, skipped, requests, retries, bytes, seconds, dryRun } = report;
  const sent = dryRun ? 'would be delivered' : 'delivered';
  const counts = `${countOf(read, 'record')}: ${number(delivered)} ${sent}, ${number(rejected.total)} rejected, ${number(skipped.total)} skipped`;
  const open = read - delivered - rejected.total - skipped.total;
  const traffic = `${countOf(requests, 'request')}${retries > 0 ? ` (${number(retries)} of them retries)` : ''}, ${size(bytes)}`;
  const lines = [`${titleOf(report)}: ${counts}${open > 0 ? `, ${number(open)} not finished` : ''}`];
  lines.push(
    `  ${dryRun ? 'it would take ' : ''}${traffic}${seconds > 0 ? ` in ${duration(seconds)} (${number(Math.round(read / seconds))} records/s)` : ''}`,
  );
  lines.push(...rejectedLines(rejected), ...table('skipped', skipped.byReason, SKIP_REASONS));
  lines.push(...table('warning', report.warnings, WARNINGS), ...(report.unseenColumns ?? []).map(unseenLine));
  const hint = hintOf(report);
  if (report.replayed) lines.push(...replayedLines(report.replayed));
  else if (hint !== undefined) lines.push(`  ${hint}`);
  if (report.resumed) lines.push(`  ${resumedNote(report.resumed)}`);
  if (rejected.total > 0) lines.push(`  rejected records are ${rejects}`);
  // A name with a line break in it must not look like a line of ours.
  return lines.map(printable).join('\n');
}

/**
 * If nearly all records are rejected for one reason, and none was delivered, the input is mostly something else than it was
 * taken for. If it has another encoding, only the few records with an accent may show it.
 */
export function hintOf({ read, rejected: { total, byReason, mostOften } }: Pick<Report, 'read' | 'rejected'>): string | undefined {
  const { malformed, invalid } = mostOften;
  if (malformed?.message.includes('not valid UTF-8')) return NOT_UTF_8;
  // A record that is delivered, skipped or in flight was understood.
  if (read === 0 || total < read) return undefined;
  const isMost = (count: number): boolean => count >= read * NEARLY_ALL;
  const hardly = (count: number): string => (count === read ? 'no' : 'hardly any');
  if (malformed && isMost(byReason.malformed))
    return `hint: ${hardly(byReason.malformed)} record could be read; if the input has another format, name it with --format`;
  if (!invalid || !isMost(invalid.records) || !/^(has no identifier|is missing)/.test(invalid.message)) return undefined;
  return `hint: ${hardly(invalid.records)} record has what it needs: name your columns with --id, --email and the like, or --column`;
}

/** How to resume after an interrupt. */
export function interruptedNote(resume: string | undefined): string {
  if (resume !== undefined) return 'the same command resumes where this one stopped';
  return 'to resume where a run stopped, give it --resume FILE: this run saved no position, so the next one starts from the beginning';
}

/** Says that inputs were read, and nothing was in them: often the command before a pipe has failed. */
export function emptyNote(inputs: readonly string[]): string {
  const names = `${inputs.slice(0, 3).join(', ')}${inputs.length > 3 ? ' ...' : ''}`;
  return inputs.length === 1 ? `hint: ${names} holds no records` : `hint: ${number(inputs.length)} inputs hold no records: ${names}`;
}

/** 75 -> 1:15. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.floor(seconds % 60)];
  const clock = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

function titleOf({ error, interrupted, dryRun }: Report): string {
  if (error) return 'failed';
  if (interrupted) return 'interrupted';
  return dryRun ? 'dry run, nothing was sent' : 'done';
}

function replayedLines({ from, objects, done, cleared, unmatched, unreadable }: Replayed): string[] {
  const cleaned =
    done === undefined
      ? `which ${objects === 1 ? 'stays' : 'stay'} there`
      : `${number(cleared)} of them ${done === 'move' ? 'moved' : 'deleted'}`;
  const lines = [`  replayed: ${countOf(objects, 'object')} of ${from}, ${cleaned}`];
  if (unmatched > 0)
    lines.push(`  left: ${countOf(unmatched, 'record')} that --reason and --field leave out, and the objects that hold them`);
  if (unreadable > 0) lines.push(`  left: ${countOf(unreadable, 'object')} that can't be read`);
  return lines;
}

function unseenLine({ option, column, nearest }: UnseenColumn): string {
  const meant = nearest === undefined ? '' : `: did you mean "${nearest}"?`;
  return `  warning: no record has a column "${column}" (${option})${meant}`;
}

function rejectedLines({ byReason, mostOften }: Report['rejected']): string[] {
  return (Object.keys(mostOften) as Reason[]).map((reason) => {
    const { field, message, records } = mostOften[reason] as Often;
    // Some messages name their columns.
    const what = field && !message.includes(field) ? `${field}: ${message}` : message;
    const count = byReason[reason];
    return `  rejected: ${number(count)} ${reason}, ${records === count ? what : `most often ${what} (${number(records)})`}`;
  });
}

function table(what: string, counts: Partial<Record<string, number>>, meanings: Readonly<Record<string, string>>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => count)
    .map(([name, count = 0]) => `  ${what}: ${number(count)} ${name}, ${meanings[name]}`);
}
