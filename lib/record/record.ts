/**
 * A record is one source row: a plain object. Every element that is not an Entry, Rejection, Skipped or Checkpoint is
 * taken for a record, so rows of a database cursor can be piped in as they are.
 */
import { CioError } from '../errors.ts';
import { Checkpoint } from './checkpoint.ts';
import { Entry } from './entry.ts';
import { Rejection } from './rejection.ts';
import { Skipped } from './skipped.ts';

/**
 * One row, parsed: a plain object. Its {@link Origin}, if it has one, is under the symbol {@link ORIGIN}. Rows of a database cursor
 * are records as they are.
 *
 * @category Elements
 */
export type SourceRecord = Record<string, unknown>;

/**
 * What flows through the streams, in order. Everything that is none of the four classes is a record. In TypeScript,
 * `Element<User>` names the type of the records of your own source; nothing checks it.
 *
 * @category Elements
 */
export type Element<T = SourceRecord> = T | Entry | Rejection | Skipped | Checkpoint;

/**
 * True for a record: a row that {@link validate} has not made an entry of yet. A stage of your own passes everything else on.
 *
 * @example
 * ```ts
 * import { Readable, Transform } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { csv, isRecord } from 'customerio-streams';
 *
 * const withSource = new Transform({
 *   objectMode: true,
 *   transform(element, _encoding, done) {
 *     if (isRecord(element)) element.source = 'crm';
 *     done(null, element);
 *   },
 * });
 * await pipeline(Readable.from(['email\nada@example.com\n']), csv(), withSource, async (rows) => {
 *   for await (const { email, source } of rows) console.log(email, source); // ada@example.com crm
 * });
 * ```
 * @example In TypeScript, with the type of your rows
 * ```ts
 * import { pipeline } from 'node:stream/promises';
 * import { createSandbox, type Element, isRecord, trackWriter, validate } from 'customerio-streams';
 *
 * interface User {
 *   person_id: number;
 *   countryId: number;
 * }
 *
 * async function* users(): AsyncGenerator<User> {
 *   yield { person_id: 7, countryId: 1 };
 * }
 *
 * async function* withCountry(elements: AsyncIterable<Element<User>>) {
 *   for await (const element of elements) {
 *     if (!isRecord(element)) yield element;
 *     else yield { person_id: element.person_id, country: element.countryId === 1 ? 'FR' : 'DE' };
 *   }
 * }
 *
 * const sandbox = await createSandbox();
 * await pipeline(users(), withCountry, validate({ object: 'person_identify' }), trackWriter({ ...sandbox.account }));
 * console.log(sandbox.state().people[0]?.attributes); // { country: 'FR' }
 * await sandbox.close();
 * ```
 *
 * @category Elements
 */
export function isRecord<T extends object>(element: Element<T>): element is T;
export function isRecord<T extends object = SourceRecord>(element: unknown): element is T;
export function isRecord(element: unknown): boolean {
  return !(element instanceof Entry || element instanceof Rejection || element instanceof Skipped || element instanceof Checkpoint);
}

/** The record that a stage got. Throws `CIO_LINE` for a piece of a file: then a source is missing before the stage. */
export function recordFor(stage: string, element: unknown): SourceRecord {
  if (isChunk(element)) throw new CioError('CIO_LINE', `${stage}() got ${kindOfChunk(element)}, not records: put ${SOURCES} before it`);
  return element as SourceRecord;
}

/** The error of a stage that works on entries and got something else. */
export function notAnEntry(stage: string, element: unknown): CioError {
  if (!isChunk(element)) return new CioError('CIO_LINE', `${stage}() works on entries: put it after validate()`);
  return new CioError('CIO_LINE', `${stage}() got ${kindOfChunk(element)}, not entries: put ${SOURCES}, then validate() before it`);
}

/** The error of a Writable of rejections that got something else. */
export function notARejection(writable: string, element: unknown): CioError {
  if (!isChunk(element)) return new CioError('CIO_LINE', `${writable}() takes rejections only: put divert() before it`);
  const stages = `${SOURCES}, validate(), then divert()`;
  return new CioError('CIO_LINE', `${writable}() got ${kindOfChunk(element)}, not rejections: put ${stages} before it`);
}

const SOURCES = 'csv(), ndjson() or json()';

/** True for bytes and text: streams carry them, but they are never a record. */
export function isChunk(element: unknown): boolean {
  return typeof element === 'string' || ArrayBuffer.isView(element) || element instanceof ArrayBuffer;
}

function kindOfChunk(chunk: unknown): string {
  return typeof chunk === 'string' ? 'text' : 'bytes';
}
