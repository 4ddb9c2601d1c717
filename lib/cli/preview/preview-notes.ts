/** What a preview has to say beside its tables: what was found and is proposed, and what only the user can decide. */
import { printable } from '../../printable.ts';
import { countOf, number } from '../../wording.ts';
import { shellQuoted } from '../flags/shell-quote.ts';
import type { BadByte } from './encoding-guess.ts';
import { type ColumnProposal, columnText, type Proposal } from './proposal.ts';
import type { Reading } from './reading.ts';
import type { Trial } from './trial.ts';

/** What notes are made of. */
export interface Noted {
  readonly reading: Reading;
  readonly proposal: Proposal;
  readonly trial: Trial | undefined;
  readonly isCsv: boolean;
}

/** The notes, a line each or more. */
export function notesOf({ reading, proposal, trial, isCsv }: Noted): string[] {
  return [
    ...reading.warnings,
    ...(reading.badByte === undefined ? [] : encodingNotes(reading.badByte)),
    ...(reading.delimiter === undefined
      ? []
      : [`cells are separated by ${reading.delimiter === '\t' ? 'a tab' : `"${reading.delimiter}"`}`]),
    ...fieldNotes(proposal),
    ...proposal.columns.flatMap(columnNotes),
    ...nullNotes(proposal, isCsv),
    ...spaceNotes(proposal, isCsv),
    ...collisionNotes(proposal),
    ...(proposal.left === 0
      ? []
      : [`${countOf(proposal.left, 'more column')} could be converted too: a command can have at most 1,000 --column`]),
    ...(trial && trial.repeated > 0 && proposal.kind === 'people'
      ? [`${countOf(trial.repeated, 'row')} about a person of an earlier row: both are sent, in their order`]
      : []),
  ];
}

function encodingNotes({ line, offset, byte, readings }: BadByte): string[] {
  const [first, ...others] = readings;
  const where = `not UTF-8: line ${number(line)} has the byte ${byte} (at offset ${number(offset)})`;
  if (first === undefined) return [where];
  const more = others.map(({ encoding, text }) => `with --encoding ${encoding}: ${text}`);
  return [`${where}; with --encoding ${first.encoding} it reads: ${first.text}`, ...more].map(printable);
}

function fieldNotes({ fields, kind }: Proposal): string[] {
  const said = fields.filter(({ field, others }) => others.length > 0 && (field === 'id' || field === 'email' || field === 'name'));
  return said.map(({ field, column, others }) => {
    const names = listed(others.map(({ name }) => name));
    const may = `${names} could be meant too`;
    if (column !== undefined) return `--${field} is ${quoted(column.name)}; ${may}`;
    return `no column is certain to hold the ${field === 'name' ? 'name of the event' : `${field} of ${kind === 'people' ? 'a person' : 'the person'}`}: ${names} may`;
  });
}

function columnNotes({ profile, guess, field, attribute = profile.name }: ColumnProposal): string[] {
  const { name, filled } = profile;
  const flagsFor = (conversions: NonNullable<typeof guess.choices>): string =>
    conversions
      .map((one) => `--column ${shellQuoted(field === 'time' ? columnText(name, 'timestamp', one) : columnText(name, attribute, one))}`)
      .join(' or ');
  if (guess.choices !== undefined) {
    const isTime = guess.choices[0]?.type === 'time';
    const why = isTime ? 'no day is above 12, so day and month can be mixed up' : 'its numbers can be read in two ways';
    return [`${quoted(name)} stays text: ${why}. Add what is right: ${flagsFor(guess.choices)}`];
  }
  if (guess.rest !== undefined) {
    const { values, formats } = guess.rest;
    const how = formats.length === 0 ? 'they need to be repaired' : `send them again with ${flagsFor(formats)}`;
    return [
      `${quoted(name)} has times in several forms: ${number(values)} of ${number(filled)} are not ${guess.conversion?.format ?? 'ISO 8601'} and are rejected; ${how}`,
    ];
  }
  if (guess.shortYears) return [`${quoted(name)} stays text: its years have two digits`];
  if (profile.kinds.size < 2) return [];
  const kinds = [...profile.kinds].map(([kind, count]) => `${number(count)} ${kind}`);
  return [`${quoted(name)} holds values of several kinds: ${kinds.join(', ')}`];
}

function nullNotes({ columns, flags }: Proposal, isCsv: boolean): string[] {
  const counts = new Map<string, { cells: number; columns: string[] }>();
  for (const { profile } of columns) {
    for (const [mark, cells] of profile.marks) {
      const found = counts.get(mark) ?? { cells: 0, columns: [] };
      counts.set(mark, { cells: found.cells + cells, columns: [...found.columns, profile.name] });
    }
  }
  return [...counts].map(([mark, found]) => {
    const where = `${quoted(mark)} is in ${countOf(found.cells, 'cell')} of ${listed(found.columns)}`;
    if (flags.null?.includes(mark)) return `${where}: --null makes them empty`;
    return isCsv ? `${where}, and is sent as text: if it means no value, add --null ${shellQuoted(mark)}` : `${where}, and is sent as text`;
  });
}

function spaceNotes({ columns, flags }: Proposal, isCsv: boolean): string[] {
  const spaced = columns.filter(({ profile }) => profile.spaced > 0);
  if (spaced.length === 0) return [];
  const cells = spaced.reduce((sum, { profile }) => sum + profile.spaced, 0);
  const where = `${countOf(cells, 'cell')} of ${listed(spaced.map(({ profile }) => profile.name))} with white space around the text`;
  return [isCsv && flags.trim ? `${where}: --trim takes it away` : where];
}

function collisionNotes({ collisions, columns, kind }: Proposal): string[] {
  const renamed = columns.filter(({ profile, attribute }) => attribute?.startsWith('other_') && !/^other/i.test(profile.name));
  const notes = renamed.map(
    ({ profile, attribute }) =>
      `${quoted(profile.name)} becomes ${attribute}: under its own name it would change who the ${kind === 'people' ? 'person' : 'event'} is about`,
  );
  if (collisions.length === 0) return notes;
  return [...notes, `no --snake-case: ${listed(collisions)} would become the same attribute`];
}

const MOST_LISTED = 5;

function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? ` and ${number(names.length - MOST_LISTED)} more` : '';
  return `${names.slice(0, MOST_LISTED).map(quoted).join(', ')}${more}`;
}

function quoted(name: string): string {
  return `"${printable(name.length > 60 ? `${name.slice(0, 59)}…` : name)}"`;
}
