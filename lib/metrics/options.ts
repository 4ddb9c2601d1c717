/** The options of serveMetrics: where it listens, and what it looks at. */
import { z } from 'zod';
import { count, FLAG, type Given } from '../options.ts';
import type { KafkaSource } from '../source/kafka.ts';
import type { TrackWriter } from '../write/track-writer.ts';

/** What serveMetrics() takes. */
export const SERVE_METRICS_SHAPE = {
  /** TCP port; 0 takes a free one. */
  port: count(0).max(65_535).register(FLAG, {
    flag: '--metrics-port <n>',
    doc: 'serve Prometheus metrics and health checks on this TCP port; 0 picks a free one',
  }),
  /**
   * Address to listen on. Default `127.0.0.1`: only this machine can reach it. In a container it must be `0.0.0.0` (or `::`), since
   * Prometheus and the probes come from outside.
   */
  host: z
    .string('must be text')
    .min(1, 'must not be empty')
    .default('127.0.0.1')
    .register(FLAG, { flag: '--metrics-host <address>', doc: 'address to listen on with --metrics-port; 0.0.0.0 in a container' }),
  /** The `trackWriter()` whose rows are counted. */
  writer: z.custom<TrackWriter>(isWriter, 'must be a trackWriter()'),
  /** The `kafka()` source that the rows come from. Default: none, and then it is ready while the writer runs. */
  source: z.custom<Pick<KafkaSource, 'status'>>(isSource, 'must be a kafka() source').optional(),
};

/** The closed schema. */
export const SERVE_METRICS_OPTIONS = z.strictObject(SERVE_METRICS_SHAPE);

/**
 * Options of {@link serveMetrics}.
 *
 * @category Metrics
 */
export interface ServeMetricsOptions extends Given<typeof SERVE_METRICS_SHAPE> {}

function isWriter(value: unknown): boolean {
  return typeof Reflect.get(Object(value), 'summary') === 'object' && typeof Reflect.get(Object(value), 'write') === 'function';
}

function isSource(value: unknown): boolean {
  return Reflect.has(Object(value), 'status');
}
