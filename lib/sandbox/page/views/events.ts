/** Events, pages and screens, newest first. */

import { unixMoment, visible } from '../format.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import { linkTo } from '../place.ts';
import type { ListTab } from './list.ts';
import { type Bag, bagTable, brief, chips } from './value.ts';

/** An event. */
export interface EventRow {
  readonly kind: string;
  readonly id?: string;
  readonly name: string;
  readonly timestamp: unknown;
  readonly attributes: Bag;
  readonly identifiers: Bag;
  readonly cio_id?: string;
}

/** All events. */
export const EVENTS_TAB: ListTab<EventRow> = {
  tab: 'events',
  title: 'Events',
  one: 'event',
  many: 'events',
  path: '/state/events',
  key: (_event, place) => String(place),
  empty: 'No events yet. Send some, for example: cio-stream events orders.ndjson --email email --name event',
  columns: [
    { heading: 'Time', cell: ({ timestamp }) => unixMoment(timestamp), kind: 'narrow' },
    { heading: 'Event', cell: (event) => html`<span class="name">${eventName(event)}</span>` },
    { heading: 'Person', cell: personOf, kind: 'wide' },
    { heading: 'Attributes', cell: ({ attributes }) => chips(attributes), kind: 'wide' },
  ],
  detail: {
    name: ({ name }) => `Details of ${visible(name)}`,
    view: (event) => html`${eventBody(event)}${bagTable('Identifiers as sent', event.identifiers)}`,
  },
};

/** Its name, and what it is if it is not an event. */
export function eventName({ name, kind }: EventRow): TemplateResult {
  return html`<bdi>${visible(name)}</bdi>${kind === 'event' ? nothing : html` <span class="tag">${kind}</span>`}`;
}

/** What it holds. */
export function eventBody({ id, attributes }: EventRow): TemplateResult {
  return html`${Object.keys(attributes).length === 0 ? nothing : bagTable('Attributes', attributes)}
  ${id === undefined ? nothing : html`<p class="faint">event id <bdi>${visible(id)}</bdi></p>`}`;
}

function personOf({ identifiers, cio_id }: EventRow): unknown {
  const [pair] = Object.entries(identifiers);
  const name = pair ? html`${brief(pair[1])}` : (cio_id ?? '');
  return cio_id === undefined ? html`${name} <small>visitor</small>` : html`<a href=${linkTo({ tab: 'people', id: cio_id })}>${name}</a>`;
}
