/** The parts of the page in words and numbers: what became of the rows, why some were rejected, and how the run was made. */
import { WARNINGS } from '../../../record/entry.ts';
import { countOf, duration, number, size } from '../../../wording.ts';
import { shellQuoted } from '../../flags/shell-quote.ts';
import { unseenText } from '../../show/missing-columns.ts';
import type { Example, Kind } from '../../show/reject-counts.ts';
import type { Report } from '../../show/report.ts';
import { replayedText, resumedNote } from '../../show/summary-text.ts';
import { type HtmlPart, html, type Markup } from './escape.ts';

const MAX_KINDS = 50;
const MAX_INPUTS = 100;

/** The state, and all counts at a glance. */
export function headline(report: Report, milliseconds: number): Markup {
  const { command = '', startedAt, endedAt, dryRun, error } = report;
  const [name, words] = stateOf(report);
  const about = [startedAt && endedAt && `${clock(startedAt)} to ${clock(endedAt)} UTC`, duration(milliseconds / 1000)];
  return html`<header><h1>${command.split(' ').slice(0, 2).join(' ')} <span class="state ${name}" id="state">${words}</span></h1>
<p class="soft">${about.filter(Boolean).join(' · ')}${dryRun ? ' · dry run: nothing was sent' : ''}</p></header>
${error && html`<p class="error" role="alert">${error.message} <span class="soft">(${error.code})</span></p>`}
${counts(report, milliseconds)}`;
}

function stateOf({ error, interrupted, stopped, rejected, dryRun }: Report): [name: string, words: string] {
  if (error) return ['failed', 'failed'];
  if (interrupted) return ['interrupted', 'interrupted'];
  if (stopped) return ['done', 'stopped'];
  if (rejected.total > 0) return ['rejects', dryRun ? 'dry run, some would be rejected' : 'done, some rows rejected'];
  return ['done', dryRun ? 'dry run' : 'done'];
}

function counts(report: Report, milliseconds: number): Markup {
  const { read, delivered, rejected, skipped, requests, retries, bytes, dryRun } = report;
  const open = read - delivered - rejected.total - skipped.total;
  const share = (count: number): string => (read === 0 ? '' : `${number((count / read) * 100)} %`);
  const speed = milliseconds >= 1 && read > 0 ? `${number(Math.round((read / milliseconds) * 1000))} a second` : '';
  const one = (name: string, label: string, count: number, small: string, style = ''): HtmlPart =>
    html`<div class="${style}"><dt>${label}</dt><dd><span id="${name}">${number(count)}</span><small>${small || ' '}</small></dd></div>`;
  return html`<dl class="counts">
${one('read', 'rows read', read, speed)}
${one('delivered', dryRun ? 'would be delivered' : 'delivered', delivered, share(delivered), 'delivered')}
${one('rejected', 'rejected', rejected.total, share(rejected.total), rejected.total > 0 ? 'some' : '')}
${one('skipped', 'skipped', skipped.total, skippedWords(report))}
${open > 0 ? one('open', 'not finished', open, share(open)) : undefined}
${one('requests', 'requests', requests, `${size(bytes)}${retries > 0 ? `, ${countOf(retries, 'retry', 'retries')}` : ''}`)}
</dl>`;
}

