/** What arrived, as a page for people: counts and the last of everything. Nothing in it runs. */
import type { Counts } from './api.ts';
import type { Bag } from './checks.ts';
import { write } from './text.ts';
import type { WorldState } from './world.ts';

const SHOWN = 50;

/** The page of a state. */
export function page(state: WorldState & { readonly counts: Counts }): string {
  const { counts, people, objects, relationships, events, deliveries } = state;
  const lists = { people, objects, relationships, events, deliveries };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>customerio-streams sandbox</title>
<style>body{font:14px system-ui;margin:2em;max-width:80em}td,th{padding:.2em .8em;text-align:left;vertical-align:top}
code{white-space:pre-wrap;overflow-wrap:anywhere}</style>
<h1>The sandbox</h1>${table([{ ...counts }])}
${Object.entries(lists)
  .map(([name, items]) => section(name, items))
  .join('\n')}
<p>All of it as JSON: <a href="/state">/state</a></p></html>\n`;
}

function section(name: string, items: readonly Bag[]): string {
  const last = items.slice(-SHOWN).reverse();
  const more = items.length > SHOWN ? `, the last ${SHOWN}` : '';
  return items.length === 0 ? '' : `<h2>${items.length} ${name}${more}</h2>${table(last)}`;
}

function table(rows: readonly Bag[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (row: Bag): string => columns.map((name) => `<td><code>${cell(row[name])}</code></td>`).join('');
  return `<table><tr>${columns.map((name) => `<th>${escaped(name)}</th>`).join('')}</tr>${rows.map((row) => `<tr>${line(row)}</tr>`).join('')}</table>`;
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  return escaped(typeof value === 'string' ? value : write(value));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
