/** A record -> the plain data that is mapped: the user's own zod schema first, if there is one, then what JSON has no word for is refused. */
import { z } from 'zod';
import { CioError, wordsOf } from '../errors.ts';
import { isObject } from '../json/exact.ts';
import { plainData, plainRecord } from '../record/plain.ts';
import { kindOf } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import type { Why } from '../record/rejection.ts';

/** The data, or why there is none. */
export type PlainRow = { readonly row: SourceRecord; readonly refused?: undefined } | { readonly row?: undefined; readonly refused: Why };

/** Reads a record. Throws `CIO_OPTIONS` if the schema is async, and a JsonError for what is not plain data. */
export function plainRow(record: SourceRecord, schema: z.ZodType | undefined): PlainRow {
  if (!isObject(record)) return { refused: { reason: 'malformed', message: `a record is an object, this is ${kindOf(record)}` } };
  if (schema === undefined) return { row: plainData(record) };
  const plain = plainRecord(record);
  let parsed: z.ZodSafeParseResult<unknown>;
  try {
    parsed = schema.safeParse(plain);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) throw new CioError('CIO_OPTIONS', 'validate: schema is async: use map() for that', error);
    // A refinement or a transform of the user's may throw.
    return invalid(`the schema failed: ${wordsOf(error)}`);
  }
  const issue = parsed.error?.issues[0];
  if (issue) return invalid(issue.message, issue.path.join('.'));
  return isObject(parsed.data) ? { row: plainData(parsed.data) } : invalid('the schema did not return an object');
}

function invalid(message: string, field?: string): PlainRow {
  return { refused: { reason: 'invalid', field, message } };
}
