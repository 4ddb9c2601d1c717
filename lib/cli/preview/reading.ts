/**
 * How an input has to be read, found by reading it: in another encoding if it is not UTF-8, with another delimiter if its rows are one
 * column. What was found is a proposal like every other; what the user has said is never changed.
 */
import { CioError } from '../../errors.ts';
import { sink } from '../../stream/sink.ts';
import { columnsOf } from '../flags/columns.ts';
import type { InputFormat, SendFlags } from '../flags/flags.ts';
import type { Input } from '../input/inputs.ts';
import { kindOfName } from '../input/places/kind.ts';
import { transformStages } from '../input/transform.ts';
import { RowProfile } from './columns/row-profile.ts';
import { type BadByte, firstBadByte } from './encoding-guess.ts';
import type { Sample } from './sample.ts';

/** What was read, and how. */
export interface Reading {
  readonly profile: RowProfile;
  /** The error that ended the input. */
  readonly failure: unknown;
  /** What the source warns of. */
  readonly warnings: readonly string[];
  /** With the encoding and the delimiter that were found. */
  readonly flags: SendFlags;
  readonly badByte?: BadByte | undefined;
  readonly delimiter?: string | undefined;
  /** Quotes are signs like others. */
  readonly isUnquoted?: boolean;
}

const DELIMITERS = [';', '\t', '|', ','];
const NOT_TEXT = /not valid (?:UTF-8|utf-8)/;

type Read = (flags: SendFlags) => Promise<Reading>;

/** Reads the sample by the name of the input. If that says no format, and it is not NDJSON, it may be CSV. `now`: Unix milliseconds. */
export async function readInput(
  sample: Sample,
  flags: SendFlags,
  { format, label }: Input,
  now: number,
): Promise<{ reading: Reading; format: InputFormat }> {
  const reading = await readSample(sample, flags, format, now);
  const isOpen = reading.profile.rows === 0 && format === 'ndjson' && flags.format === undefined && kindOfName(label) === undefined;
  if (!isOpen) return { reading, format };
  const other = await readSample(sample, { ...flags, format: 'csv' }, 'csv', now);
  return other.profile.rows > 0 && other.profile.columns.length > 1 ? { reading: other, format: 'csv' } : { reading, format };
}

/** In as many ways as it takes. */
async function readSample(sample: Sample, flags: SendFlags, format: string, now: number): Promise<Reading> {
  const read: Read = (tried) => profileOf(sample, tried, format, now);
  const reading = await unquoted(await encoded(await read(flags), sample, read), format, read);
  if (format !== 'csv') return reading;
  if (flags.delimiter !== undefined || flags.header !== undefined) return trimmed(reading, read);
  // With the wrong delimiter a row can be ragged before it is seen that it is not UTF-8.
  return trimmed(await encoded(await delimited(reading, read), sample, read), read);
}

/** `--trim` takes white space off the names of columns, too, so flags must name columns as they are then. */
async function trimmed(reading: Reading, read: Read): Promise<Reading> {
  if (reading.flags.trim !== undefined || !reading.profile.columns.some(({ isNameSpaced }) => isNameSpaced)) return reading;
  const other = await read({ ...reading.flags, trim: true });
  // Two names that are then the same can't be read.
  return fitOf(other) < fitOf(reading) ? reading : { ...reading, ...other, warnings: reading.warnings };
}

/** In the encoding that is likely, if it is not UTF-8 and no fewer rows can be read. */
async function encoded(reading: Reading, sample: Sample, read: Read): Promise<Reading> {
  if (reading.flags.encoding !== undefined || !isNotText(reading)) return reading;
  const badByte = await firstBadByte(sample.bytes);
  const [first] = badByte?.readings ?? [];
  const other = first && (await read({ ...reading.flags, encoding: first.encoding }));
  return other && fitOf(other) >= fitOf(reading) ? { ...reading, ...other, badByte } : reading;
}

/** As \copy of PostgreSQL writes text: with quotes around cells hardly a row can be read, and without them nearly all. */
async function unquoted(reading: Reading, format: string, read: Read): Promise<Reading> {
  if (format !== 'csv' || reading.flags.quote !== undefined || fitOf(reading) > 0.5 || !isQuoteProblem(reading)) return reading;
  const other = await read({ ...reading.flags, quote: false });
  return other.profile.columns.length > 1 && fitOf(other) > 0.9 ? { ...reading, ...other, isUnquoted: true } : reading;
}

function isQuoteProblem({ profile, failure }: Reading): boolean {
  const messages = [failure instanceof Error ? failure.message : '', ...profile.malformed.map(({ cause }) => cause.message)];
  return messages.some((message) => message.includes('a quote is not closed'));
}

/** With the delimiter that makes several columns of nearly all rows, if there is one and the usual one doesn't. */
async function delimited(reading: Reading, read: Read): Promise<Reading> {
  if (reading.profile.columns.length > 1 && fitOf(reading) > 0.5) return reading;
  let best = reading;
  for (const delimiter of DELIMITERS) {
    const other = await read({ ...reading.flags, delimiter: delimiter === '\t' ? '\\t' : delimiter });
    // Its header can't be used, and that is what has to be said.
    if (isHeaderOf(reading, delimiter) && other.profile.rows === 0 && other.failure !== undefined) return { ...other, delimiter };
    const isBetter = other.profile.columns.length > 1 && fitOf(other) > 0.5 && widthOf(other) > widthOf(best);
    if (isBetter) best = { ...other, badByte: reading.badByte, delimiter };
  }
  return best;
}

/** True if the only column is called like several with the delimiter between them. */
function isHeaderOf({ profile: { columns } }: Reading, delimiter: string): boolean {
  return columns.length === 1 && (columns[0]?.name.includes(delimiter) ?? false);
}

const widthOf = ({ profile }: Reading): number => (fitOf({ profile }) > 0.5 ? profile.columns.length : 0);

/** The share of rows that could be read. */
function fitOf({ profile: { rows, unread } }: Pick<Reading, 'profile'>): number {
  return rows + unread === 0 ? 0 : rows / (rows + unread);
}

function isNotText({ profile, failure }: Reading): boolean {
  return (
    NOT_TEXT.test(failure instanceof Error ? failure.message : '') || profile.malformed.some(({ cause }) => NOT_TEXT.test(cause.message))
  );
}

async function profileOf(sample: Sample, flags: SendFlags, format: string, now: number): Promise<Reading> {
  const profile = new RowProfile({ isCsv: format === 'csv', now });
  const warnings: string[] = [];
  // A column that is empty in all rows is one, too.
  const seen = format === 'csv' ? { ...flags, keepEmptyCells: 'keep' as const } : flags;
  const end = sink({ write: (element) => profile.see(element), end: () => {} });
  const stages = await transformStages(flags.transform);
  // Those that flags name; of the others nothing is known yet.
  const needed = flags.transform === undefined ? columnsOf(flags).named.map(({ column }) => column) : [];
  const failure = await sample.read(seen, needed, { stages, sink: end, note: (text) => warnings.push(text) });
  return { profile, failure, flags, warnings };
}

/** Why there is nothing to look at. */
export function nothingReadable({ profile, failure }: Reading, label: string): unknown {
  if (failure !== undefined) return failure;
  const [first] = profile.malformed;
  if (first === undefined) return new CioError('CIO_SOURCE', `${label} holds no rows`, undefined, 'Check that the export is complete.');
  const message = `${label}: none of its first ${profile.unread} rows can be read; line ${first.origin?.line ?? 1}: ${first.cause.message}`;
  return new CioError('CIO_SOURCE', message, undefined, 'If it has another format, encoding or delimiter, name it.');
}
