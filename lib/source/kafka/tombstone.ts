/**
 * A message without a value -> what it asks for: a deletion of the person whose key it carries. A deletion can't be taken back, so
 * a key is only believed if it is plain text. Any other key makes a rejection, whose record is the deletion with the key as it was:
 * repaired, it can be sent again like a row of `operations`.
 */
import { isUtf8 } from 'node:buffer';
import { isJson, isObject, parse, stringify } from '../../json/exact.ts';
import { Deletion, type OperationBody } from '../../record/entry.ts';
import { KeptMapping } from '../../record/kept-mapping.ts';
import { Origin } from '../../record/origin.ts';
import type { SourceInfo } from '../../record/place.ts';
import { Rejection } from '../../record/rejection.ts';
import { Skipped } from '../../record/skipped.ts';
import { trimIdentifier } from '../../track/identifier.ts';
import { oddIdentifiers, trimOperation } from '../../track/identifier-places.ts';
import { problemOf } from '../../track/operation.ts';
import type { MessageSettings, TombstoneId } from './message-options.ts';

/** However the other rows are mapped, a deletion is an operation. */
const AS_OPERATION = new KeptMapping('operations', {});
const BINARY =
  'the key of a tombstone contains zero bytes, like a binary number or the formats of a schema registry (Avro, Protobuf, JSON Schema)';
const QUOTED = 'the key of a tombstone is text in quotes, as a JSON converter writes it, and the quotes may be part of the id or not';
const OR_TAKE_OUT = 'or extract the id from it (Kafka Connect: ValueToKey, ExtractField$Key)';
/** Such as `Struct{id=5}` and `{id=5}`. */
const STRUCTURE = /^\w*\{\w+=[\s\S]*\}$/;
const PLAIN = 'have the producer write the id as plain text (StringSerializer, StringConverter)';

/** What a key is: text, or why it can't be believed, and what of it is kept. */
type Key =
  | { readonly text: string; readonly flaw?: undefined }
  | { readonly flaw: string; readonly value?: unknown; readonly bytes?: Buffer };

/** What becomes of the tombstones of one partition. */
export class Tombstones {
  readonly #type: TombstoneId | undefined;
  readonly #stage: string;
  readonly #place: SourceInfo;

  constructor({ tombstones, tombstoneId }: Pick<MessageSettings, 'tombstones' | 'tombstoneId'>, place: SourceInfo, stage: string) {
    this.#type = tombstones === 'delete' ? tombstoneId : undefined;
    this.#stage = stage;
    this.#place = tombstones === 'delete' ? { ...place, mapping: AS_OPERATION } : place;
  }

  /** Reads the one at `offset`. */
  read(offset: number, key: unknown): Deletion | Rejection | Skipped {
    const origin = new Origin({ line: offset, offset }, this.#place);
    if (this.#type === undefined) return new Skipped('tombstone', undefined, origin);
    const read = readKey(key);
    if (read.flaw !== undefined) {
      const record = read.bytes ? undefined : deletionOf(this.#type, read.value);
      return this.#rejected(read.flaw, read.bytes ? undefined : `identifiers.${this.#type}`, record, origin, read.bytes);
    }
    const record = deletionOf(this.#type, read.text);
    const operation = { ...record };
    trimOperation(operation);
    const problem = problemOf(operation);
    if (problem) return this.#rejected(`the key of a tombstone ${problem.message}`, problem.field, record, origin);
    const warnings = oddIdentifiers(operation);
    return new Deletion(operation, stringify(operation), record, origin, warnings.length > 0 ? warnings : undefined);
  }

  #rejected(message: string, field: string | undefined, record: OperationBody | undefined, origin: Origin, bytes?: Buffer): Rejection {
    return new Rejection({ reason: 'invalid', field, message, stage: this.#stage }, record, origin, bytes);
  }
}

function deletionOf(type: TombstoneId, key: unknown): OperationBody {
  return { type: 'person', action: 'delete', identifiers: key === undefined ? {} : { [type]: key } };
}

function readKey(key: unknown): Key {
  if (key === undefined || key === null) return { flaw: 'a tombstone without a key: it does not say whom to delete' };
  if (typeof key !== 'string' && !Buffer.isBuffer(key))
    return { flaw: 'the key of a tombstone is neither bytes nor text: pass the key as it is in the topic' };
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  // The wire format of a schema registry begins with one; so do most numbers of 4 and 8 bytes.
  if (bytes.includes(0)) return { flaw: `${BINARY}: ${PLAIN}`, bytes: Buffer.from(bytes) };
  if (!isUtf8(bytes)) return { flaw: `the key of a tombstone is not valid UTF-8: ${PLAIN}`, bytes: Buffer.from(bytes) };
  return textKey(bytes.toString());
}

/** A text that is JSON may stand for an id that is a part of it, or be one itself: nobody knows. */
function textKey(text: string): Key {
  const bare = trimIdentifier(text);
  if (STRUCTURE.test(bare)) return { flaw: `the key of a tombstone is a structure, as Java prints it, not an id: ${PLAIN}`, value: [text] };
  if (!/^[{["]/.test(bare) || !isJson(bare)) return { text };
  const value = parse(bare);
  if (typeof value === 'string') return { flaw: `${QUOTED}: ${PLAIN}`, value: [value] };
  const kind = isObject(value) ? 'an object' : 'an array';
  return { flaw: `the key of a tombstone is ${kind} in JSON, not an id: ${PLAIN}, ${OR_TAKE_OUT}`, value };
}
