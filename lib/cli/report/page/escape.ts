/**
 * Text from outside in a page: names of files, values, messages. What would be markup is escaped, and what is not printable or
 * would turn the direction of writing becomes a space.
 */
import { printable } from '../../../printable.ts';

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML or SVG of which the values are escaped; a list is joined, and what is {@link Markup} is taken as it is. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template. */
export type HtmlPart = Markup | string | number | undefined | readonly HtmlPart[];

/** A template of markup. Every value in it is escaped. */
export function html(texts: TemplateStringsArray, ...values: readonly HtmlPart[]): Markup {
  return new Markup(texts.map((text, index) => text + textOf(values[index])).join(''));
}

function textOf(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join('');
  return printable(String(part)).replace(/[&<>"']/g, (sign) => NAMED[sign] as string);
}

/** JSON for a script element of data: nothing in it can end that, or begin a comment. */
export function inlineJson(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
