/** A tab that is a list: search, what is new, the rows, and the way to older ones. */

import type { SomeOf } from '../control.ts';
import type { Desk } from '../desk.ts';
import { counted, grouped } from '../format.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import { linkTo, type Place } from '../place.ts';
import { type Column, rowsTable } from './table.ts';

/** What kind of list. */
export interface ListTab<T> {
  readonly tab: string;
  readonly title: string;
  readonly one: string;
  readonly many: string;
  readonly path: string;
  /** Something else that the columns need. */
  readonly beside?: string;
  readonly columns: readonly (Omit<Column<T>, 'cell'> & { cell(item: T, beside: unknown): unknown })[];
  /** The same for the same item; `place` counts from the oldest. */
  readonly key: (item: T, place: number) => string;
  /** What to do to see something here. */
  readonly empty: string;
  /** How a row opens. */
  readonly detail?: {
    /** Of the button. */
    name(item: T): string;
    /** What has to be asked for it. */
    path?(item: T): string;
    view(item: T, answer: unknown): unknown;
  };
}

/** Rows on a page. */
const PAGE_ROWS = 50;

/** The path that answers a list. */
export function pathOfList(path: string, { search, page }: Place): string {
  const params = new URLSearchParams({ offset: String((page - 1) * PAGE_ROWS), limit: String(PAGE_ROWS), ...(search && { search }) });
  return `${path}${path.includes('?') ? '&' : '?'}${params}`;
}

/** The paths that answer a listing. */
export function pathsOfTab<T>({ path, beside }: ListTab<T>, place: Place): string[] {
  return [pathOfList(path, place), ...(beside === undefined ? [] : [beside])];
}

/** The list. */
export function listView<T>(desk: Desk, listing: ListTab<T>): TemplateResult {
  const list = desk.answers?.[0] as SomeOf<T> | undefined;
  const { title, many } = listing;
  return html`<section aria-labelledby="title">
    <div class="bar">
      <h2 id="title" tabindex="-1">${title}</h2>
      <p class="total" role="status">${list ? summary(list, listing, desk.place.search) : 'Loading …'}</p>
      ${news(desk, listing)}
      <label class="search"
        ><span class="unseen">Search ${many}</span>
        <input type="search" placeholder="Search ${many}" autocomplete="off" spellcheck="false" .value=${desk.draft}
          @input=${(event: Event) => desk.search((event.target as HTMLInputElement).value)}
      /></label>
    </div>
    ${list && (list.items.length === 0 ? nothingHere(desk, listing, list) : rows(desk, listing, list))}
  </section>`;
}

function summary<T>({ total }: SomeOf<T>, { one, many }: ListTab<T>, search: string): string {
  return search ? `${counted(total, one, many)} found` : counted(total, one, many);
}

function news<T>(desk: Desk, { tab }: ListTab<T>): TemplateResult | typeof nothing {
  if (desk.fresh === 0) return nothing;
  const toTop = (): void => {
    desk.open.clear();
    scrollTo(0, 0);
    if (desk.place.page > 1) location.hash = linkTo({ tab, search: desk.place.search });
    else void desk.refresh();
  };
  return html`<button type="button" class="news" @click=${toTop}>${grouped(desk.fresh)} new: show</button>`;
}

function nothingHere<T>(desk: Desk, { tab, many, empty }: ListTab<T>, { total }: SomeOf<T>): TemplateResult {
  const { search } = desk.place;
  if (total > 0)
    return html`<p class="empty">There is no page ${desk.place.page}. <a href=${linkTo({ tab, search })}>Back to the first</a></p>`;
  if (search) return html`<p class="empty">No ${many} match “${search}”. <a href=${linkTo({ tab })}>Show all ${many}</a></p>`;
  return html`<p class="empty">${empty}</p>`;
}

function rows<T>(desk: Desk, listing: ListTab<T>, list: SomeOf<T>): TemplateResult {
  const { key, detail, title } = listing;
  const columns = listing.columns.map((column) => ({ ...column, cell: (item: T) => column.cell(item, desk.answers?.[1]) }));
  const opening = detail && {
    name: detail.name,
    isOpen: (rowKey: string) => desk.open.has(rowKey),
    toggle: (item: T, rowKey: string) => void desk.toggle(rowKey, detail.path?.(item)),
    content: (item: T, rowKey: string) => detail.view(item, desk.open.get(rowKey)),
  };
  const keyOf = (item: T, index: number): string => key(item, list.total - list.offset - index);
  return html`${rowsTable({ caption: title, columns, items: list.items, key: keyOf, opening })} ${pager(desk.place, list)}`;
}

/** Which rows these are, and the way to others. */
export function pager(place: Place, { total, offset, items }: SomeOf<unknown>): TemplateResult | typeof nothing {
  if (total <= items.length) return nothing;
  const last = offset + items.length;
  return html`<nav class="pager" aria-label="Pages">
    ${offset > 0 ? html`<a href=${linkTo({ ...place, page: place.page - 1 })} rel="prev">← Previous</a>` : html`<span></span>`}
    <span>${grouped(offset + 1)}–${grouped(last)} of ${grouped(total)}</span>
    ${last < total ? html`<a href=${linkTo({ ...place, page: place.page + 1 })} rel="next">Next →</a>` : html`<span></span>`}
  </nav>`;
}
