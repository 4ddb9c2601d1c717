/** Items that the API refused, newest first: which, and why. */

import { moment, visible } from '../format.ts';
import { html, nothing } from '../lit/lit-html.js';
import { linkTo } from '../place.ts';
import type { ListTab } from './list.ts';
import { type Bag, chips, whole } from './value.ts';

/** A refused item. */
export interface RefusedRow {
  readonly at: string;
  /** The request's id. */
  readonly request: number;
  readonly index: number;
  readonly type?: unknown;
  readonly action?: unknown;
  readonly identifiers?: Bag;
  readonly field: string;
  readonly message: string;
  readonly reason: string;
  /** Its text if it is long. */
  readonly item: unknown;
}

/** All of them. */
export const REFUSED_TAB: ListTab<RefusedRow> = {
  tab: 'refused',
  title: 'Refused',
  one: 'refused item',
  many: 'refused items',
  path: '/refused',
  key: ({ request, index }) => `${request}-${index}`,
  empty: 'Nothing was refused. Items that break a rule of the API are listed here, with the field and the reason.',
  columns: [
    { heading: 'Time', cell: ({ at }) => moment(at), kind: 'narrow' },
    {
      heading: 'Why',
      cell: ({ field, message }) => html`${field ? html`<code>${visible(field)}</code> ` : nothing}<strong>${visible(message)}</strong>`,
      kind: 'wide',
    },
    { heading: 'Item', cell: itemOf, kind: 'wide' },
    {
      heading: 'Request',
      cell: ({ request, index }) =>
        html`<a href=${linkTo({ tab: 'requests', id: String(request) })}>${request}</a> <small>item ${index}</small>`,
    },
  ],
  detail: { name: ({ index, request }) => `Item ${index} of request ${request}`, view: ({ item }) => whole(item) },
};

function itemOf({ type, action, identifiers = {} }: RefusedRow): unknown {
  const what = [type, action].filter((part) => typeof part === 'string').join(' ');
  return html`${visible(what)} ${chips(identifiers, 3)}`;
}
