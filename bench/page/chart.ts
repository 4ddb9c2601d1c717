/** A chart of ratios as SVG: a horizontal bar each, marks at what is required, a line at 1. Readable in dark and in light. */

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly against: string;
  /** Undefined if it was not measured. */
  readonly value: number | undefined;
  /** Where the mark is, if there is one. */
  readonly mark?: number;
  /** The value in words. Default: the number. */
  readonly text?: string;
}

/** What is above the bars. */
export interface ChartHead {
  readonly title: string;
  /** What the line at 1 is. Default: 1. */
  readonly one?: string;
}

const WIDTH = 800;
const LEFT = 330;
const RIGHT = 116;
const TOP = 56;
const ROW = 46;
const THICKNESS = 20;

// Text and background change together: the text is readable also on a page that is dark where the system is light.
const STYLE = `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .small { font-size: 12px; fill: #59636e }
  .ground { fill: #ffffff } .bar { fill: #2f81f7 } .one { stroke: #59636e; stroke-dasharray: 3 3 } .mark { stroke: #cf222e; stroke-width: 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .ground { fill: #0d1117 } .one { stroke: #9198a1 } .mark { stroke: #ff7b72 }
  }`;

const LEGEND = '<line class="mark" x1="18" x2="18" y1="34" y2="48"/><text class="small" x="28" y="46">required</text>\n';

/** The chart. */
export function chartOf({ title, one = '1' }: ChartHead, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ value = 0, mark = 0 }) => [value, mark]));
  const isMarked = bars.some(({ mark }) => mark !== undefined);
  const x = (value: number): number => Math.round(LEFT + (value / most) * (WIDTH - LEFT - RIGHT));
  const height = TOP + bars.length * ROW + 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
<text x="16" y="24">${escaped(title)}</text>
${isMarked ? LEGEND : ''}<text class="small" x="${x(1)}" y="46" text-anchor="middle">${escaped(one)}</text>
<line class="one" x1="${x(1)}" x2="${x(1)}" y1="${TOP - 4}" y2="${height - 12}"/>
${bars.map((bar, index) => rowOf(bar, TOP + index * ROW, x)).join('\n')}
</svg>
`;
}

function rowOf({ label, against, value, mark, text = value?.toFixed(2) }: Bar, top: number, x: (value: number) => number): string {
  const middle = top + ROW / 2;
  const [from, to] = [middle - THICKNESS / 2, middle + THICKNESS / 2];
  return [
    `<text x="16" y="${middle - 3}">${escaped(label)}</text>`,
    `<text class="small" x="16" y="${middle + 14}">${escaped(against)}</text>`,
    `<rect class="bar" x="${LEFT}" y="${from}" width="${x(value ?? 0) - LEFT}" height="${THICKNESS}" rx="2"/>`,
    ...(mark === undefined ? [] : [`<line class="mark" x1="${x(mark)}" x2="${x(mark)}" y1="${from - 4}" y2="${to + 4}"/>`]),
    `<text x="${WIDTH - 16}" y="${middle + 5}" text-anchor="end">${value === undefined ? 'not measured' : escaped(text ?? '')}</text>`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
