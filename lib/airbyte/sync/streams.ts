/**
 * The streams of a sync: found by name, their rows made entries and counted between their STATEs, and complete or not. Clients
 * often leave the namespace out: then the name is enough if only one stream has it.
 */
import type { Transform } from 'node:stream';
import { CioError } from '../../errors.ts';
import type { Block } from '../../record/block.ts';
import { type Origin, originOf } from '../../record/origin.ts';
import type { SourceInfo } from '../../record/place.ts';
import { type Element, isRecord, type SourceRecord } from '../../record/record.ts';
import { each } from '../../stream/each.ts';
import type { Receiver } from '../../stream/receiver.ts';
import { type CatalogStream, sayStream } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { prepareEventIds } from '../rows/event-identity.ts';
import { type RowByBytes, rowByBytes } from '../rows/row-by-bytes.ts';
import { latestRowOf, rowToEntry } from '../rows/row-to-entry.ts';

/** How a stream is named in a message. */
export interface Descriptor {
  readonly name?: unknown;
  readonly namespace?: unknown;
}

/**
 * The rows of one stream between two of its STATEs. It is the place in the origins of these rows: so a rejection counts for the
 * right STATE, however late it comes.
 */
export class Interval implements SourceInfo {
  readonly source = 'airbyte';
  readonly of: Stream;
  read = 0;
  rejected = 0;

  constructor(of: Stream) {
    this.of = of;
  }

  get stream(): string {
    return this.of.configured.name;
  }
  get namespace(): string | undefined {
    return this.of.configured.namespace;
  }
}

/** The interval that a row came in; undefined for a line that belongs to no stream. */
export function intervalOf(origin: Origin | undefined): Interval | undefined {
  return origin?.place instanceof Interval ? origin.place : undefined;
}

/** One stream of the catalog. */
export class Stream {
  readonly configured: CatalogStream;
  /** The one that is counted now. */
  interval: Interval;
  complete = false;

  constructor(configured: CatalogStream) {
    this.configured = configured;
    this.interval = new Interval(this);
  }

  /** Ends the current interval: a STATE has come. */
  nextInterval(): Interval {
    const { interval } = this;
    this.interval = new Interval(this);
    return interval;
  }
}

/** All streams of the catalog. */
export class Streams {
  readonly all: readonly Stream[];
  readonly #byName = new Map<unknown, Stream[]>();
  #anyStatus = false;

  constructor(configured: readonly CatalogStream[]) {
    this.all = configured.map((one) => new Stream(one));
    for (const stream of this.all) {
      const { name } = stream.configured;
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), stream]);
    }
  }

  /** The stage in which each row becomes an entry by the rules of its stream. */
  entries(config: Config): Transform {
    const latest = new Map(this.all.map((stream) => [stream, latestRowOf(stream.configured, config)]));
    const rules = new Map(this.all.map((stream) => [stream, rowToEntry(stream.configured, config, latest.get(stream))]));
    const take = (element: Element, push: (element: Element) => void): void => {
      if (!isRecord(element)) return push(element);
      const interval = intervalOf(originOf(element));
      const toEntry = interval && rules.get(interval.of);
      if (toEntry === undefined) throw new CioError('CIO_INTERNAL', 'a row belongs to no stream');
      push(toEntry(element as SourceRecord));
    };
    const byBytes = new Map(this.all.map((stream) => [stream, rowByBytes(stream.configured, config, latest.get(stream))]));
    let [place, rule]: [unknown, RowByBytes | undefined] = [undefined, undefined];
    const row = (block: Block, index: number, next: Receiver): boolean => {
      if (block.place !== place) {
        place = block.place;
        rule = place instanceof Interval ? byBytes.get(place.of) : undefined;
      }
      return rule?.pass(block, index, next) === true;
    };
    return each(take, { open: prepareEventIds, row });
  }

  /** The stream that is meant. */
  find({ name, namespace }: Descriptor): Stream | undefined {
    const named = this.#byName.get(name);
    const wanted = namespace || undefined;
    const exact = named?.find(({ configured }) => configured.namespace === wanted);
    return exact ?? (wanted === undefined && named?.length === 1 ? named[0] : undefined);
  }

  /** Ends the intervals that a STATE covers: of its stream, or of all if it names none. */
  nextIntervals(descriptor: Descriptor | undefined): Interval[] {
    if (descriptor === undefined) return this.all.map((stream) => stream.nextInterval());
    const stream = this.find(descriptor);
    return stream === undefined ? [] : [stream.nextInterval()];
  }

  /** A STREAM_STATUS has come. */
  status(descriptor: Descriptor, status: unknown): void {
    this.#anyStatus = true;
    const stream = this.find(descriptor);
    if (stream && (status === 'COMPLETE' || status === 'INCOMPLETE')) stream.complete = status === 'COMPLETE';
  }

  /** At the end of the input: the streams that are not complete. For a source that sends no status, the end of its input is enough. */
  get incomplete(): string[] {
    return this.#anyStatus ? this.all.filter(({ complete }) => !complete).map(({ configured }) => sayStream(configured)) : [];
  }
}
