/** What puts records into the pipeline of a run: the inputs of a send, topics of Kafka, or the rejected records of a replay. */
import type { Writable } from 'node:stream';

/** What became of the objects of a replay. */
export interface Replayed {
  /** The place, or several with commas between. */
  readonly from: string;
  /** True if the places are files, and each was read to its end. */
  readonly named?: boolean;
  /** Read to their ends. */
  readonly objects: number;
  /** With `--done`: how objects that got through are cleared, and how many were. */
  readonly done?: 'delete' | 'move' | undefined;
  readonly cleared: number;
  /** Records that `--reason` and `--field` leave out; their objects stay. */
  readonly unmatched: number;
  /** Records that do not say how they are mapped; their objects stay. */
  readonly unmapped?: number;
  /** Objects that can't be read. */
  readonly unreadable: number;
}

/** The input that is being read. */
export interface CurrentInput {
  readonly name: string;
  /** 1 for the first of `count`. */
  readonly index: number;
  readonly count: number;
}

/** What was read from one input. */
export interface InputRead {
  readonly input: string;
  /** Its name in origins; absent for standard input. */
  readonly source: string | undefined;
  readonly rows: number;
  /** As they are stored. */
  readonly bytes: number;
}

/** How far topics of Kafka are read. */
export interface TopicsRead {
  /** Partitions that this process reads. */
  readonly partitions: number;
  /** Messages behind the last commit of those partitions; undefined before that is known. */
  readonly lag: number | undefined;
  /** What holds the reading up, in words. */
  readonly state: string | undefined;
}

export interface RecordReader {
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** Bytes of all inputs, if they are known. */
  readonly bytesTotal: number | undefined;
  /** Undefined before the first is opened. */
  readonly current?: CurrentInput | undefined;
  /** Of Kafka. */
  readonly topics?: TopicsRead | undefined;
  /** Of a send: the inputs that were opened so far and are closed. */
  readonly inputsRead?: readonly InputRead[];
  /** Of a replay, so far. */
  readonly replayed?: Replayed;
  /**
   * Writes records into `head` to the end of the inputs, or until `stop` aborts. Throws a CioError if an input fails, after what
   * was read before.
   */
  read(head: Writable, stop: AbortSignal): Promise<void>;
}

/** Runs the reader and ends `head`. A `head` that is closed stops it too. */
export async function readInto(head: Writable, reader: RecordReader, stop: AbortSignal): Promise<void> {
  const closed = new AbortController();
  head.once('close', () => closed.abort());
  try {
    await reader.read(head, AbortSignal.any([stop, closed.signal]));
  } catch (error) {
    // A head that is closed has an error of its own.
    if (!head.destroyed) throw error;
  } finally {
    head.end();
  }
}
