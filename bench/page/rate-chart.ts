/** A chart of the requests in each rolling second against the limit, as SVG. Readable in dark and in light. */
import type { Results } from './results.ts';

const WIDTH = 800;
const HEIGHT = 240;
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 16, 44, 34];

// Text and background change together: the text is readable also on a page that is dark where the system is light.
const STYLE = `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .small { font-size: 12px; fill: #59636e }
  .ground { fill: #ffffff } .line { fill: none; stroke: #2f81f7; stroke-width: 2 } .axis { stroke: #d1d9e0 } .limit { stroke: #cf222e; stroke-dasharray: 6 4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .ground { fill: #0d1117 } .axis { stroke: #3d444d } .limit { stroke: #ff7b72 }
  }`;

/** What the chart is made of. */
export interface Rolling {
  readonly requestsPerSecond: number;
  readonly stepMs: number;
  /** Requests in the second that ends at each step. */
  readonly leavingInEachSecond: readonly number[];
}

/** The chart; undefined if the rate was not measured. */
export function chartOfRate(results: Results): string | undefined {
  const figures = results.rate?.figures as unknown as Rolling | undefined;
  if (figures === undefined) return undefined;
  const { requestsPerSecond: limit, stepMs, leavingInEachSecond: counts } = figures;
  const seconds = ((counts.length - 1) * stepMs) / 1_000;
  const x = (atSeconds: number): number => Math.round(LEFT + (atSeconds / seconds) * (WIDTH - LEFT - RIGHT));
  const y = (count: number): number => Math.round(HEIGHT - BOTTOM - (count / (limit * 1.2)) * (HEIGHT - TOP - BOTTOM));
  const points = counts.map((count, step) => `${x((step * stepMs) / 1_000)},${y(count)}`).join(' ');
  const title = `Requests in each rolling second, ${limit} allowed`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
<text x="16" y="24">${title}, as they leave</text>
${[0, limit / 2, limit]
  .map(
    (count) => `<line class="${count === limit ? 'limit' : 'axis'}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(count)}" y2="${y(count)}"/>
<text class="small" x="${LEFT - 8}" y="${y(count) + 4}" text-anchor="end">${count}</text>`,
  )
  .join('\n')}
${Array.from({ length: Math.floor(seconds / 2) + 1 }, (_, index) => `<text class="small" x="${x(index * 2)}" y="${HEIGHT - 12}" text-anchor="middle">${index * 2} s</text>`).join('\n')}
<polyline class="line" points="${points}"/>
</svg>
`;
}
