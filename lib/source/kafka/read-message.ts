/**
 * A message as a client hands it out -> its parts. Clients write offsets as bigint, text or number, and put topic and partition on the
 * message or beside it. What is not a message as it is in the topic is a mistake in the program, and would be one for all that follow.
 */
import { CioError } from '../../errors.ts';
import { isChunk } from '../../record/record.ts';

/** What is read of a message. */
export interface ReadMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: unknown;
  /** Undefined or null: a tombstone. */
  readonly value: Buffer | null | undefined;
}

type Bag = Readonly<Record<string, unknown>>;

const TODO =
  'Give fromKafka() the messages as the client hands them out: with topic, partition, offset, key and value, and without deserializers.';

/** Reads what was written: a message, `{ topic, partition, message }`, or a batch `{ topic, partition, messages }`. Throws `CIO_LINE`. */
export function readMessages(given: unknown): readonly ReadMessage[] {
  if (typeof given !== 'object' || given === null || isChunk(given)) throw misused(`got ${kindOfGiven(given)}, not messages`);
  const { topic, partition, message, messages } = given as Bag;
  if (typeof topic !== 'string' || topic === '') throw misused('got a message without its topic');
  if (!Number.isSafeInteger(partition) || (partition as number) < 0) throw misused('got a message without its partition');
  const read = (one: unknown): ReadMessage => readMessage(one, topic, partition as number);
  if (Array.isArray(messages)) return messages.map(read);
  return [read(typeof message === 'object' && message !== null ? message : given)];
}

function readMessage(given: unknown, topic: string, partition: number): ReadMessage {
  const message = Object(given) as Bag;
  const offset = offsetOf(message.offset);
  if (offset === undefined) throw misused('got a message without its offset, a whole number as bigint, text or number');
  // A message of which only the key was handed on must not be taken for a tombstone.
  if (!('value' in message)) throw misused('got a message without a value; that of a tombstone is null');
  return { topic, partition, offset, key: bytesIn(message.key), value: valueIn(message.value) };
}

function offsetOf(given: unknown): number | undefined {
  const isWhole = typeof given === 'bigint' || typeof given === 'number' || (typeof given === 'string' && /^\d{1,19}$/.test(given));
  const offset = isWhole ? Number(given) : Number.NaN;
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : undefined;
}

function valueIn(given: unknown): Buffer | null | undefined {
  if (given === null || given === undefined) return given;
  const bytes = typeof given === 'string' ? Buffer.from(given) : bytesIn(given);
  if (Buffer.isBuffer(bytes)) return bytes;
  throw misused(`got a message whose value is ${kindOfGiven(given)}, not bytes or text`);
}

/** Bytes of any kind as a Buffer; anything else as it is. */
function bytesIn(given: unknown): unknown {
  if (Buffer.isBuffer(given) || !(given instanceof Uint8Array)) return given;
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

function kindOfGiven(given: unknown): string {
  if (isChunk(given)) return typeof given === 'string' ? 'text' : 'bytes';
  if (Array.isArray(given)) return 'a list';
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`;
}

function misused(what: string): CioError {
  return new CioError('CIO_LINE', `fromKafka() ${what}`, undefined, TODO);
}
