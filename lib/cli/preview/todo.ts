/** What the user has to decide before there is a command: what a row is, who it is about, and what an event is called. */

import { dashed } from '../flags/flag.ts';
import { isRowLike } from './columns/column-names.ts';
import type { PreviewKind } from './columns/identity-guess.ts';
import { flagText } from './flag-text.ts';
import { kindQuestion } from './notes/kind-question.ts';
import type { Proposal } from './proposal.ts';

const NO_HEADER =
  'No command yet: the first line looks like a row, not like the names of columns. If it is one, name all columns, for example with --header id,email,created_at.';

/** In words; undefined if nothing is open. */
export function todoOf({ kind, doubt, flags, fields, columns }: Proposal, label: string): string | undefined {
  if (doubt !== undefined) return kindQuestion(doubt);
  const named = (flags.column ?? []).join('\n');
  const isNamed = /=person_(?:id|email|cio_id|phone)(?:\n|:|$)/.test(named);
  const isIdentified = isNamed || [flags.id, flags.email, flags.cioId, flags.phone].some((column) => column !== undefined);
  if (!isIdentified && columns.some(({ profile }) => isRowLike(profile.name))) return NO_HEADER;
  if (!isIdentified) return unidentified(kind, fields, columns.length, label);
  if (kind === 'people' || flags.event !== undefined || flags.name !== undefined || /=event_name(?:\n|:|$)/.test(named)) return undefined;
  return 'No command yet: no column certainly holds the names of the events. Name it with --name COLUMN, or give all events one name: --event NAME.';
}

function unidentified(kind: PreviewKind, fields: Proposal['fields'], columns: number, label: string): string {
  const near = fields.flatMap(({ field, others }) => others.slice(0, 3).map(({ name }) => flagText(dashed(field).slice(2), name)));
  const hint =
    near.length === 0
      ? 'Name the column with --id, --email, --phone or --cio-id.'
      : `Perhaps ${near.slice(0, 5).join(', ')}: give the right one.`;
  const one =
    columns === 1 ? ` ${label} has one column: if other characters separate its cells, name the characters with --delimiter.` : '';
  return `No command yet: no column certainly says who ${kind === 'people' ? 'a person is' : 'an event is about'}. ${hint}${one}`;
}
