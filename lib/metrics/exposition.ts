/**
 * The metrics as Prometheus reads them. prom-client is loaded here, and keeps a registry of our own: nothing is added to the one
 * that a program may have itself.
 */
import type { Registry } from 'prom-client';
import { METRICS, type Metric, type Observed, REQUEST_DURATION } from './metrics.ts';

type PromClient = typeof import('prom-client');

/** Memory, CPU, garbage collection and the event loop of the process. Once: what listens for them can't be stopped. */
let ofProcess: Registry | undefined;

/** Makes the text of a scrape. */
export class Exposition {
  readonly #registry: Registry;
  readonly #observe: (seconds: number) => void;
  #scrape: Promise<string> | undefined;

  /** Loads prom-client. `observe` gives what the values are taken from, at each scrape. */
  static async open(observe: () => Observed): Promise<Exposition> {
    const { default: client } = await import('prom-client');
    return new Exposition(client, observe);
  }

  private constructor(client: PromClient, observe: () => Observed) {
    if (ofProcess === undefined) {
      ofProcess = new client.Registry();
      client.collectDefaultMetrics({ register: ofProcess });
    }
    const own = new client.Registry();
    for (const [name, metric] of Object.entries(METRICS)) register(client, own, name, metric, observe);
    const duration = new client.Histogram({ ...REQUEST_DURATION, buckets: [...REQUEST_DURATION.buckets], registers: [own] });
    this.#observe = (seconds) => duration.observe(seconds);
    this.#registry = client.Registry.merge([own, ofProcess]) as Registry;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** A request took so long. */
  took(ms: number): void {
    this.#observe(ms / 1_000);
  }

  /** The text as of now. Who asks while it is being made gets the same. */
  text(): Promise<string> {
    this.#scrape ??= this.#registry.metrics().finally(() => {
      this.#scrape = undefined;
    });
    return this.#scrape;
  }
}

function register(
  client: PromClient,
  registry: Registry,
  name: string,
  { type, help, labels, samples }: Metric,
  observe: () => Observed,
): void {
  const Kind = type === 'counter' ? client.Counter : client.Gauge;
  const metric = new Kind({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect: () => {
      metric.reset();
      // One without labels would begin with a zero, also if it does not apply.
      metric.remove({});
      for (const [value, ...values] of samples(observe()))
        metric.inc(Object.fromEntries(labels.map((label, at) => [label, values[at]])), value);
    },
  });
}
