/** `cio-stream rejects`: what was rejected, and why: counts with examples of each. Reads everything, keeps nothing. */

import { CioError } from '../errors.ts';
import { printable } from '../printable.ts';
import { openRejects, type Rejects } from '../replay/open-rejects.ts';
import { countOf, number } from '../wording.ts';
import type { ListFlags } from './flags/flags.ts';
import { accessOf } from './flags/store-access.ts';
import { answer, answerJson } from './show/print.ts';
import { type Example, type Kind, RejectCounts } from './show/reject-counts.ts';

/** What is in a place. */
interface Found {
  readonly where: string;
  readonly objects: number;
  readonly counts: RejectCounts;
  /** Why objects were not read, or not to their ends. */
  readonly unreadable: readonly CioError[];
}

/** Runs the command; resolves with its exit status. Throws `CIO_REJECT_STORE`, or `CIO_SOURCE` for the first object that can't be read. */
export async function listRejects(where: string, flags: ListFlags): Promise<number> {
  const rejects = await openRejects(where, accessOf(flags));
  try {
    const found = await count(rejects);
    if (flags.json) answerJson(data(found));
    else answer(text(found));
    const [first] = found.unreadable;
    if (first) throw first;
    return 0;
  } finally {
    await rejects.close();
  }
}

async function count(rejects: Rejects): Promise<Found> {
  const counts = new RejectCounts();
  const unreadable: CioError[] = [];
  let objects = 0;
  for await (const object of rejects.objects()) {
    try {
      for await (const line of rejects.lines(object)) counts.add(line, object.name);
      objects++;
    } catch (error) {
      if (!(error instanceof CioError && error.code === 'CIO_SOURCE')) throw error;
      unreadable.push(error);
    }
  }
  return { where: rejects.location, objects, counts, unreadable };
}

function data({ where, objects, counts, unreadable }: Found): object {
  const { records, kinds, others } = counts;
  return { where, objects, records, kinds, others, unreadable: unreadable.map(({ message }) => message) };
}

function text({ where, objects, counts, unreadable }: Found): string {
  const { records, kinds, others } = counts;
  const lines = [`${countOf(records, 'rejected record')} in ${countOf(objects, 'object')} of ${where}`];
  if (kinds.length > 0) lines.push('', ...table(kinds));
  if (others > 0) lines.push('', `and ${number(others)} of further kinds`);
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

function exampleText({ object, source, line, message, record }: Example): string {
  // The line number counts lines of the source, not of the object.
  const place = source === undefined ? (object ?? '') : `${source}${line === undefined ? '' : `:${line}`}`;
  return `such as ${place}${message === undefined ? '' : `: ${message}`}${record === '' ? '' : `  ${record}`}`;
}
