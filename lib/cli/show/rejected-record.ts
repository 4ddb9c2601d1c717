/** What a rejected record holds, as text to look at: its start, or that of the field that is wrong. Any record will do, however odd. */
import { isObject, stringify } from '../../json/exact.ts';
import { recordText } from '../../record/plain.ts';
import { Rejection } from '../../record/rejection.ts';
import type { RejectLine } from '../input/reject-filter.ts';

/** A record of a program may have getters that fail, or be part of itself. */
const NOT_TEXT = '';
/** Fields of an operation lie below it; the column that fills one has its own name. */
const BAG = 'attributes.';
/** More than anybody looks at. */
const MAX_BYTES = 1_000;
const MAX_VALUE = 60;

/** The start of a text. */
export function beginningOf(text: string, length: number): string {
  // Not in the middle of a character.
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The text of the record as it came. */
export function recordTextOf(line: RejectLine): string {
  if (!(line instanceof Rejection)) return textOf(recordOf(line));
  const { record, origin, bytes } = line;
  return origin?.raw ?? (record === undefined ? (bytes?.toString('latin1', 0, MAX_BYTES) ?? NOT_TEXT) : textOf(record));
}

/** The start of what the field holds that is named by a rejection; undefined if the record has no such field, or null there. */
export function wrongValueOf(line: RejectLine, field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const record = recordOf(line);
  const short = field.startsWith(BAG) ? field.slice(BAG.length) : field;
  const value = [field, short].map((name) => valueAt(record, name)).find((one) => one !== undefined);
  return value === undefined || value === null ? undefined : beginningOf(textOf(value), MAX_VALUE);
}

function recordOf(line: RejectLine): unknown {
  if (line instanceof Rejection) return line.record;
  return Object.hasOwn(line, 'record') ? line.record : line;
}

/** The member of that name, or at that path. */
function valueAt(record: unknown, path: string): unknown {
  try {
    const at = (value: unknown, name: string): unknown =>
      isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return at(record, path) ?? path.split('.').reduce(at, record);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // JSON has no text for NaN.
  if (typeof value === 'number') return String(value);
  try {
    return (isObject(value) ? recordText(value) : stringify(value)) ?? NOT_TEXT;
  } catch {
    return NOT_TEXT;
  }
}
