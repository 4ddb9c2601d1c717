/** The charts of the page: which series of the timeline each shows, and as what. The page draws them, and so does its script. */
import type { SeriesName, Timeline } from '../recorder.ts';

/** How a series is drawn: what has come together so far, the value of each bucket, or a bar for each. */
export type Shape = 'total' | 'step' | 'bar';

/** A series of a chart. */
export interface Line {
  readonly name: SeriesName;
  readonly label: string;
  readonly shape: Shape;
}

/** A chart. */
export interface Chart {
  /** Of its figure: `chart-rows`. */
  readonly id: string;
  readonly title: string;
  readonly lines: readonly Line[];
  /** A line across: what may not be passed. */
  readonly limit?: number | undefined;
}

/** The charts of a run. Skipped rows are shown if there are any. */
export function chartsOf({ series }: Timeline, limit: number | undefined): Chart[] {
  const skipped: Line[] = series.skipped.some(Boolean) ? [{ name: 'skipped', label: 'skipped', shape: 'total' }] : [];
  return [
    {
      id: 'chart-rows',
      title: 'Rows over time',
      lines: [
        { name: 'read', label: 'read', shape: 'total' },
        { name: 'delivered', label: 'delivered', shape: 'total' },
        ...skipped,
        { name: 'rejected', label: 'rejected', shape: 'total' },
      ],
    },
    {
      id: 'chart-requests',
      title: 'Requests in any rolling second',
      lines: [{ name: 'requests', label: 'most in a rolling second', shape: 'step' }],
      limit,
    },
    {
      id: 'chart-retries',
      title: 'Retries and waits',
      lines: [
        { name: 'waits', label: 'requests that waited for the rate limit', shape: 'bar' },
        { name: 'retries', label: 'requests sent again', shape: 'bar' },
      ],
    },
  ];
}

/** The values as they are drawn. */
export function valuesOf({ name, shape }: Line, { series }: Timeline): number[] {
  if (shape !== 'total') return [...series[name]];
  let total = 0;
  return series[name].map((value) => {
    total += value;
    return total;
  });
}
