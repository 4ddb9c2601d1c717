/** Notes on events: when they happened, and what identifies them, as far as only the user can say that. */
import { countOf, number } from '../../../wording.ts';
import type { Table } from '../columns/event-guess.ts';
import type { FieldGuess } from '../columns/identity-guess.ts';
import { flagText } from '../flag-text.ts';
import type { Proposal } from '../proposal.ts';
import { conversionFlag } from './column-notes.ts';
import { listed, quoted } from './quoted.ts';

const MOST_SHOWN = 3;

/** The notes; none on what may be people. */
export function eventNotes(proposal: Proposal, table: Table): string[] {
  if (proposal.kind === 'people' || proposal.doubt !== undefined) return [];
  // A column of that very name is the id without a flag.
  const hasId = proposal.columns.some(({ profile }) => profile.name === 'event_id');
  return proposal.fields.flatMap((guess) => {
    if (guess.field === 'time') return timeNotes(guess, proposal);
    return guess.field === 'eventId' && guess.column === undefined && !hasId ? idNotes(guess, table) : [];
  });
}

function timeNotes({ column, others, isOnly }: FieldGuess, proposal: Proposal): string[] {
  if (isOnly && column !== undefined)
    return [`${quoted(column.name)} is used as the time of the event, since no other column seems to say when it happened`];
  // A column of that very name is the time, whatever is in it.
  if (column !== undefined || others.some(({ name }) => name === 'timestamp')) return [];
  const flags = others.slice(0, MOST_SHOWN).map((one) => `if it is ${quoted(one.name)}, ${flagFor(one.name, proposal)}`);
  const more = others.length > MOST_SHOWN ? [`${listed(others.slice(MOST_SHOWN).map(({ name }) => name))} may be, too`] : [];
  const hint = others.length === 0 ? 'If a column says it, add --time COLUMN' : [...flags, ...more].join('; ').replace(/^i/, 'I');
  return [`no column certainly says when an event happened: without a time it counts from its arrival. ${hint}`];
}

/** What is open about its cells has a note of its own. */
function flagFor(name: string, proposal: Proposal): string {
  const column = proposal.columns.find(({ profile }) => profile.name === name);
  const { conversion, rest } = column?.guess ?? {};
  if (column === undefined || conversion?.type !== 'time') return 'see below';
  const flag = `add ${conversionFlag(column, conversion, { proposal, isTimestamp: true })}`;
  return rest === undefined ? flag : `${flag}: the rows with other forms are rejected`;
}

function idNotes({ others }: FieldGuess, { rows, repeats }: Table): string[] {
  const twice =
    repeats === 0
      ? ''
      : `${countOf(repeats, 'row')} ${repeats === 1 ? 'is' : 'are'} the same as an earlier one, and each counts as an event of its own. `;
  const [first, ...more] = others;
  if (first === undefined) return twice === '' ? [] : [`${twice}If a column identifies the event, add --event-id COLUMN`];
  const values = `${quoted(first.name)} has ${number(first.distinct)} different values in ${countOf(rows, 'row')}`;
  const may = more.length === 0 ? '' : ` (${listed(more.map(({ name }) => name))} may, too)`;
  const flag = flagText('event-id', first.name);
  return [
    `${twice}${values}: if it identifies the event${may}, add ${flag}, so that an event that is read twice counts once. The column is then not an attribute`,
  ];
}
