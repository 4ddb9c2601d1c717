/** The look at an input: read a sample, guess its columns, propose flags, and try them out on the same rows. */
import { systemClock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { type ConfigObject, configOf } from '../config/config-of.ts';
import type { PreviewFlags, SendFlags } from '../flags/flags.ts';
import { EVENTS, INPUT, PEOPLE, ROWS, STORES } from '../flags/groups.ts';
import type { Input } from '../input/inputs.ts';
import type { PreviewKind } from './columns/identity-guess.ts';
import { notesOf } from './preview-notes.ts';
import type { Shown } from './preview-text.ts';
import { type Proposal, propose } from './proposal.ts';
import { type Reading, readSample } from './reading.ts';
import { Sample } from './sample.ts';
import { tryOut } from './trial.ts';

/** What is known of an input. */
export interface Look extends Omit<Shown, 'words'> {
  /** The flags of the command, by their long names. */
  readonly values: ConfigObject;
  /** Why the input could not be read to the end of the sample. */
  readonly failure: unknown;
}

/** Who and what comes first in a command. */
const FIELDS = { id: PEOPLE.id, email: PEOPLE.email, phone: PEOPLE.phone, cioId: PEOPLE.cioId };

/** Where the rejected records of the proposed command go. */
const REJECTS = 'rejected/';

/** Looks at an input. Throws a CioError if nothing of it can be read. */
export async function lookAt(input: Input, given: PreviewFlags): Promise<Look> {
  const isCsv = input.format === 'csv';
  const sample = new Sample(input, given.rows);
  const ofEvents = given.kind === 'events' || [given.name, given.event, given.eventId].some((flag) => flag !== undefined);
  const asked = { ...given, object: ofEvents ? 'person_event' : 'person_identify' } as unknown as SendFlags;
  const reading = await readSample(sample, asked, input.format, systemClock.wall());
  const { profile, failure } = reading;
  if (profile.rows === 0) throw unreadable(reading, input.label);
  const proposal = propose(profile.columns, given, { kind: given.kind, isCsv });
  const flags = { ...reading.flags, ...proposal.flags } as SendFlags;
  const todo = todoOf(proposal, profile.columns.length, input.label);
  const object = proposal.kind === 'people' ? 'person_identify' : 'person_event';
  const trial = todo === undefined ? await tryOut(sample, { ...flags, object }) : undefined;
  return {
    ...{ label: input.label, format: input.format, encoding: flags.encoding, rows: profile.rows, unread: profile.unread },
    ...{ isCut: sample.isCut, isLarge: sample.isLarge, kind: proposal.kind, isKindGuessed: proposal.isKindGuessed },
    ...{ columns: proposal.columns, trial, todo, failure },
    notes: notesOf({ reading, proposal, trial, isCsv }),
    values: {
      ...configOf(flags, { ...FIELDS, ...(proposal.kind === 'events' && EVENTS), ...PEOPLE, ...ROWS, ...INPUT, ...STORES }),
      rejects: REJECTS,
    },
  };
}

/** Why there is nothing to look at. */
function unreadable({ profile, failure }: Reading, label: string): unknown {
  if (failure !== undefined) return failure;
  const [first] = profile.malformed;
  if (first === undefined) return new CioError('CIO_SOURCE', `${label} holds no rows`, undefined, 'Check that the export is complete.');
  const message = `${label}: none of its first ${profile.unread} rows can be read; line ${first.origin?.line ?? 1}: ${first.cause.message}`;
  return new CioError('CIO_SOURCE', message, undefined, 'If it has another format, encoding or delimiter, name it.');
}

/** What the user has to decide before there is a command. */
function todoOf({ kind, flags, fields }: Proposal, columns: number, label: string): string | undefined {
  const named = (flags.column ?? []).join('\n');
  const isNamed = /=person_(?:id|email|cio_id|phone)(?:\n|:|$)/.test(named);
  const isIdentified = isNamed || [flags.id, flags.email, flags.cioId, flags.phone].some((column) => column !== undefined);
  if (!isIdentified) return unidentified(kind, fields, columns, label);
  if (kind === 'people' || flags.event !== undefined || flags.name !== undefined || /=event_name(?:\n|:|$)/.test(named)) return undefined;
  return 'No command yet: no column is certain to hold the names of the events. Name it with --name COLUMN, or call all events by one name: --event NAME.';
}

function unidentified(kind: PreviewKind, fields: Proposal['fields'], columns: number, label: string): string {
  const near = fields.flatMap(({ field, others }) => others.slice(0, 3).map(({ name }) => `--${field} "${name}"`));
  const hint =
    near.length === 0
      ? 'Name the column with --id, --email, --phone or --cio-id.'
      : `Perhaps ${near.slice(0, 5).join(', ')}: give what is right.`;
  const one = columns === 1 ? ` ${label} has one column: if other characters separate its cells, name them with --delimiter.` : '';
  return `No command yet: no column is certain to say who ${kind === 'people' ? 'a person is' : 'an event is about'}. ${hint}${one}`;
}
