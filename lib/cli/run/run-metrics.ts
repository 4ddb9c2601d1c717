/** `--metrics-port` of a run: metrics and health from before the first row to after the summary, and not ready from the first signal on. */
import { CioError } from '../../errors.ts';
import { SERVE_METRICS_SHAPE, type ServeMetricsOptions } from '../../metrics/options.ts';
import type { RunMetrics } from '../../metrics/serve-metrics.ts';
import { optionsFrom } from '../flags/flag.ts';
import type { RunFlags } from '../flags/flags.ts';
import type { Display } from '../show/display.ts';

/** Of rows that come from a consumer group: where the group is looked at. */
export type GroupSource = NonNullable<ServeMetricsOptions['source']>;

/** Serves them if the flags ask for it. Throws `CIO_OPTIONS`, also when the port can't be had. */
export async function openMetrics(flags: RunFlags, { note }: Display, stop: AbortSignal): Promise<RunMetrics | undefined> {
  const { port, host = SERVE_METRICS_SHAPE.host.parse(undefined) } = optionsFrom(SERVE_METRICS_SHAPE, flags);
  if (port === undefined) {
    if (flags.metricsHost !== undefined) throw new CioError('CIO_OPTIONS', '--metrics-host does nothing without --metrics-port');
    return undefined;
  }
  const { RunMetrics } = await import('../../metrics/serve-metrics.ts');
  const metrics = await RunMetrics.open(port, host);
  stop.addEventListener('abort', () => metrics.stopping(), { once: true });
  note(`metrics on ${metrics.url}/metrics`);
  return metrics;
}
