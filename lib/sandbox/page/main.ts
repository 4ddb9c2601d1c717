/** The sandbox page: which tabs there are, what each is made of, and the start. */
import { Desk } from './desk.ts';
import { render } from './lit/lit-html.js';
import type { Place } from './place.ts';
import { EVENTS_TAB } from './views/events.ts';
import { faultsView } from './views/faults.ts';
import { frame, type TabLink } from './views/frame.ts';
import { type ListTab, listView, pathOfList, pathsOfTab } from './views/list.ts';
import { PEOPLE_TAB, personView } from './views/people.ts';
import { REFUSED_TAB } from './views/refused.ts';
import { REQUESTS_TAB, requestView } from './views/requests.ts';
import { DELIVERIES_TAB, OBJECTS_TAB, RELATIONSHIPS_TAB, SUPPRESSED_TAB } from './views/things.ts';

interface Tab {
  readonly title: string;
  /** Shown only if it holds something. */
  readonly isRare?: boolean;
  count(desk: Desk): number | undefined;
  paths(place: Place): readonly string[];
  view(desk: Desk): unknown;
}

/** What is shown for one item of a list, at `#/tab/<id>`. */
type One = Pick<Tab, 'paths' | 'view'>;

function listTab<T>(listing: ListTab<T>, count: Tab['count'], one?: One, isRare = false): [string, Tab] {
  const oneOf = ({ id }: Place): One | undefined => (id === undefined ? undefined : one);
  const tab: Tab = {
    title: listing.title,
    isRare,
    count,
    paths: (place) => oneOf(place)?.paths(place) ?? pathsOfTab(listing, place),
    view: (desk) => oneOf(desk.place)?.view(desk) ?? listView(desk, listing),
  };
  return [listing.tab, tab];
}

function rareTab<T>(listing: ListTab<T>): [string, Tab] {
  return listTab(listing, ({ totals }) => totals[listing.tab], undefined, true);
}

const ONE_PERSON: One = {
  paths: (place) => {
    const id = encodeURIComponent(place.id ?? '');
    return [`/state/people/${id}`, pathOfList(`/state/events?person=${id}`, place)];
  },
  view: personView,
};

const ONE_REQUEST: One = { paths: ({ id = '' }) => [`/requests/${encodeURIComponent(id)}`], view: requestView };

const FAULTS_TAB: Tab = { title: 'Faults', count: () => undefined, paths: () => ['/faults'], view: faultsView };

const TABS: ReadonlyMap<string, Tab> = new Map([
  listTab(PEOPLE_TAB, ({ totals }) => totals.people, ONE_PERSON),
  listTab(EVENTS_TAB, ({ totals }) => totals.events),
  listTab(REQUESTS_TAB, ({ counts }) => counts.requests, ONE_REQUEST),
  listTab(REFUSED_TAB, ({ counts }) => counts.refused),
  ['faults', FAULTS_TAB],
  rareTab(OBJECTS_TAB),
  rareTab(RELATIONSHIPS_TAB),
  rareTab(DELIVERIES_TAB),
  rareTab(SUPPRESSED_TAB),
]);

const FIRST = listTab(PEOPLE_TAB, () => undefined)[1];
const root = document.querySelector<HTMLElement>('#desk');
let isAsked = false;
let shown: Place | undefined;

/** Paints at most once a turn. */
function paint(): void {
  if (isAsked) return;
  isAsked = true;
  queueMicrotask(() => {
    isAsked = false;
    if (root) paintNow(root);
  });
}

function paintNow(target: HTMLElement): void {
  const { place } = desk;
  const current = TABS.get(place.tab) ?? FIRST;
  const tabs = [...TABS].filter(([name, { isRare, count }]) => !isRare || count(desk) || name === place.tab);
  const links: TabLink[] = tabs.map(([tab, { title, count }]) => ({ tab, title, count: count(desk) }));
  render(frame(desk, links, current.view(desk)), target);
  document.title = `${document.querySelector('#title')?.textContent?.trim() || current.title} · cio-stream sandbox`;
  // Whoever followed a link to one thing, by ear too, is at that thing.
  if (place.id !== undefined && desk.answers && shown?.id !== place.id)
    target.querySelector<HTMLElement>('#title')?.focus({ preventScroll: true });
  if (desk.answers) shown = place;
}

const desk = new Desk((place) => (TABS.get(place.tab) ?? FIRST).paths(place), paint);
root?.querySelector('noscript')?.remove();
desk.start();
