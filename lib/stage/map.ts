/**
 * A user's own function over records: change, drop, or make several of one; sync or async. Rejections, skips and
 * checkpoints pass unchanged. If the function fails on a record, that record is rejected and the stream continues.
 */
import type { Transform } from 'node:stream';
import { CioError, wordsOf } from '../errors.ts';
import { isObject } from '../json/exact.ts';
import { Deletion, Entry } from '../record/entry.ts';
import { ORIGIN, type Origin, originOf, withOrigin } from '../record/origin.ts';
import { plainRecord } from '../record/plain.ts';
import { type Element, isChunk, isRecord, recordFor, type SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { Skipped } from '../record/skipped.ts';
import { each } from '../stream/each.ts';

/**
 * What a function given to {@link map} may return: a record, several records, or nothing (`null` or `undefined`) to skip the row.
 *
 * @category Stages
 */
export type MapResult = object | null | undefined | Iterable<object> | AsyncIterable<object>;

/**
 * Runs your function on every record, one at a time and in order. Put it before {@link validate}. The function may be async.
 *
 * If the function throws, that record is rejected as `invalid`, and the next one is read. A row for which it returns nothing is
 * counted as skipped (`filtered`). In TypeScript, `map<User>()` names the type of the records; nothing checks it.
 *
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { map, Skipped } from 'customerio-streams';
 *
 * await pipeline(
 *   Readable.from([{ id: 1, score: '10' }, { id: 2, test: true }]),
 *   map((row) => (row.test ? undefined : { ...row, score: Number(row.score) })),
 *   async (elements) => {
 *     for await (const element of elements) console.log(element instanceof Skipped ? element.reason : element.score); // 10, then filtered
 *   },
 * );
 * ```
 *
 * @category Stages
 */
export function map<R extends object = SourceRecord>(fn: (record: R) => MapResult | Promise<MapResult>): Transform {
  if (typeof fn !== 'function') throw new CioError('CIO_OPTIONS', 'map: needs a function');
  return each((element, push) => {
    if (element instanceof Entry && !(element instanceof Deletion))
      throw new CioError('CIO_LINE', 'map() works on records: put it before validate()');
    if (!isRecord(element)) return push(element);
    const results = run(fn as (record: object) => MapResult | Promise<MapResult>, recordFor('map', element));
    if (results instanceof Promise) return results.then((elements) => elements.forEach(push));
    results.forEach(push);
  });
}

function run(fn: (record: object) => MapResult | Promise<MapResult>, record: SourceRecord): Element[] | Promise<Element[]> {
  try {
    const result = fn(record);
    if (!isAsync(result)) return spread(result, record);
    return gathered(result)
      .then((value) => spread(value, record))
      .catch((error) => [failed(error, record)]);
  } catch (error) {
    return [failed(error, record)];
  }
}

type Async = PromiseLike<MapResult> | AsyncIterable<object>;

function isAsync(result: unknown): result is Async {
  if (typeof result !== 'object' || result === null) return false;
  return typeof (result as PromiseLike<unknown>).then === 'function' || Symbol.asyncIterator in result;
}

async function gathered(given: Async): Promise<MapResult> {
  const result = await given;
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) return result;
  const items: object[] = [];
  for await (const item of result) items.push(item);
  return items;
}

function spread(result: MapResult, record: SourceRecord): Element[] {
  const origin = originOf(record);
  if (result === null || result === undefined) return [new Skipped('filtered', record, origin)];
  if (typeof result !== 'object') return [reject(`the function returned a ${typeof result}, not a record`, record)];
  if (isChunk(result) || !(Symbol.iterator in result)) return [withParent(result, record, origin)];
  const results = [...(result as Iterable<object>)];
  if (results.length === 0) return [new Skipped('filtered', record, origin)];
  // If one is not a record, the whole row is rejected: sent again, the row would give the other records a second time.
  if (!results.every(isUsable)) return [reject(NO_RECORD, record)];
  if (results.length === 1) return [withParent(results[0] as object, record, origin)];
  if (origin?.wanted !== undefined) return [rejectedPart(results, record, origin, origin.wanted)];
  return results.map((item, index) => withParent(item, record, origin?.withPart(partOf(origin.part, index))));
}

/** Of a row whose part was rejected only that part is sent again: the others were delivered or rejected by themselves. */
function rejectedPart(results: readonly object[], record: SourceRecord, origin: Origin, wanted: number): Element {
  const [index, rest] = wanted < MAX_PARTS ? [wanted, undefined] : [Math.floor(wanted / MAX_PARTS) - 1, wanted % MAX_PARTS];
  const item = results[index];
  if (item !== undefined) return withParent(item, record, origin.wanting(rest));
  return reject('the function now returns fewer records than when this one was rejected', record);
}

/** What the function gave, with the origin of the record that it was made of. */
function withParent(item: object, record: SourceRecord, origin: Origin | undefined): Element {
  if (!isUsable(item)) return reject(NO_RECORD, record);
  if (!isRecord(item) || origin === undefined) return item as Element;
  const given = Reflect.get(item, ORIGIN);
  if (item === record && given === origin) return item as SourceRecord;
  // The function may keep an object and change it before it is sent, or give it twice, which needs two origins. So each
  // row gets a copy, but its nested values are shared. (A spread copies the parent's origin: each part must get its own.)
  const isShared = item === record || !Object.isExtensible(item) || (given !== undefined && given !== originOf(record));
  return withOrigin(isShared || isLiteral(item) ? { ...plainRecord(item as SourceRecord) } : item, origin) as SourceRecord;
}

const NO_RECORD = 'the function returned something that is not a record';

function isUsable(item: unknown): boolean {
  return isObject(item) && !isChunk(item);
}

/** False for an instance of a class. It is not copied, as the next map() may need its methods. */
function isLiteral(item: object): boolean {
  return Object.getPrototypeOf(item) === Object.prototype;
}

const MAX_PARTS = 1_000_000;

/** The parts of one record need different event ids, which derive from these numbers; so do the parts of a part. */
function partOf(part: number | undefined, index: number): number {
  return part === undefined ? index : (part + 1) * MAX_PARTS + index;
}

function failed(error: unknown, record: SourceRecord): Rejection {
  return reject(`the function failed: ${wordsOf(error)}`, record);
}

function reject(message: string, record: SourceRecord): Rejection {
  return new Rejection({ reason: 'invalid', message, stage: 'map' }, record, originOf(record));
}
