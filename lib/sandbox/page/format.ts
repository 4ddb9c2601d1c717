/** Times, sizes and foreign text as the page writes them. */
import { html, type TemplateResult } from './lit/lit-html.js';

// A control character, or one that turns the direction of text around, could make a value look like another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const COUNT = new Intl.NumberFormat('en-US');

/** Text from outside with every character visible. Tabs and line breaks stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** At most `length` characters of it, never half of one. */
export function shortened(text: string, length: number): string {
  const chars = [...text.slice(0, 2 * length + 2)];
  return chars.length > length ? `${chars.slice(0, length - 1).join('')}…` : text;
}

/** A count with thousands separators. */
export function grouped(count: number): string {
  return COUNT.format(count);
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Bytes with a unit of 1,000. */
export function sized(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** An ISO time, with the local one as its title. What can't be a time is shown as it is. */
export function moment(at: string | number): TemplateResult | string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return visible(String(at));
  const iso = date.toISOString();
  const local = date.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  return html`<time datetime=${iso} title=${local}>${iso.replace('.000Z', 'Z')}</time>`;
}

/** A Unix time in seconds, however its number came. */
export function unixMoment(seconds: unknown): TemplateResult | string {
  const text = typeof seconds === 'object' ? JSON.stringify(seconds) : String(seconds);
  const ms = Number(text) * 1_000;
  return Math.abs(ms) <= 8.64e15 ? moment(ms) : visible(text);
}
