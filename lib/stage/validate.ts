/**
 * records -> entries. Each record becomes an operation that the API accepts, serialised once, or a Rejection that says
 * which column is wrong. Only the few known fields are looked at: attributes go by as they are.
 */
import type { Transform } from 'node:stream';
import { z } from 'zod';
import { CioError, wordsOf } from '../errors.ts';
import { isObject, JsonError, stringify } from '../json/exact.ts';
import { readOptions } from '../options.ts';
import { Entry } from '../record/entry.ts';
import { type Origin, originOf } from '../record/origin.ts';
import { plainData, plainRecord } from '../record/plain.ts';
import { kindOf } from '../record/read.ts';
import { isRecord, recordFor, type SourceRecord } from '../record/record.ts';
import { type Reason, Rejection } from '../record/rejection.ts';
import { each } from '../stream/each.ts';
import { oddIdentifiers, trimIdentifierAttributes } from '../track/identifier-places.ts';
import { attributeCheck, isOddCreatedAt } from '../track/known-attributes.ts';
import { isEvent } from '../track/operation.ts';
import type { TimeFormat } from '../track/time-format.ts';
import { operationTime } from '../track/timestamp.ts';
import { eventIdFor } from './choose-event-id.ts';
import { shaperOf } from './column-rules.ts';
import { timeFormatOf } from './conversion.ts';
import { leaveOutEmpty, setOthers } from './identity.ts';
import { mappingOf, usedColumns } from './mapping.ts';
import { VALIDATE_OPTIONS, type ValidateOptions, type ValidateSettings } from './options.ts';

/** A stage that turns records into entries. Throws `CIO_OPTIONS`. */
export function validate(options: ValidateOptions): Transform {
  const judge = validator(options);
  return each((element, push) => push(isRecord(element) ? judge(recordFor('validate', element)) : element));
}

/** The core of {@link validate}: one record in, an entry or a rejection out. */
export function validator(options: ValidateOptions): (record: SourceRecord) => Entry | Rejection {
  const settings = readOptions('validate', VALIDATE_OPTIONS, options);
  const { object, identifier, fields, rename, schema, clock } = settings;
  const now = clock.wall();
  const map = mappingOf(object, identifier, fields, operationTime(now, timestampFormat(settings)));
  const shape = shaperOf(settings, now);
  // Rows that are operations already are judged as a whole.
  const checkAttributes = attributeCheck(object.replace('_', ' '));
  const columnOf = (attribute: string): string => (object === 'entry' ? `attributes.${attribute}` : (rename[attribute] ?? attribute));
  const judge = (record: SourceRecord): Entry | Rejection => {
    const origin = originOf(record);
    if (!isObject(record)) return reject('malformed', undefined, `a record is an object, this is ${kindOf(record)}`, record, origin);
    if (origin?.wanted !== undefined) return reject('invalid', undefined, IS_PART, record, origin);
    const checked = schema ? checkSchema(schema, record, origin) : record;
    if (checked instanceof Rejection) return checked;
    const mapped = map(plainData(checked));
    if (mapped.problem) return reject('invalid', mapped.problem.field, mapped.problem.message, record, origin);
    const { operation, others } = mapped;
    const flaw = shape?.(operation) ?? (others && setOthers(operation.attributes as Record<string, unknown>, others));
    if (flaw) return reject('invalid', flaw.field, flaw.message, record, origin);
    if (object === 'person_identify') leaveOutEmpty(operation.attributes as Record<string, unknown>, operation.identifiers as object);
    const refused = trimIdentifierAttributes(operation) ?? checkAttributes(operation.attributes as Record<string, unknown>, '');
    if (refused) return reject('invalid', columnOf(refused.field), refused.message, record, origin);
    if (isEvent(operation)) operation.id = eventIdFor(operation, origin, clock);
    return write(operation, record, origin, object === 'entry' ? '' : 'attributes.');
  };
  return (record) => {
    try {
      return judge(record);
    } catch (error) {
      if (error instanceof CioError) throw error;
      if (error instanceof JsonError) return reject(error.reason, error.field, error.message, record, originOf(record));
      // A record out of a program may have a getter that throws.
      return reject('invalid', undefined, `the record can't be read: ${wordsOf(error)}`, record, originOf(record));
    }
  };
}

/** As it is, the row would be sent in place of what the function made of it, under the id of that. */
const IS_PART =
  'it is one of several records that a function made of this row, and none makes them now: give the function again (--transform, map()), or take "part" out of its rejected_origin';

function timestampFormat({ object, identifier, fields, convert }: ValidateSettings): TimeFormat | undefined {
  const [column] = [...usedColumns(object, identifier, fields)].find(([, field]) => field === 'timestamp') ?? [];
  return column !== undefined && Object.hasOwn(convert, column) ? timeFormatOf(convert[column]) : undefined;
}

function checkSchema(schema: z.ZodType, record: SourceRecord, origin: Origin | undefined): SourceRecord | Rejection {
  const plain = plainRecord(record);
  let parsed: z.ZodSafeParseResult<unknown>;
  try {
    parsed = schema.safeParse(plain);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) throw new CioError('CIO_OPTIONS', 'validate: schema is async: use map() for that', error);
    // A refinement or a transform of the user's may throw.
    return reject('invalid', undefined, `the schema failed: ${wordsOf(error)}`, record, origin);
  }
  const issue = parsed.error?.issues[0];
  if (issue) return reject('invalid', issue.path.join('.'), issue.message, record, origin);
  if (isObject(parsed.data)) return parsed.data;
  return reject('invalid', undefined, 'the schema gave no object', record, origin);
}

/** `bag` is what stands before the columns in the paths of the operation. */
function write(operation: Record<string, unknown>, record: SourceRecord, origin: Origin | undefined, bag: string): Entry | Rejection {
  try {
    const warnings = oddIdentifiers(operation);
    if (operation.action === 'identify') {
      if (operation.type === 'person' && isOddCreatedAt(Object(operation.attributes).created_at)) warnings.push('odd_created_at');
      if (isEmptyIdentify(operation)) warnings.push('empty_identify');
    }
    return new Entry(operation, stringify(operation), record, origin, warnings.length > 0 ? warnings : undefined);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { reason, field, message } = error;
    return reject(reason, field?.startsWith(bag) ? field.slice(bag.length) : field, message, record, origin);
  }
}

/** An identify that sets nothing: the API answers 200 and does nothing useful. */
function isEmptyIdentify(operation: Record<string, unknown>): boolean {
  if (operation.cio_relationships !== undefined) return false;
  const attributes = operation.attributes as Record<string, unknown> | undefined;
  // What is undefined is not written.
  for (const name in attributes) if (attributes[name] !== undefined) return false;
  return true;
}

function reject(reason: Reason, field: string | undefined, message: string, record: SourceRecord, origin: Origin | undefined): Rejection {
  return new Rejection({ reason, field, message, stage: 'validate' }, record, origin);
}
