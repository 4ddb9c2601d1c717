/** Rejected records, counted: as a table to read, or as data. */
import { printable } from '../../printable.ts';
import { countOf, number } from '../../wording.ts';
import { type Example, type Kind, RejectCounts } from '../show/reject-counts.ts';
import type { ChosenLines } from './chosen-lines.ts';

/** Counts them all. */
export async function countsOf(lines: ChosenLines): Promise<RejectCounts> {
  const counts = new RejectCounts();
  for await (const { line, object } of lines.read()) counts.add(line, object);
  return counts;
}

/** For programs. */
export function countData({ where, objects, unreadable }: ChosenLines, { records, kinds, others }: RejectCounts): object {
  return { where, objects, records, kinds, others, unreadable: unreadable.map(({ message }) => message) };
}

/** For people. */
export function countText({ where, objects, unreadable }: ChosenLines, { records, kinds, others }: RejectCounts): string {
  const lines = [`${countOf(records, 'rejected record')} in ${countOf(objects, 'object')} of ${where}`];
  if (kinds.length > 0) lines.push('', ...table(kinds));
  if (others > 0) lines.push('', `and ${number(others)} of other kinds`);
  if (unreadable.length > 0) lines.push('', ...unreadable.map(({ message }) => `not read: ${message}`));
  return lines.map(printable).join('\n');
}

const HEAD = ['records', 'reason', 'field', 'stream'];

function table(kinds: readonly Kind[]): string[] {
  const rows = kinds.map(({ records, reason, field, stream, namespace }) => [
    number(records),
    ...[reason, field, [namespace, stream].filter((name) => name !== null).join('.')].map((name) => printable(name || '-')),
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const indent = ' '.repeat((widths[0] ?? 0) + 2);
  return [
    lineOf(HEAD),
    ...rows.flatMap((row, index) => [lineOf(row), ...(kinds[index]?.examples ?? []).map((one) => indent + exampleText(one))]),
  ];
}

function exampleText({ object, source, line, message, value, record }: Example): string {
  const what = value === undefined ? record : JSON.stringify(value);
  // The line number counts lines of the source, not of the object.
  const place = source === undefined ? (object ?? '') : `${source}${line === undefined ? '' : `:${line}`}`;
  return `such as ${place}${message === undefined ? '' : `: ${message}`}${what === '' ? '' : `  ${what}`}`;
}
