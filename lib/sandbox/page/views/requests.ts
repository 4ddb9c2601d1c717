/** Requests to the API, newest first, with what was sent and what was answered. */

import type { Desk } from '../desk.ts';
import { counted, grouped, moment, sized, visible } from '../format.ts';
import { readableBody } from '../indent.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import { linkTo } from '../place.ts';
import type { ListTab } from './list.ts';
import { type Bag, bagTable } from './value.ts';

/** A request of a list. */
export interface RequestRow {
  readonly id: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** None if the connection was broken. */
  readonly status?: number;
  /** None if they were not looked at. */
  readonly items?: number;
  readonly bytes: number;
  readonly refused: number;
  /** What the fault that acted on it does. */
  readonly fault?: string;
  readonly ms: number;
}

interface OneRequest extends RequestRow {
  readonly headers: Bag;
  /** None if it did not come whole, or had to make room. */
  readonly requestBody?: string;
  readonly responseBody?: string;
  readonly truncated?: boolean;
}

/** All requests. */
export const REQUESTS_TAB: ListTab<RequestRow> = {
  tab: 'requests',
  title: 'Requests',
  one: 'request',
  many: 'requests',
  path: '/requests',
  key: ({ id }) => String(id),
  empty: 'No requests yet. Paste the three lines above into a terminal, then run cio-stream check, or send rows.',
  columns: [
    { heading: 'Time', cell: ({ at }) => moment(at), kind: 'narrow' },
    { heading: 'Status', cell: statusOf, kind: 'narrow' },
    { heading: 'Request', cell: ({ method, path }) => html`<code>${method} ${visible(path)}</code>`, kind: 'wide' },
    { heading: 'Items', cell: ({ items }) => (typeof items === 'number' ? grouped(items) : ''), kind: 'number' },
    { heading: 'Refused', cell: ({ refused }) => (refused ? grouped(refused) : ''), kind: 'number' },
    { heading: 'Size', cell: ({ bytes }) => sized(bytes), kind: 'number' },
    { heading: 'Took', cell: ({ ms }) => took(ms), kind: 'number' },
  ],
  detail: {
    name: ({ id }) => `Details of request ${id}`,
    path: ({ id }) => `/requests/${id}`,
    view: (_row, answer) => exchange(answer as OneRequest),
  },
};

/** One request by itself. */
export function requestView(desk: Desk): TemplateResult {
  const [one] = (desk.answers ?? []) as [OneRequest?];
  if (!one) return html`<p class="empty">${desk.problem ? nothing : 'Loading …'}</p>`;
  const { at, method, path, items, bytes, ms } = one;
  const facts = [...(typeof items === 'number' ? [counted(items, 'item')] : []), sized(bytes), took(ms)];
  return html`<article aria-labelledby="title">
    <p class="back"><a href=${linkTo({ tab: 'requests' })}>← Requests</a></p>
    <h2 id="title" tabindex="-1"><code>${method} ${visible(path)}</code></h2>
    <p>${statusOf(one)} ${moment(at)} · ${facts.join(' · ')}</p>
    ${exchange(one)}
  </article>`;
}

function took(ms: number): string {
  return ms < 10 ? `${ms} ms` : `${grouped(Math.round(ms))} ms`;
}

function statusOf({ status, fault }: RequestRow): TemplateResult {
  const kind = typeof status !== 'number' ? 'broken' : status === 207 ? 'partly' : status < 300 ? 'good' : 'bad';
  return html`<span class="status ${kind}">${status ?? 'no answer'}</span>${fault ? html` <span class="tag">fault</span>` : nothing}`;
}

function exchange({ headers, requestBody, responseBody, truncated = false, fault }: OneRequest): TemplateResult {
  return html`<div class="exchange">
    ${fault ? html`<p>A fault acted: <code>${visible(fault)}</code></p>` : nothing}
    ${truncated ? html`<p class="note">Long bodies are cut after 100 kB.</p>` : nothing}
    <section><h4>Sent</h4>${body(requestBody, truncated)}</section>
    <section><h4>Answered</h4>${body(responseBody, truncated)}</section>
    ${Object.keys(headers).length === 0 ? nothing : html`<details><summary>Headers</summary>${bagTable('Headers', headers)}</details>`}
  </div>`;
}

function body(text: string | undefined, truncated: boolean): TemplateResult {
  return !text?.trim() ? html`<p class="empty">No body.</p>` : html`<pre tabindex="0">${visible(readableBody(text, truncated))}</pre>`;
}
