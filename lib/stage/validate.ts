/**
 * records -> entries. Each record becomes an operation that the API accepts, serialised once, or a Rejection that says
 * which column is wrong. Only the few known fields are looked at: attributes pass as they are.
 */
import type { Transform } from 'node:stream';
import { CioError, wordsOf } from '../errors.ts';
import { JsonError } from '../json/exact.ts';
import type { Entry } from '../record/entry.ts';
import { originOf } from '../record/origin.ts';
import { isRecord, recordFor, type SourceRecord } from '../record/record.ts';
import { Rejection, type Why } from '../record/rejection.ts';
import { each } from '../stream/each.ts';
import { buildEntry, prepareEntries } from './build-entry.ts';
import { mappingOf } from './mapping/mapping.ts';
import { type ValidateOptions, validateSettings } from './options.ts';
import { plainRow } from './plain-row.ts';
import { type RowMapping, rowMappingOf } from './row-mapping/row-mapping.ts';

/**
 * Turns records into {@link Entry | entries}: each record becomes an operation that the API accepts, or a {@link Rejection} that
 * names the column that is wrong. Attributes pass as they are, unless `columns` gives them a type.
 *
 * @returns A Transform from records to entries.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { validate } from 'customerio-streams';
 *
 * await pipeline(
 *   Readable.from([{ 'E-Mail': 'ada@example.com', Joined: '24/12/2025', LTV: '1.234,50', Notes: 'x' }]),
 *   validate({
 *     object: 'person_identify',
 *     columns: {
 *       'E-Mail': 'person_email', // who it is
 *       Joined: { attribute: 'joined', type: 'time', format: 'DD/MM/YYYY' }, // Unix seconds
 *       LTV: { attribute: 'ltv', type: 'number', format: '1.234,56' },
 *       Notes: false, // left out
 *     },
 *   }),
 *   async (entries) => {
 *     for await (const { operation } of entries) console.log(operation.attributes); // { joined: 1766534400, ltv: 1234.5 }
 *   },
 * );
 * ```
 *
 * @category Stages
 */
export function validate(options: ValidateOptions): Transform {
  const toEntry = validator(options);
  const mapping = rowMapper(options);
  return each((element, push) => push(isRecord(element) ? toEntry(recordFor('validate', element)) : element), {
    // People have no event ids: their start is not delayed.
    open: async () => (options.object === 'person_identify' ? undefined : prepareEntries()),
    ...(mapping && { row: (block, row, next) => block.isText(row) && mapping.read(block, row) && next.entry(mapping) }),
  });
}

/** The core for rows that nobody has parsed; undefined if all have to be. `ids`: of events, unless they are the usual ones. */
export function rowMapper(options: ValidateOptions, ids?: Parameters<typeof rowMappingOf>[2]): RowMapping | undefined {
  const { schema, clock, ...settings } = validateSettings(options);
  return schema === undefined ? rowMappingOf(settings, clock, ids) : undefined;
}

/** The core of {@link validate}: one record in, an entry or a rejection out. Events need `prepareEntries()`. */
export function validator(options: ValidateOptions): (record: SourceRecord) => Entry | Rejection {
  const settings = validateSettings(options);
  const { schema, clock, mapColumn } = settings;
  const { map, columnOf, isTimeNamed } = mappingOf(settings, clock.wall(), mapColumn);
  const toEntry = (record: SourceRecord): Entry | Rejection => {
    const origin = originOf(record);
    if (origin?.wanted !== undefined) return reject({ reason: 'invalid', message: IS_PART }, record);
    const { row, refused } = plainRow(record, schema);
    if (refused) return reject(refused, record);
    const { operation, problem } = map(row);
    if (problem) return reject({ reason: 'invalid', field: problem.field, message: problem.message }, record);
    try {
      return buildEntry(operation, record, origin, clock, isTimeNamed && operation.timestamp === undefined);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      return reject({ ...causeOf(error), field: error.field && columnOf(error.field, row) }, record);
    }
  };
  return (record) => {
    try {
      return toEntry(record);
    } catch (error) {
      if (error instanceof CioError) throw error;
      if (error instanceof JsonError) return reject(causeOf(error), record);
      // A record out of a program may have a getter that throws.
      return reject({ reason: 'invalid', message: `the record can't be read: ${wordsOf(error)}` }, record);
    }
  };
}

/** As it is, the row would be sent in place of what the function made of it, under the id of that. */
const IS_PART =
  'it is one of several records that a function made of this row: give the function again (--transform, map()), or remove "part" from its rejected_origin';

function causeOf({ reason, field, message }: JsonError): Why {
  return { reason, field, message };
}

/** Field by field: of spread objects each rejection took a third more time and memory. */
function reject({ reason, field, message }: Why, record: SourceRecord): Rejection {
  return new Rejection({ reason, field, message, stage: 'validate' }, record, originOf(record));
}
