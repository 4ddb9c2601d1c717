/**
 * The streams of a run: found by name, counted between their STATEs, and complete or not. Clients often leave the
 * namespace out: then the name is enough where only one stream has it.
 */
import type { Origin, SourceInfo } from '../../record/origin.ts';
import { type CatalogStream, sayStream } from '../catalog/catalog.ts';

/** How a stream is named in a message. */
export interface Descriptor {
  readonly name?: unknown;
  readonly namespace?: unknown;
}

/**
 * The rows of one stream between two of its STATEs. It is the place in their origins, and so goes wherever they go: a
 * rejection counts for the right STATE, however late it comes.
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
    return this.of.plan.name;
  }
  get namespace(): string | undefined {
    return this.of.plan.namespace;
  }
}

/** Where a row came from; undefined for a line that is of no stream. */
export function intervalOf(origin: Origin | undefined): Interval | undefined {
  return origin?.place instanceof Interval ? origin.place : undefined;
}

/** One stream of the catalog. */
export class Stream {
  readonly plan: CatalogStream;
  /** What is being counted. */
  interval: Interval;
  complete = false;

  constructor(plan: CatalogStream) {
    this.plan = plan;
    this.interval = new Interval(this);
  }

  /** Ends the interval under way: a STATE has come. */
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

  constructor(plans: readonly CatalogStream[]) {
    this.all = plans.map((plan) => new Stream(plan));
    for (const stream of this.all) this.#byName.set(stream.plan.name, [...(this.#byName.get(stream.plan.name) ?? []), stream]);
  }

  /** The stream that is meant. */
  find({ name, namespace }: Descriptor): Stream | undefined {
    const named = this.#byName.get(name);
    const wanted = namespace || undefined;
    const exact = named?.find(({ plan }) => plan.namespace === wanted);
    return exact ?? (wanted === undefined && named?.length === 1 ? named[0] : undefined);
  }

  /** Ends the intervals that a STATE covers: of its stream, or of all where it names none. */
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

  /** At the end of the input: the streams that are not complete. A source that tells no status ends with its input. */
  get incomplete(): string[] {
    return this.#anyStatus ? this.all.filter(({ complete }) => !complete).map(({ plan }) => sayStream(plan)) : [];
  }
}
