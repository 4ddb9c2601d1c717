/** Notes on single columns: what can be read in two ways, what stays text, and what a flag would make of it. */
import type { Conversion } from '../../../stage/mapping/conversion.ts';
import { number } from '../../../wording.ts';
import { columnFlag } from '../../flags/texts/column-flag.ts';
import { columnText, timestampText } from '../column-text.ts';
import { flagText } from '../flag-text.ts';
import type { ColumnProposal, Proposal } from '../proposal.ts';
import { nearNote, unreadNote } from './near-notes.ts';
import { quoted } from './quoted.ts';

const STAYS_TEXT = 'stays text';

/** The notes on the columns of a proposal. */
export function columnNotes(proposal: Proposal, isCsv: boolean): string[] {
  return proposal.columns.flatMap((column) => [...openNotes(column, proposal, isCsv), ...kindsNote(column)]);
}

/** The columns that stay text, although a note says what a flag would make of them. */
export function sentAsText(proposal: Proposal, isCsv: boolean): string[] {
  const isText = (column: ColumnProposal): boolean =>
    openNotes(column, proposal, isCsv).some((note) => note.startsWith(`${quoted(column.profile.name)} ${STAYS_TEXT}:`));
  return proposal.columns.filter(isText).map(({ profile }) => profile.name);
}

/** On a column that the user has said nothing of. */
function openNotes(column: ColumnProposal, proposal: Proposal, isCsv: boolean): string[] {
  const { kind, fields, flags } = proposal;
  if (column.isNamed || (column.field === undefined && flags.dropOthers)) return [];
  const time = kind === 'events' ? fields.find(({ field, column: found }) => field === 'time' && found === undefined) : undefined;
  const isTimestamp = column.field === 'time' || (time?.others.includes(column.profile) ?? false);
  return conversionNote(column, { proposal, isCsv, isTimestamp });
}

interface Around {
  readonly proposal: Proposal;
  readonly isCsv: boolean;
  /** It is the time of the event, or may be. */
  readonly isTimestamp: boolean;
}

function conversionNote(column: ColumnProposal, around: Around): string[] {
  const { profile, guess, field } = column;
  const { name, filled } = profile;
  const flagFor = (conversion: Conversion): string => conversionFlag(column, conversion, around);
  if (guess.choices !== undefined) {
    const isTime = guess.choices[0]?.type === 'time';
    const why = isTime ? 'no day is above 12, so day and month can be mixed up' : 'its numbers can be read in two ways';
    const fate = around.isTimestamp && name === 'timestamp' ? fateOfTime(column) : STAYS_TEXT;
    return [`${quoted(name)} ${fate}: ${why}. Add the right one: ${guess.choices.map(flagFor).join(' or ')}`];
  }
  const near = field === undefined || field === 'time' ? nearNotes(column, around) : [];
  // Such a column is not proposed for the time of events.
  if (guess.rest !== undefined && (near.length === 0 || !around.isTimestamp)) {
    const { values, formats } = guess.rest;
    const again = formats.map((one) =>
      flagText('column', field === 'time' ? timestampText(name, one.format) : columnText(name, column.attribute ?? name, one)),
    );
    const how = formats.length === 0 ? 'they need to be repaired' : `send them again with ${again.join(' or ')}`;
    return [
      `${quoted(name)} has times in several forms: ${number(values)} of ${number(filled)} are not ${guess.conversion?.format ?? 'ISO 8601'} and are rejected; ${how}`,
    ];
  }
  return near;
}

/** What is neither proposed nor open: nearly a number, a time or a boolean. */
function nearNotes(column: ColumnProposal, around: Around): string[] {
  const { profile, guess } = column;
  const { name, near, kinds, filled } = profile;
  const isNumber = guess.type === 'number';
  const isOpen = isNumber || guess.type === 'text' || guess.rest !== undefined;
  const isOneKind = kinds.get('text') === filled || (isNumber && kinds.get('number') === filled);
  if (near === undefined || !isOpen || !isOneKind) return [];
  const nulls = around.isCsv ? (around.proposal.flags.null ?? []) : [];
  const question = { name, isNumber, marks: new Map([...profile.marks].filter(([mark]) => !nulls.includes(mark))) };
  const fate = isNumber ? 'becomes a number' : around.isTimestamp ? fateOfTime(column) : STAYS_TEXT;
  const found = near.nearest(question);
  if (found === undefined) {
    const look = near.unread(question);
    return look === undefined ? [] : [unreadNote(name, fate, look)];
  }
  const flagFor = ({ conversion }: { conversion: Conversion }): string => conversionFlag(column, conversion, around);
  return [nearNote({ name, fate, flagFor, ...around }, found)];
}

function fateOfTime({ profile: { name }, field }: ColumnProposal): string {
  if (field === 'time') return 'is the time of the event';
  return name === 'timestamp' ? 'is the time of the event by its name' : 'is not used as the time of the event';
}

/** The flag, and the one that it takes the place of. */
export function conversionFlag(
  { profile, attribute, field }: ColumnProposal,
  conversion: Conversion,
  { proposal, isTimestamp }: Pick<Around, 'proposal' | 'isTimestamp'>,
): string {
  const { name } = profile;
  const text = isTimestamp ? timestampText(name, conversion.format) : columnText(name, attribute ?? name, conversion);
  const proposed = proposal.flags.column?.find((one) => columnFlag(one).column === name);
  const before = field === 'time' ? flagText('time', name) : proposed && flagText('column', proposed);
  return `${flagText('column', text)}${before === undefined ? '' : ` (in place of ${before})`}`;
}

function kindsNote({ profile: { name, kinds } }: ColumnProposal): string[] {
  if (kinds.size < 2) return [];
  return [`${quoted(name)} holds values of several kinds: ${[...kinds].map(([kind, count]) => `${number(count)} ${kind}`).join(', ')}`];
}
