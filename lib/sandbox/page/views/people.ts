/** People: the list, and one of them with attributes, devices, relationships and a time line. */

import type { SomeOf } from '../control.ts';
import type { Desk } from '../desk.ts';
import { exactText } from '../exact.ts';
import { counted, grouped, shortened, unixMoment, visible } from '../format.ts';
import { repeat } from '../lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import { linkTo } from '../place.ts';
import { type EventRow, eventBody, eventName } from './events.ts';
import { type ListTab, pager } from './list.ts';
import { type Bag, bagTable, brief, chips } from './value.ts';

/** A person of a list. */
export interface PersonRow {
  readonly cio_id: string;
  readonly id?: unknown;
  readonly email?: unknown;
  readonly phone?: unknown;
  readonly attributes: Bag;
  readonly events: number;
}

interface OnePerson extends PersonRow {
  readonly devices: readonly Bag[];
  readonly relationships: readonly (Bag & { readonly attributes: Bag })[];
}

const IDENTIFIERS = ['email', 'id', 'phone'] as const;
const NEWEST_EVENTS = 200;
const LAST_EVENTS = 3;

/** All people. */
export const PEOPLE_TAB: ListTab<PersonRow> = {
  tab: 'people',
  title: 'People',
  one: 'person',
  many: 'people',
  path: '/state/people',
  // A person does not say which events; whose are among the newest of all is worth a look.
  beside: `/state/events?limit=${NEWEST_EVENTS}`,
  key: ({ cio_id }) => cio_id,
  empty:
    'Nobody yet. Paste the three lines above into a terminal, then run, for example: cio-stream people crm.csv --email "E-Mail Address"',
  columns: [
    { heading: 'Person', cell: identifiersOf, kind: 'wide' },
    { heading: 'Attributes', cell: ({ attributes }) => chips(attributes), kind: 'wide' },
    { heading: 'Last events', cell: lastEvents, kind: 'wide' },
    { heading: 'Events', cell: ({ events }) => grouped(events), kind: 'number' },
  ],
};

/** The best name that a person has. */
function nameOf(person: PersonRow): string {
  const value = IDENTIFIERS.map((name) => person[name]).find((one) => one !== undefined) ?? person.cio_id;
  return shortened(visible(exactText(value)), 80);
}

function identifiersOf(person: PersonRow): TemplateResult {
  const [first, ...others] = IDENTIFIERS.filter((name) => person[name] !== undefined);
  return html`<a class="name" href=${linkTo({ tab: 'people', id: person.cio_id })}><bdi>${nameOf(person)}</bdi></a>
    <small>${first && first !== 'email' ? `${first} · ` : nothing}${others.map((name) => html`${name} ${brief(person[name])} · `)}cio_id ${person.cio_id}</small>`;
}

function lastEvents({ cio_id }: PersonRow, newest: unknown): TemplateResult | typeof nothing {
  const own = (newest as SomeOf<EventRow>).items.filter((event) => event.cio_id === cio_id).slice(0, LAST_EVENTS);
  if (own.length === 0) return nothing;
  return html`<ul class="chips">${own.map((event) => html`<li>${brief(event.name, 30)}</li>`)}</ul>`;
}

/** One person. The answers: the person, and a part of the events. */
export function personView(desk: Desk): TemplateResult {
  const [person, events] = (desk.answers ?? []) as [OnePerson?, SomeOf<EventRow>?];
  if (!person || !events) return html`<p class="empty">${desk.problem ? nothing : 'Loading …'}</p>`;
  const { attributes, devices, relationships } = person;
  return html`<article class="person" aria-labelledby="title">
    <p class="back"><a href=${linkTo({ tab: 'people' })}>← People</a></p>
    <h2 id="title" tabindex="-1"><bdi>${nameOf(person)}</bdi></h2>
    ${bagTable('Identifiers', Object.fromEntries(['cio_id', 'id', 'email', 'phone'].flatMap((name) => pair(person, name))))}
    <div class="columns">
      <section aria-labelledby="attributes">
        <h3 id="attributes">Attributes <small>${Object.keys(attributes).length}</small></h3>
        ${Object.keys(attributes).length === 0 ? html`<p class="empty">None.</p>` : bagTable('Attributes', attributes)}
        ${devices.length === 0 ? nothing : html`<h3>Devices <small>${devices.length}</small></h3>${devices.map((device) => bagTable('Device', device))}`}
        ${relationships.length === 0 ? nothing : relations(relationships)}
      </section>
      <section aria-labelledby="events">
        <h3 id="events">Events <small>${grouped(events.total)}</small></h3>
        ${timeLine(events)} ${pager(desk.place, events)}
      </section>
    </div>
  </article>`;
}

function pair(person: OnePerson, name: string): [string, unknown][] {
  const value = Reflect.get(person, name);
  return value === undefined ? [] : [[name, value]];
}

function relations(relationships: OnePerson['relationships']): TemplateResult {
  return html`<h3>Relationships <small>${relationships.length}</small></h3>
    ${relationships.map(({ attributes, ...others }) => bagTable(counted(1, 'relationship'), { ...others, ...(Object.keys(attributes).length > 0 && { attributes }) }))}`;
}

function timeLine({ items, total, offset }: SomeOf<EventRow>): TemplateResult {
  if (items.length === 0) return html`<p class="empty">No events yet.</p>`;
  return html`<ol class="timeline">
    ${repeat(
      items,
      (_event, index) => total - offset - index,
      (event) => html`<li>
        <p>${unixMoment(event.timestamp)} <strong>${eventName(event)}</strong></p>
        ${eventBody(event)}
      </li>`,
    )}
  </ol>`;
}