function skippedWords({ skipped: { byReason } }: Report): string {
  return Object.entries(byReason)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${number(count)} ${reason}`)
    .join(', ');
}

/** Why rows were rejected, with examples; where they are, and what to do with them. */
export function rejectedSection({ rejected, kinds = [], otherKinds = 0, rejectsIn, dryRun, error }: Report): Markup | undefined {
  if (rejected.total === 0) return undefined;
  const shown = kinds.slice(0, MAX_KINDS);
  const more = rejected.total - shown.reduce((sum, { records }) => sum + records, 0);
  return html`<section id="rejected-rows"><h2>Rejected rows</h2>
${shown.map(kindArticle)}
${more > 0 ? html`<p class="note">and ${countOf(more, 'row')} of ${otherKinds > 0 ? 'other' : number(kinds.length - shown.length)} kinds</p>` : undefined}
${rejectsIn === undefined ? undefined : error?.code === 'CIO_REJECT_STORE' ? storedPart(rejectsIn) : places(rejectsIn, dryRun)}</section>`;
}

function kindArticle({ reason, field, stream, records, examples }: Kind): HtmlPart {
  const what = [field, stream === null ? undefined : `stream ${stream}`].filter((part): part is string => Boolean(part));
  return html`<article class="kind"><h3><span><span class="tag">${reason ?? 'unknown'}</span> ${what.join(' · ')}</span><span>${countOf(records, 'row')}</span></h3>
<ul>${examples.map(exampleItem)}</ul></article>`;
}

function exampleItem({ source, line, message, value, record }: Example): HtmlPart {
  const place = [source, line === undefined ? undefined : `line ${number(line)}`].filter(Boolean).join(', ');
  const shown = value ?? record;
  return html`<li>${message}${shown ? html` <code>${shown}</code>` : undefined}${place ? html` <span class="soft">${place}</span>` : undefined}</li>`;
}

/** Where the others are is said by the error. */
function storedPart(rejectsIn: string): HtmlPart {
  return html`<p>Those that could be stored are in <code id="rejects-in">${rejectsIn}</code>.</p>`;
}

function places(rejectsIn: string, dryRun: true | undefined): HtmlPart {
  const place = shellQuoted(rejectsIn);
  const replay = dryRun ? undefined : html`\n${`cio-stream replay ${place} --rejects again/`}`;
  return html`<p>They are in <code id="rejects-in">${rejectsIn}</code>. To look at them${dryRun ? '' : ', and to send them again once they are repaired'}:</p>
<pre>${`cio-stream rejects ${place}`}${replay}</pre>`;
}

/** What was read from each input. */
export function inputsSection({ inputs = [], otherInputs = 0 }: Report): Markup | undefined {
  if (inputs.length === 0) return undefined;
  const shown = [...inputs].sort((a, b) => b.rejected - a.rejected).slice(0, MAX_INPUTS);
  const more = inputs.length - shown.length + otherInputs;
  return html`<section id="inputs"><h2>Inputs</h2><table><thead><tr><th scope="col">input</th><th scope="col" class="n">rows</th><th scope="col" class="n">rejected</th><th scope="col" class="n">size</th></tr></thead><tbody>
${shown.map(({ input, read, rejected, bytes }) => html`<tr><td>${input}</td><td class="n">${number(read)}</td><td class="n">${number(rejected)}</td><td class="n">${size(bytes)}</td></tr>`)}
</tbody></table>${more > 0 ? html`<p class="note">and ${countOf(more, 'input')} that have no more rejected rows than these</p>` : undefined}</section>`;
}

/** What is worth a look. */
export function notesSection({ warnings, unseenColumns = [], resumed, replayed, retriesBy = [] }: Report): Markup | undefined {
  const lines = [
    ...Object.entries(warnings).map(([name, count]) => `${number(count)} ${name}: ${WARNINGS[name as keyof typeof WARNINGS] ?? ''}`),
    ...unseenColumns.map((column) => unseenText(column)),
    ...retriesBy.map(({ why, retries, waitedMs }) => `${number(retries)} sent again: ${why} (waited ${duration(waitedMs / 1000)} in all)`),
    ...(resumed ? [resumedNote(resumed)] : []),
    ...(replayed ? [replayedText(replayed)] : []),
  ];
  return lines.length === 0
    ? undefined
    : html`<section id="notes"><h2>Notes</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}

/** How the run was made. */
export function runSection({ command, version, node, os, exitStatus }: Report): Markup {
  return html`<section id="run"><h2>The run</h2><pre id="command">${command}</pre><p></p><dl class="facts">
<dt>exit status</dt><dd id="exit-status">${exitStatus}</dd>
<dt>made with</dt><dd>customerio-streams ${version}, Node ${node}, ${os}</dd></dl></section>`;
}

function clock(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, '');
}
