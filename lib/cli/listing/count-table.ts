/** Rejected records, counted: as a table to read, or as data. */
import { printable } from '../../printable.ts';
import { countOf, number } from '../../wording.ts';
import { type Example, exampleTexts, type Kind, RejectCounts } from '../show/reject-counts.ts';
import { type TableColumn, tableLines } from '../show/table.ts';
import type { ChosenLines } from './chosen-lines.ts';

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
  const lines = [`${countOf(records, 'rejected row')} in ${countOf(objects, 'file')} of ${where}`];
  if (kinds.length > 0) lines.push('', ...table(kinds));
  if (others > 0) lines.push('', `and ${number(others)} of other kinds`);
  if (unreadable.length > 0) lines.push('', ...unreadable.map(({ message }) => `not read: ${message}`));
  return lines.map(printable).join('\n');
}

const HEAD = ['rows', 'reason', 'field', 'stream'];
const COLUMNS: readonly TableColumn[] = [{ align: 'right' }, {}, {}, {}];

function table(kinds: readonly Kind[]): string[] {
  const rows = kinds.map(({ records, reason, field, stream, namespace }) => [
    number(records),
    ...[reason, field, [namespace, stream].filter((name) => name !== null).join('.')].map((name) => name || '-'),
  ]);
  const [head = '', ...lines] = tableLines([HEAD, ...rows], { columns: COLUMNS, width: Number.POSITIVE_INFINITY });
  const indent = head.slice(0, head.indexOf(HEAD[1] as string)).replace(/./g, ' ');
  return [head, ...lines.flatMap((line, index) => [line, ...(kinds[index]?.examples ?? []).map((one) => indent + exampleText(one))])];
}

function exampleText(example: Example): string {
  const [place, what] = exampleTexts(example);
  return `such as ${place}${example.message === undefined ? '' : `: ${example.message}`}${what === '' ? '' : `  ${what}`}`;
}
