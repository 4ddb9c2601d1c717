/** The look at an input: read a sample, guess its columns, propose flags, and try them out on the same rows. */
import { systemClock } from '../../clock.ts';
import { type ConfigObject, configOf } from '../config/config-options.ts';
import { MAPPING, OBJECTS, type PreviewFlags, type SendFlags } from '../flags/flags.ts';
import { EVENTS, INPUT, PEOPLE, STORES } from '../flags/groups.ts';
import type { Input } from '../input/inputs.ts';
import { notesOf, sentAsText } from './notes/preview-notes.ts';
import type { Shown } from './preview-text.ts';
import { propose } from './proposal.ts';
import { nothingReadable, readInput } from './reading.ts';
import { Sample } from './sample.ts';
import { todoOf } from './todo.ts';
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
  const sample = new Sample(input, given.rows);
  try {
    return await lookInto(sample, input, given);
  } finally {
    sample.close();
  }
}

async function lookInto(sample: Sample, input: Input, given: PreviewFlags): Promise<Look> {
  const ofEvents = given.kind === 'events' || [given.name, given.event, given.eventId].some((flag) => flag !== undefined);
  const asked = { ...given, object: OBJECTS[ofEvents ? 'events' : 'people'] } as unknown as SendFlags;
  const { reading, format } = await readInput(sample, asked, input, systemClock.wall());
  const isCsv = format === 'csv';
  const { profile, isCut, isLarge } = reading;
  const failure = reading.failure ?? sample.failure;
  if (profile.rows === 0) throw failure ?? nothingReadable(reading, format, input.label);
  const proposal = propose(profile, given, { kind: given.kind, isCsv });
  const flags = { ...reading.flags, ...proposal.flags } as SendFlags;
  const todo = todoOf(proposal, input.label);
  const names = new Set(profile.columns.map(({ name }) => name));
  const trial = todo === undefined ? await tryOut(sample, { ...flags, object: OBJECTS[proposal.kind] }, names) : undefined;
  return {
    ...{ label: input.label, format, encoding: flags.encoding, rows: profile.rows, unread: profile.unread },
    ...{ isCut, isLarge, kind: proposal.kind, isKindGuessed: proposal.isKindGuessed },
    ...{ columns: proposal.columns, trial, todo, failure },
    notes: notesOf({ reading, proposal, trial, isCsv }),
    asText: sentAsText(proposal, isCsv),
    values: {
      ...configOf(flags, { ...FIELDS, ...(proposal.kind === 'events' && EVENTS), ...MAPPING[proposal.kind], ...INPUT, ...STORES }),
      rejects: REJECTS,
    },
  };
}
