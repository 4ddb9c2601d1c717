/** What somebody may do to streams that are piped, in the middle of the flow. Nothing of it may lose a row or send one twice. */
import { type Readable, type Transform, Writable } from 'node:stream';
import { Checkpoint } from '../../../lib/index.ts';
import { numberOf } from './number-of.ts';

/** What is done. The last three end the run. */
export const ACTIONS = ['listen', 'listen once', 'pause', 'cork', 'unpipe', 'second', 'write', 'destroy', 'fail', 'end'] as const;
export type Action = (typeof ACTIONS)[number];
export const FATAL: readonly Action[] = ['destroy', 'fail', 'end'];
const BY_READING: readonly Action[] = ['listen', 'listen once', 'pause', 'unpipe', 'second'];
export const CAUSE: Error = new Error('the cause');

/** What others saw and wrote. */
export interface Seen {
  /** By each listener and each second destination: the numbers of rows. */
  readonly heard: number[][];
  /** Rows that were written by hand. */
  written: number;
  /** Streams that are taken off the next one for now: who reads them then is the only one who gets what they give. */
  readonly off: Set<unknown>;
}

/** The number of the first row that is written by hand. */
export const OWN = 100_001;

/** Does it to a stream; `next` is the one that it is piped into, `head` the first stage. */
export function disturb(action: Action, stream: Transform | Writable, next: Writable | undefined, head: Transform, seen: Seen): void {
  const from = stream as Transform;
  if (seen.off.has(from) && BY_READING.includes(action)) return;
  if (action === 'listen') from.on('data', hears(seen));
  else if (action === 'listen once') listenShortly(from, hears(seen));
  else if (action === 'pause') pause(from, seen);
  else if (action === 'cork') cork(stream);
  else if (action === 'unpipe') unpipe(from, next, seen);
  else if (action === 'second') {
    if (from.readable) from.pipe(second(hears(seen)));
  } else if (action === 'write') write(head, seen);
  else if (action === 'end') stream.end();
  // Of a stream that has given its last element, but has not said so, pipeline() never hears that it was destroyed.
  else stream.destroy(action === 'fail' || isEnding(from) ? CAUSE : undefined);
}

function hears({ heard }: Seen): (element: unknown) => void {
  const numbers: number[] = [];
  heard.push(numbers);
  return (element) => {
    const n = element instanceof Checkpoint ? Number.NaN : numberOf(element);
    // What is written by hand has no origin.
    if (!Number.isNaN(n)) numbers.push(n);
  };
}

function listenShortly(stream: Readable, listener: (element: unknown) => void): void {
  stream.on('data', listener);
  setImmediate(() => stream.off('data', listener));
}

function pause(stream: Readable, { off }: Seen): void {
  stream.pause?.();
  const resume = (): void => {
    if (!off.has(stream)) stream.resume?.();
  };
  setImmediate(() => setImmediate(resume));
}

function cork(stream: Writable): void {
  stream.cork();
  setImmediate(() => stream.uncork());
}

function unpipe(stream: Readable, next: Writable | undefined, { off }: Seen): void {
  if (next === undefined || !stream.readable || stream.listenerCount('data') > 1) return;
  stream.unpipe(next);
  off.add(stream);
  setImmediate(() => {
    off.delete(stream);
    if (!stream.destroyed && !next.destroyed) stream.pipe(next);
  });
}

function second(listener: (element: unknown) => void): Writable {
  return new Writable({
    objectMode: true,
    write: (element, _encoding, callback) => {
      listener(element);
      setImmediate(callback);
    },
  });
}

function write(head: Transform, seen: Seen): void {
  if (head.writable) head.write({ person_id: 'own', event_name: 'own', n: OWN + seen.written++ });
}

function isEnding(stream: Transform): boolean {
  const state = (stream as unknown as { _readableState?: { ended: boolean } })._readableState;
  return state?.ended === true && !stream.readableEnded;
}
