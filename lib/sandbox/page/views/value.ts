/** Values from outside: always text, with every digit, and with what can't be seen made visible. */

import { exactText } from '../exact.ts';
import { shortened, visible } from '../format.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';

/** Attributes and the like. */
export type Bag = Readonly<Record<string, unknown>>;

const MOST_CHARS = 60;
const MOST_CHIPS = 4;

/** A value on one line, cut where it is long. */
export function brief(value: unknown, length = MOST_CHARS): TemplateResult {
  const text = visible(exactText(value)).replace(/\s+/g, ' ');
  const cut = shortened(text, length);
  return html`<bdi class=${kindOf(value)} title=${cut === text ? nothing : shortened(text, 1_000)}>${cut === '' ? html`<i>empty</i>` : cut}</bdi>`;
}

/** A value in full. */
export function whole(value: unknown): TemplateResult {
  const isNested = typeof value === 'object' && value !== null && !('rawJSON' in value);
  const text = visible(exactText(value));
  if (isNested && text.length > MOST_CHARS) return html`<pre tabindex="0">${visible(exactText(value, 2))}</pre>`;
  return html`<bdi class=${kindOf(value)}>${text === '' ? html`<i>empty</i>` : text}</bdi>`;
}

/** The first pairs of a bag, as chips. */
export function chips(bag: Bag, most = MOST_CHIPS): TemplateResult | typeof nothing {
  const pairs = Object.entries(bag);
  if (pairs.length === 0) return nothing;
  const rest = pairs.length - most;
  return html`<ul class="chips">
    ${pairs.slice(0, most).map(([name, value]) => html`<li><bdi class="name">${shortened(visible(name), 30)}</bdi> ${brief(value, 40)}</li>`)}
    ${rest > 0 ? html`<li class="more">+${rest} more</li>` : nothing}
  </ul>`;
}

/** All pairs of a bag. */
export function bagTable(caption: string, bag: Bag): TemplateResult {
  return html`<table class="bag">
    <caption class="unseen">${caption}</caption>
    <tbody>
      ${Object.entries(bag).map(([name, value]) => html`<tr><th scope="row"><bdi>${visible(name)}</bdi></th><td>${whole(value)}</td></tr>`)}
    </tbody>
  </table>`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'value text';
  return value === null || typeof value === 'boolean' ? 'value word' : 'value';
}
