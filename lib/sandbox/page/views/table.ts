/**
 * A table whose rows may open. On a narrow screen each row is a card (page.css); as that takes the table out of a table,
 * the roles are written down.
 */

import { repeat } from '../lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';

/** What stands in a column. */
export interface Column<T> {
  readonly heading: string;
  readonly kind?: 'number' | 'narrow' | 'wide';
  readonly cell: (item: T) => unknown;
}

/** How a row opens. */
export interface Opening<T> {
  /** What the button opens, for whoever can't see the row. */
  readonly name: (item: T) => string;
  readonly isOpen: (key: string) => boolean;
  readonly toggle: (item: T, key: string) => void;
  readonly content: (item: T, key: string) => unknown;
}

interface TableParts<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly key: (item: T, index: number) => string;
  readonly opening?: Opening<T> | undefined;
}

/** The table. */
export function rowsTable<T>(parts: TableParts<T>): TemplateResult {
  const { caption, columns, items, key, opening } = parts;
  return html`<table role="table" class="rows">
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup">
      <tr role="row">
        ${opening ? html`<th role="columnheader" scope="col"><span class="unseen">Details</span></th>` : nothing}
        ${columns.map(({ heading, kind }) => html`<th role="columnheader" scope="col" class=${kind ?? ''}>${heading}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${repeat(items, key, (item, index) => row(item, key(item, index), parts))}
    </tbody>
  </table>`;
}

function row<T>(item: T, key: string, { columns, opening }: TableParts<T>): TemplateResult {
  const isOpen = opening?.isOpen(key) ?? false;
  const id = `row-${key}`;
  return html`<tr role="row" class=${isOpen ? 'open' : ''}>
      ${
        opening &&
        html`<td role="cell" class="opener">
          <button type="button" class="quiet" aria-expanded=${isOpen} aria-controls=${id} @click=${() => opening.toggle(item, key)}>
            <span class="unseen">${opening.name(item)}</span><span class="chevron" aria-hidden="true"></span>
          </button>
        </td>`
      }
      ${columns.map(({ heading, kind, cell }) => html`<td role="cell" class=${kind ?? ''} data-heading=${heading}><div>${cell(item)}</div></td>`)}
    </tr>
    ${
      isOpen
        ? html`<tr role="row" class="content" id=${id}>
          <td role="cell" colspan=${columns.length + 1}>${opening?.content(item, key)}</td>
        </tr>`
        : nothing
    }`;
}
