/** What few workspaces have: objects, relationships, deliveries, suppressed people. */

import { visible } from '../format.ts';
import { html } from '../lit/lit-html.js';
import { linkTo } from '../place.ts';
import type { ListTab } from './list.ts';
import { type Bag, brief, chips, whole } from './value.ts';

const atPlace = (_item: unknown, place: number): string => String(place);

/** Objects. */
export const OBJECTS_TAB: ListTab<Bag & { readonly attributes: Bag }> = {
  tab: 'objects',
  title: 'Objects',
  one: 'object',
  many: 'objects',
  path: '/state/objects',
  key: ({ cio_object_id }) => String(cio_object_id),
  empty: 'No objects yet.',
  columns: [
    { heading: 'Type', cell: ({ object_type_id }) => brief(object_type_id) },
    { heading: 'Id', cell: ({ object_id }) => brief(object_id), kind: 'wide' },
    { heading: 'Attributes', cell: ({ attributes }) => chips(attributes), kind: 'wide' },
  ],
  detail: { name: ({ object_id }) => `Details of object ${object_id}`, view: (object) => whole(object) },
};

/** Relationships. */
export const RELATIONSHIPS_TAB: ListTab<Bag & { readonly attributes: Bag }> = {
  tab: 'relationships',
  title: 'Relationships',
  one: 'relationship',
  many: 'relationships',
  path: '/state/relationships',
  key: atPlace,
  empty: 'No relationships yet.',
  columns: [
    { heading: 'Person', cell: holder, kind: 'wide' },
    { heading: 'Object', cell: ({ cio_object_id }) => brief(cio_object_id), kind: 'wide' },
    { heading: 'Attributes', cell: ({ attributes }) => chips(attributes), kind: 'wide' },
  ],
};

/** Delivery events. */
export const DELIVERIES_TAB: ListTab<Bag> = {
  tab: 'deliveries',
  title: 'Deliveries',
  one: 'delivery event',
  many: 'delivery events',
  path: '/state/deliveries',
  key: atPlace,
  empty: 'No delivery events yet.',
  columns: [{ heading: 'Delivery event', cell: (delivery) => chips(delivery), kind: 'wide' }],
  detail: { name: () => 'Details', view: (delivery) => whole(delivery) },
};

/** Suppressed people. */
export const SUPPRESSED_TAB: ListTab<string> = {
  tab: 'suppressed',
  title: 'Suppressed',
  one: 'suppressed identifier',
  many: 'suppressed identifiers',
  path: '/state/suppressed',
  key: (name) => name,
  empty: 'Nobody is suppressed.',
  columns: [{ heading: 'Identifier', cell: (name) => html`<bdi>${visible(name)}</bdi>`, kind: 'wide' }],
};

function holder({ cio_id, anonymous_id }: Bag): unknown {
  if (typeof cio_id !== 'string') return html`${brief(anonymous_id)} <small>visitor</small>`;
  return html`<a href=${linkTo({ tab: 'people', id: cio_id })}>${cio_id}</a>`;
}
