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
import type { Sample, SampleEnd } from './sample.ts';

/** What was read, and how. */
export interface Reading extends SampleEnd {
  readonly profile: RowProfile;
  /** What the source warns of. */
  readonly warnings: readonly string[];
  /** With the encoding and the delimiter that were found. */
  readonly flags: SendFlags;
  /** Without them. */
  readonly given: SendFlags;
  readonly badByte?: BadByte | undefined;
  readonly delimiter?: string | undefined;
  /** Quotes are signs like others. */
  readonly isUnquoted?: boolean;
}

const DELIMITERS = [';', '\t', '|', ','];
const NOT_TEXT = /not valid (?:UTF-8|utf-8)/;
/** Of a quote. */
const BROKEN_QUOTE = 'a quote is ';
/** Nearly all rows can be read, or at least most. */
const [NEARLY_ALL, MOST] = [0.9, 0.5];

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

/** In as many ways as it takes: an encoding is tried with each delimiter, and a delimiter with and without quotes. */
async function readSample(sample: Sample, flags: SendFlags, format: string, now: number): Promise<Reading> {
  const read: Read = (tried) => profileOf(sample, tried, format, now);
  const shaped: Read = async (tried) => (format === 'csv' ? inShape(await read(tried), read) : read(tried));
  const reading = await encoded(await shaped(flags), sample, shaped);
  return format === 'csv' ? trimmed(reading, read) : reading;
}

/** In the encoding that is likely, if it is not UTF-8 and rows can be read then that could not be. */
async function encoded(reading: Reading, sample: Sample, shaped: Read): Promise<Reading> {
  if (reading.flags.encoding !== undefined || (fitOf(reading) === 1 && reading.failure === undefined)) return reading;
  const badByte = await firstBadByte(sample.bytes);
  const [first] = badByte?.readings ?? [];
  if (first === undefined) return reading;
  const { encoding } = first;
  // Flags of the user alone: a delimiter that was found in bytes that are not text may be a chance.
  const other = await shaped({ ...reading.given, encoding });
  const isBetter = isTable(other) === isTable(reading) ? fitOf(other) > fitOf(reading) : isTable(other);
  return isBetter || (isNotText(reading) && fitOf(other) === fitOf(reading)) ? { ...other, badByte } : reading;
}

/** With the delimiter that makes several columns of nearly all rows, and without quotes if no delimiter does with them. */
async function inShape(reading: Reading, read: Read): Promise<Reading> {
  if (isTable(reading)) return reading;
  const readings = [reading];
  if (reading.given.delimiter === undefined) {
    for (const delimiter of DELIMITERS) {
      const other = await read({ ...reading.given, delimiter: delimiter === '\t' ? '\\t' : delimiter });
      readings.push({ ...other, given: reading.given, delimiter });
    }
  }
  const found = widest(readings) ?? widest(await unquoted(readings, read));
  // With another delimiter the header can't be used, and that is what has to be said.
  return found ?? readings.find((other) => other !== reading && isHeaderProblem(reading, other)) ?? reading;
}

/** As \copy of PostgreSQL writes text: with quotes around cells hardly a row can be read, and without them nearly all. */
async function unquoted(readings: readonly Reading[], read: Read): Promise<Reading[]> {
  const found: Reading[] = [];
  for (const { flags, given, delimiter, ...reading } of readings) {
    if (given.quote !== undefined || !isQuoteProblem(reading)) continue;
    const other = await read({ ...flags, quote: false });
    if (fitOf(other) > NEARLY_ALL) found.push({ ...other, given, delimiter, isUnquoted: true });
  }
  return found;
}

/** The table with the most columns, the first of those that have as many. */
function widest(readings: readonly Reading[]): Reading | undefined {
  const width = ({ profile }: Reading): number => profile.columns.length;
  return readings.filter(isTable).reduce<Reading | undefined>((best, one) => (best && width(best) >= width(one) ? best : one), undefined);
}

/** True if the only column is called like several with the delimiter between them, or they are quoted, and the names are wrong. */
function isHeaderProblem(reading: Reading, { delimiter = '', profile, failure, ...other }: Reading): boolean {
  if (profile.rows > 0 || failure === undefined) return false;
  const { columns } = reading.profile;
  const isNamed = columns.length === 1 && (columns[0]?.name.includes(delimiter) ?? false);
  return isNamed || (isQuoteProblem(reading) && !isQuoteProblem({ ...other, profile, failure }));
}

/** `--trim` takes white space off the names of columns, too, so flags must name columns as they are then. */
async function trimmed(reading: Reading, read: Read): Promise<Reading> {
  if (reading.flags.trim !== undefined || !reading.profile.columns.some(({ isNameSpaced }) => isNameSpaced)) return reading;
  const other = await read({ ...reading.flags, trim: true });
  // Two names that are then the same can't be read.
  return fitOf(other) < fitOf(reading) ? reading : { ...reading, ...other, given: reading.given, warnings: reading.warnings };
}

function isQuoteProblem({ profile, failure }: Pick<Reading, 'profile' | 'failure'>): boolean {
  const messages = [failure instanceof Error ? failure.message : '', ...profile.malformed.map(({ cause }) => cause.message)];
  return messages.some((message) => message.includes(BROKEN_QUOTE));
}

/** True if most rows have several cells. */
function isTable({ profile }: Pick<Reading, 'profile'>): boolean {
  return profile.columns.length > 1 && fitOf({ profile }) > MOST;
}

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
  const ending = await sample.read(seen, needed, { stages, sink: end, note: (text) => warnings.push(text) });
  return { profile, ...ending, flags, given: flags, warnings };
}

/** Why there is nothing to look at, if the input itself has not failed. */
export function nothingReadable({ profile }: Reading, format: InputFormat, label: string): CioError {
  const [first] = profile.malformed;
  if (first === undefined) return new CioError('CIO_SOURCE', `${label} holds no rows`, undefined, 'Check that the export is complete.');
  const message = `${label}: none of its first ${profile.unread} rows can be read; line ${first.origin?.line ?? 1}: ${first.cause.message}`;
  const todo =
    format === 'csv'
      ? "Say how the file is written, for example with --delimiter ';' --encoding windows-1252. If its first row is not a header, name the columns with --header."
      : 'If the input has another format or encoding, name it, for example with --format csv or --encoding windows-1252.';
  return new CioError('CIO_SOURCE', message, undefined, todo);
}
