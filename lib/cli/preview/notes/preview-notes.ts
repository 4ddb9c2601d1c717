/** What a preview has to say beside its tables: what was found and is proposed, and what only the user can decide. */
import { printable } from '../../../printable.ts';
import { countOf, number } from '../../../wording.ts';
import { namesEventId, namesPhone } from '../columns/identity-guess.ts';
import type { BadByte } from '../encoding-guess.ts';
import { flagText } from '../flag-text.ts';
import type { ColumnProposal, Proposal } from '../proposal.ts';
import type { Reading } from '../reading.ts';
import type { Trial } from '../trial.ts';
import { columnNotes, sentAsText } from './column-notes.ts';
import { eventNotes } from './event-notes.ts';
import { listed, quoted } from './quoted.ts';

export { sentAsText };

/** The end of a name like Customer No, Kunden-Nr or Kundennummer. */
const NUMBERED = /(?:^|_)(?:nr|no|num|number|numero|key)$|nummer$/;

const CLOCK = /\d:\d\d/;
const ZONE = /(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/i;

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
    ...(reading.isUnquoted ? ['quotes are part of the text, not around cells: --quote none'] : []),
    ...(reading.delimiter === undefined
      ? []
      : [`cells are separated by ${reading.delimiter === '\t' ? 'a tab' : `"${reading.delimiter}"`}`]),
    ...fieldNotes(proposal),
    ...numberNotes(proposal, reading.profile.rows),
    ...eventNotes(proposal, reading.profile),
    ...phoneNotes(proposal),
    ...eventIdNotes(proposal),
    ...columnNotes(proposal, isCsv),
    ...zoneNotes(proposal),
    ...nullNotes(proposal, isCsv),
    ...spaceNotes(proposal, isCsv),
    ...apostropheNotes(proposal),
    ...collisionNotes(proposal),
    ...(proposal.left === 0
      ? []
      : [`${countOf(proposal.left, 'more column')} could be converted too: a command can have at most 1,000 --column`]),
    ...(trial && trial.repeated > 0 && proposal.kind === 'people'
      ? [`${countOf(trial.repeated, 'row')} about a person of an earlier row: all are sent, in order`]
      : []),
  ];
}

/** A time of day without a zone is read as UTC: only the user knows whether it is. */
function zoneNotes({ columns }: Proposal): string[] {
  const isLocal = (text: string): boolean => CLOCK.test(text) && !ZONE.test(text.trim());
  const local = columns.filter(({ guess, profile }) => guess.type === 'time' && profile.examples.some(isLocal));
  if (local.length === 0) return [];
  const names = listed(local.map(({ profile }) => profile.name));
  return [`${names}: times without a zone are read as UTC; if they are local times, write them with their zone, by --transform`];
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
    return `no column certainly holds the ${field === 'name' ? 'name of the event' : `${field} of ${kind === 'people' ? 'a person' : 'the person'}`}: ${names} may`;
  });
}

/** A column that may identify people: numbered, and with another value in every row. */
function numberNotes({ kind, fields, columns }: Proposal, rows: number): string[] {
  const isOpen =
    kind === 'people' && rows > 1 && fields.some(({ field, column, others }) => field === 'id' && !column && others.length === 0);
  const isNumber = ({ plainName, filled, distinct, hasMore, phones }: ColumnProposal['profile']): boolean =>
    NUMBERED.test(plainName) && phones === 0 && filled === rows && distinct === rows && !hasMore;
  const found = columns.filter(({ profile, field, isNamed }) => isOpen && field === undefined && !isNamed && isNumber(profile));
  return found.map(({ profile: { name } }) => {
    return `${quoted(name)} has a different value in every row: if it identifies a person, add ${flagText('id', name)}`;
  });
}

/** Why there is no --phone. */
function phoneNotes({ kind, fields, columns }: Proposal): string[] {
  const isOpen = kind === 'people' && fields.some(({ field, column }) => field === 'phone' && column === undefined);
  const free = columns.filter(({ field, isNamed }) => field === undefined && !isNamed);
  const found = isOpen ? namesPhone(free.map(({ profile }) => profile)) : [];
  const odd = found.filter(({ phones, filled }) => phones < filled);
  if (odd.length === 0)
    return found.length < 2
      ? []
      : [`no --phone, as ${listed(found.map(({ name }) => name))} hold phone numbers: name the right one with --phone`];
  return odd.map(({ name, phones, filled, oddPhone }) => {
    const example = oddPhone === undefined ? '' : `, such as ${quoted(oddPhone)}`;
    const what = `${number(filled - phones)} of ${number(filled)} cells are not + and 7 to 15 digits${example}`;
    return `no --phone for ${quoted(name)}: ${what}. Customer.io reads phone numbers only in that form (E.164, such as +491701234567), and the column is sent as it is written. Rewrite them in the export, or with --transform`;
  });
}

/** Events that share an id are one event. */
function eventIdNotes({ kind, columns }: Proposal): string[] {
  if (kind === 'people') return [];
  const found = columns.filter(({ profile, field }) => field === 'eventId' || namesEventId(profile));
  const repeated = found.filter(({ profile: { distinct, filled, hasMore } }) => !hasMore && distinct < filled);
  return repeated.map(({ profile: { name, distinct, filled }, field }) => {
    const what = `${quoted(name)} has ${countOf(distinct, 'different value')} in ${countOf(filled, 'cell')}, and Customer.io counts events with the same id once`;
    return field === 'eventId' || name === 'event_id' ? what : `no --event-id: ${what}`;
  });
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
    return isCsv ? `${where}, and is sent as text: if it means no value, add ${flagText('null', mark)}` : `${where}, and is sent as text`;
  });
}

function spaceNotes({ columns, flags }: Proposal, isCsv: boolean): string[] {
  const spaced = columns.filter(({ profile }) => profile.spaced > 0);
  if (spaced.length === 0) return [];
  const cells = spaced.reduce((sum, { profile }) => sum + profile.spaced, 0);
  const where = `${countOf(cells, 'cell')} of ${listed(spaced.map(({ profile }) => profile.name))} with white space around them`;
  return [isCsv && flags.trim ? `${where}: --trim removes it` : where];
}

function apostropheNotes({ columns }: Proposal): string[] {
  const marked = columns.filter(({ profile }) => profile.marked > 0);
  if (marked.length === 0) return [];
  const cells = marked.reduce((sum, { profile }) => sum + profile.marked, 0);
  return [
    `${countOf(cells, 'cell')} of ${listed(marked.map(({ profile }) => profile.name))} begin with an apostrophe before digits, which spreadsheets hide. It is sent as part of the text: remove it in the export, or with --transform`,
  ];
}

function collisionNotes({ collisions, columns, kind }: Proposal): string[] {
  const renamed = columns.filter(({ profile, attribute }) => attribute?.startsWith('other_') && !/^other/i.test(profile.name));
  const notes = renamed.map(
    ({ profile, attribute }) =>
      `${quoted(profile.name)} becomes ${attribute}: under its own name it would change ${kind === 'people' ? 'the identifier of the person' : 'who the event is about'}`,
  );
  if (collisions.length === 0) return notes;
  return [...notes, `no --snake-case: ${listed(collisions)} would become the same attribute`];
}
