/** The sandbox page: which tabs there are, what each is made of, and the start. */
import { Desk } from './desk.ts';
import { render } from './lit/lit-html.js';
import type { Route } from './route.ts';
import { EVENTS } from './views/events.ts';
import { faultsView } from './views/faults.ts';
import { frame, type TabLink } from './views/frame.ts';
import { type Listing, listView, pathOfList, pathsOfListing } from './views/list.ts';
import { PEOPLE, personView } from './views/people.ts';
import { REFUSED } from './views/refused.ts';
import { REQUESTS, requestView } from './views/requests.ts';
import { DELIVERIES, OBJECTS, RELATIONSHIPS, SUPPRESSED } from './views/things.ts';

interface Tab {
  readonly title: string;
  /** Shown only if it holds something. */
  readonly isRare?: boolean;
  count(desk: Desk): number | undefined;
  paths(route: Route): readonly string[];
  view(desk: Desk): unknown;
}

/** What is shown for one item of a list, at `#/tab/<id>`. */
type One = Pick<Tab, 'paths' | 'view'>;

function listTab<T>(listing: Listing<T>, count: Tab['count'], one?: One, isRare = false): [string, Tab] {
  const oneOf = ({ id }: Route): One | undefined => (id === undefined ? undefined : one);
  const tab: Tab = {
    title: listing.title,
    isRare,
    count,
    paths: (route) => oneOf(route)?.paths(route) ?? pathsOfListing(listing, route),
    view: (desk) => oneOf(desk.route)?.view(desk) ?? listView(desk, listing),
  };
  return [listing.tab, tab];
}

function rareTab<T>(listing: Listing<T>): [string, Tab] {
  return listTab(listing, ({ totals }) => totals[listing.tab], undefined, true);
}

const ONE_PERSON: One = {
  paths: (route) => {
    const id = encodeURIComponent(route.id ?? '');
    return [`/state/people/${id}`, pathOfList(`/state/events?person=${id}`, route)];
  },
  view: personView,
};

const ONE_REQUEST: One = { paths: ({ id = '' }) => [`/requests/${encodeURIComponent(id)}`], view: requestView };

const FAULTS: Tab = { title: 'Faults', count: () => undefined, paths: () => ['/faults'], view: faultsView };

const TABS: ReadonlyMap<string, Tab> = new Map([
  listTab(PEOPLE, ({ totals }) => totals.people, ONE_PERSON),
  listTab(EVENTS, ({ totals }) => totals.events),
  listTab(REQUESTS, ({ counts }) => counts.requests, ONE_REQUEST),
  listTab(REFUSED, ({ counts }) => counts.refused),
  rareTab(OBJECTS),
  rareTab(RELATIONSHIPS),
  rareTab(DELIVERIES),
  rareTab(SUPPRESSED),
  ['faults', FAULTS],
]);

const FIRST = listTab(PEOPLE, () => undefined)[1];
const place = document.querySelector<HTMLElement>('#desk');
let isAsked = false;
let shown: Route | undefined;

/** Paints at most once a turn. */
function paint(): void {
  if (isAsked) return;
  isAsked = true;
  queueMicrotask(() => {
    isAsked = false;
    if (place) paintNow(place);
  });
}

function paintNow(root: HTMLElement): void {
  const { route } = desk;
  const current = TABS.get(route.tab) ?? FIRST;
  const tabs = [...TABS].filter(([name, { isRare, count }]) => !isRare || count(desk) || name === route.tab);
  const links: TabLink[] = tabs.map(([tab, { title, count }]) => ({ tab, title, count: count(desk) }));
  render(frame(desk, links, current.view(desk)), root);
  document.title = `${document.querySelector('#title')?.textContent?.trim() || current.title} · cio-stream sandbox`;
  // Whoever followed a link to one thing, by ear too, is at that thing.
  if (route.id !== undefined && desk.answers && shown?.id !== route.id)
    root.querySelector<HTMLElement>('#title')?.focus({ preventScroll: true });
  if (desk.answers) shown = route;
}

const desk = new Desk((route) => (TABS.get(route.tab) ?? FIRST).paths(route), paint);
place?.querySelector('noscript')?.remove();
desk.start();
