/**
 * A run as one page that needs nothing else: no network, no script to be read, and a policy that lets nothing in but its own
 * style and script. Its size is bounded, whatever the run was.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { countOf, number } from '../../../wording.ts';
import type { Report } from '../../show/report.ts';
import type { Timeline } from '../recorder.ts';
import { type Chart, chartsOf, valuesOf } from './charts.ts';
import { html, inlineJson, Markup } from './escape.ts';
import { PAGE_SCRIPT } from './script.ts';
import { headline, inputsSection, notesSection, rejectedSection, runSection } from './sections.ts';
import { PAGE_STYLE } from './style.ts';
import { svgChart } from './svg-chart.ts';

/** The page, without what marks it as a report. */
export async function reportPage(report: Report, timeline: Timeline): Promise<string> {
  const { script, style } = await zoomLibrary();
  const scripts = [script, PAGE_SCRIPT];
  const styles = style + PAGE_STYLE;
  const charts = chartsOf(timeline, report.dryRun ? undefined : report.requestsPerSecondLimit);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(styles)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>${report.command?.split(' ').slice(0, 2).join(' ')}: ${countOf(report.read, 'row')}</title>
<style>${new Markup(styles)}</style></head><body>
${headline(report, timeline.milliseconds)}
<main>${charts.map((chart) => figure(chart, report, timeline))}
${[rejectedSection(report), inputsSection(report), notesSection(report), runSection(report)]}</main>
<script type="application/json" id="timeline">${inlineJson(scriptData(charts, timeline))}</script>
${scripts.map((text) => html`<script>${new Markup(text)}</script>\n`)}</body></html>
`.text;
}

/** uPlot, as its package has it. */
async function zoomLibrary(): Promise<{ readonly script: string; readonly style: string }> {
  const read = (path: string): Promise<string> => readFile(new URL(import.meta.resolve(`uplot/dist/${path}`)), 'utf8');
  const [script, style] = await Promise.all([read('uPlot.iife.min.js'), read('uPlot.min.css')]);
  // An element ends where its end tag is written, wherever that stands.
  return { script: script.replace(/<(?=\/script|!--)/gi, '\\x3c'), style: style.replaceAll('</', '<\\/') };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function figure(chart: Chart, report: Report, timeline: Timeline): Markup {
  const words = wordsOf(chart, report);
  const keys = chart.lines.map(({ name, label }) => html`<li><i class="${name}"></i>${label}</li>`);
  return html`<figure id="${chart.id}"><figcaption><h2>${chart.title}</h2><ul class="key">${keys}</ul><p class="note">${words}</p></figcaption>
${svgChart(chart, timeline, words)}</figure>`;
}

function wordsOf({ id }: Chart, report: Report): string {
  const { read, delivered, rejected, requests, retries, mostRequestsPerSecond = 0, requestsPerSecondLimit = 0, dryRun } = report;
  if (id === 'chart-rows') {
    return `${number(read)} read, ${number(delivered)} ${dryRun ? 'would be delivered' : 'delivered'}, ${number(rejected.total)} rejected`;
  }
  if (dryRun) return 'A dry run sends no requests.';
  if (id === 'chart-retries')
    return retries === 0 ? 'No request had to be sent again.' : `${number(retries)} of ${countOf(requests, 'request')} were retries`;
  return `At most ${number(mostRequestsPerSecond)} left in any rolling second; the limit is ${number(requestsPerSecondLimit)}`;
}

/** What the script draws. */
function scriptData(charts: readonly Chart[], timeline: Timeline): object {
  const drawn = charts.map(({ id, limit, lines }) => {
    return { id, limit, lines: lines.map((line) => ({ ...line, values: valuesOf(line, timeline) })) };
  });
  return { widthMs: timeline.widthMs, charts: drawn };
}
