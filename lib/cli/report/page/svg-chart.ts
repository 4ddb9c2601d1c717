/**
 * A chart as SVG: readable in print, in mail and without a script. Colours are those of the page, by class. The labels of counts
 * stand on their lines, so that they may grow on a small screen.
 */

import type { Timeline } from '../recorder.ts';
import { type Chart, type Line, valuesOf } from './charts.ts';
import { type HtmlPart, html, Markup } from './escape.ts';
import { countTicks, type Tick, timeTicks } from './ticks.ts';

const WIDTH = 720;
const HEIGHT = 230;
const TOP = 22;
const BOTTOM = 28;
const FLOOR = HEIGHT - BOTTOM;
const LEAST_BAR = 1.5;

/** Where times and counts are. */
interface Scale {
  readonly x: (ms: number) => number;
  readonly y: (count: number) => number;
  readonly widthMs: number;
  readonly endMs: number;
}

/** The chart, under the ids `<id>-title` and `<id>-words`. */
export function svgChart(chart: Chart, timeline: Timeline, words: string): Markup {
  const { id, title, lines, limit } = chart;
  const { widthMs } = timeline;
  const values = lines.map((line) => valuesOf(line, timeline));
  const ticks = countTicks(Math.max(limit ?? 0, ...values.flat()));
  // A run of no time at all still has a width.
  const endMs = Math.max(timeline.milliseconds, 1);
  const top = ticks.at(-1)?.at ?? 1;
  const scale: Scale = { x: (ms) => (Math.min(ms, endMs) / endMs) * WIDTH, y: (n) => FLOOR - (n / top) * (FLOOR - TOP), widthMs, endMs };
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-words">
<title id="${id}-title">${title}</title><desc id="${id}-words">${words}</desc>
${ticks.map((tick) => countMark(tick, scale))}${timeTicks(endMs).map((tick) => timeMark(tick, scale))}
${lines.map((line, index) => drawn(line, values[index] as number[], scale))}${limit === undefined ? undefined : limitLine(limit, scale)}
</svg>`;
}

function countMark({ at, label }: Tick, { y }: Scale): HtmlPart {
  const height = round(y(at));
  return html`<path class="${at === 0 ? 'axis' : 'grid'}" d="M0 ${height}H${WIDTH}"/>${at === 0 ? undefined : html`<text x="0" y="${round(height - 4)}">${label}</text>`}`;
}

function timeMark({ at, label }: Tick, { x }: Scale): HtmlPart {
  const place = round(x(at));
  const anchor = place < 20 ? 'start' : place > WIDTH - 20 ? 'end' : 'middle';
  return html`<text x="${place}" y="${HEIGHT - 8}" text-anchor="${anchor}">${label}</text>`;
}

function limitLine(limit: number, { y }: Scale): HtmlPart {
  const height = round(y(limit));
  return html`<path class="limit" d="M0 ${height}H${WIDTH}"/><text class="limit" x="${WIDTH}" y="${round(height - 4)}" text-anchor="end">limit ${limit.toLocaleString('en-US')}</text>`;
}

function drawn({ name, shape }: Line, values: readonly number[], scale: Scale): HtmlPart {
  const path = new Markup({ total: totalPath, step: stepPath, bar: barPath }[shape](values, scale));
  return html`<path class="${shape === 'bar' ? 'fill' : 'line'} ${name}" d="${path}"/>`;
}

/** From the beginning of the run, through what there was at the end of each bucket. */
function totalPath(values: readonly number[], { x, y, widthMs }: Scale): string {
  return `M0 ${FLOOR}${values.map((value, index) => `L${round(x((index + 1) * widthMs))} ${round(y(value))}`).join('')}`;
}

function stepPath(values: readonly number[], { x, y, widthMs }: Scale): string {
  const steps = values.map((value, index) => {
    const up = index > 0 && value === values[index - 1] ? '' : `V${round(y(value))}`;
    return value === values[index + 1] ? up : `${up}H${round(x((index + 1) * widthMs))}`;
  });
  return `M0 ${FLOOR}${steps.join('')}`;
}

function barPath(values: readonly number[], { x, y, widthMs }: Scale): string {
  const bars = values.map((value, index) => {
    if (value === 0) return '';
    const from = x(index * widthMs);
    const wide = Math.max(LEAST_BAR, (x((index + 1) * widthMs) - from) * 0.85);
    return `M${round(Math.min(from, WIDTH - wide))} ${FLOOR}V${round(y(value))}h${round(wide)}V${FLOOR}z`;
  });
  return bars.join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
