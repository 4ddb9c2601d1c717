/**
 * records -> entries. Each record becomes an operation that the API accepts, serialised once, or a Rejection that says
 * which column is wrong. Only the few known fields are looked at: attributes go by as they are.
 */
import type { Transform } from 'node:stream';
import { z } from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { CioError, wordsOf } from '../errors.ts';
import { readOptions, type Settled } from '../options.ts';
import { Entry } from '../record/entry.ts';
import { JsonError, stringify } from '../record/json.ts';
import { type Origin, originOf } from '../record/origin.ts';
import { isRecord, type SourceRecord } from '../record/record.ts';
import { type Reason, Rejection } from '../record/rejection.ts';
import { each } from '../stream/each.ts';
import { judgeAttributes, oddIdentifiers } from '../track/identifier-places.ts';
import { isEvent } from '../track/operation.ts';
import { flawOf, SHAPE_OPTIONS, shaperOf } from './attributes.ts';
import { eventIdFor } from './event-id.ts';
import { type Identifier, setOthers } from './identity.ts';
import { type Fields, mappingOf, type ObjectKind, RECORD_FIELDS, usedColumns } from './mapping.ts';

/** Options of {@link validate}. */
export interface ValidateOptions {
  /** What the rows are: people, events, or Track API v2 operations (all 18). */
  object: ObjectKind;
  /**
   * Which identifier people have: `person_email`, `person_id` ...; `auto` (default) takes the first present of cio_id, id,
   * email, phone. The others that are present become the attributes `id`, `email` and `phone`.
   */
  identifier?: Identifier | undefined;
  /** Record field -> column of the source, for example `{ person_email: 'Email' }`. `timestamp` orders updates of people. */
  fields?: Fields | undefined;
  /** Attribute -> column of the source, for example `{ email: 'E-Mail' }`: other columns become attributes under their own names. */
  rename?: Record<string, string> | undefined;
  /** Column of the source -> what its text becomes as an attribute, for example `{ created_at: 'time' }` for Unix seconds; null and an empty text stay. */
  convert?: Record<string, 'number' | 'boolean' | 'time'> | undefined;
  /** A zod schema of your own, run on the record first; what it gives goes on. */
  schema?: z.ZodType | undefined;
}

export const VALIDATE_OPTIONS: z.ZodObject = z
  .strictObject({
    object: z.enum(['person_identify', 'person_event', 'entry'], "must be 'person_identify', 'person_event' or 'entry'"),
    identifier: z.enum(['email', 'id', 'cio_id', 'phone', 'auto'], "must be 'email', 'id', 'cio_id', 'phone' or 'auto'").default('auto'),
    fields: z.partialRecord(z.enum(RECORD_FIELDS), z.string().min(1)).default({}),
    ...SHAPE_OPTIONS,
    schema: z
      .custom<z.ZodType>((value) => value instanceof z.ZodType || typeof Reflect.get(Object(value), 'safeParse') === 'function')
      .optional(),
    clock: z.custom<Clock>().default(systemClock),
  })
  .superRefine((options, context) => {
    const { object, identifier, fields, rename, convert } = options as Settings;
    if (object !== 'entry') {
      const flaw = flawOf({ rename, convert }, usedColumns(object, identifier, fields));
      if (flaw) context.addIssue({ code: 'custom', path: [flaw.option], message: flaw.message });
    } else if (identifier !== 'auto' || [fields, rename, convert].some((names) => Object.keys(names).length > 0)) {
      context.addIssue("identifier, fields, rename and convert have no effect with object 'entry': its rows are operations already");
    }
  });

type Settings = Settled<Omit<ValidateOptions, 'schema'>> & { schema: z.ZodType | undefined; clock: Clock };

/** A stage that turns records into entries. Throws `CIO_OPTIONS`. */
export function validate(options: ValidateOptions): Transform {
  const judge = validator(options);
  return each((element, push) => push(isRecord(element) ? judge(element as SourceRecord) : element));
}

/** The core of {@link validate}: one record in, an entry or a rejection out. */
export function validator(options: ValidateOptions): (record: SourceRecord) => Entry | Rejection {
  const settings = readOptions('validate', VALIDATE_OPTIONS, options) as Settings;
  const { object, identifier, fields, rename, schema, clock } = settings;
  const map = mappingOf(object, identifier, fields);
  const shape = shaperOf(settings);
  const columnOf = (attribute: string): string => (object === 'entry' ? `attributes.${attribute}` : (rename[attribute] ?? attribute));
  const judge = (record: SourceRecord): Entry | Rejection => {
    const origin = originOf(record);
    const checked = schema ? checkSchema(schema, record, origin) : record;
    if (checked instanceof Rejection) return checked;
    const mapped = map(checked);
    if (mapped.problem) return reject('invalid', mapped.problem.field, mapped.problem.message, record, origin);
    const { operation, others } = mapped;
    const flaw = shape?.(operation) ?? (others && setOthers(operation.attributes as Record<string, unknown>, others));
    if (flaw) return reject('invalid', flaw.field, flaw.message, record, origin);
    const nobody = judgeAttributes(operation);
    if (nobody) return reject('invalid', columnOf(nobody.field), nobody.message, record, origin);
    if (isEvent(operation)) operation.id = eventIdFor(operation, origin, clock);
    return write(operation, record, origin, object === 'entry' ? '' : 'attributes.');
  };
  return (record) => {
    try {
      return judge(record);
    } catch (error) {
      if (error instanceof CioError) throw error;
      // A record out of a program may have a getter that throws.
      return reject('invalid', undefined, `the record can't be read: ${wordsOf(error)}`, record, originOf(record));
    }
  };
}

function checkSchema(schema: z.ZodType, record: SourceRecord, origin: Origin | undefined): SourceRecord | Rejection {
  let parsed: z.ZodSafeParseResult<unknown>;
  try {
    parsed = schema.safeParse(record);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) throw new CioError('CIO_OPTIONS', 'validate: schema is async: use map() for that', error);
    // A refinement or a transform of the user's may throw.
    return reject('invalid', undefined, `the schema failed: ${wordsOf(error)}`, record, origin);
  }
  const issue = parsed.error?.issues[0];
  if (issue) return reject('invalid', issue.path.join('.'), issue.message, record, origin);
  const value = parsed.data;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as SourceRecord;
  return reject('invalid', undefined, 'the schema gave no object', record, origin);
}

/** `bag` is what stands before the columns in the paths of the operation. */
function write(operation: Record<string, unknown>, record: SourceRecord, origin: Origin | undefined, bag: string): Entry | Rejection {
  try {
    const warnings = oddIdentifiers(operation);
    if (operation.action === 'identify' && isEmptyIdentify(operation)) warnings.push('empty_identify');
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
  for (const _ in operation.attributes as object | undefined) return false;
  return true;
}

function reject(reason: Reason, field: string | undefined, message: string, record: SourceRecord, origin: Origin | undefined): Rejection {
  return new Rejection({ reason, field, message, stage: 'validate' }, record, origin);
}
