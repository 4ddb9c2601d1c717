/**
 * Secrets are redacted in text that comes from outside: an API, or a proxy on the way, may echo what it was sent. They
 * are found in the forms that an echo has, whatever the capitals, and half of a long one is as good as the whole.
 */

/** What a credential can't have in it, whatever a file or a paste has left around it. */
export const CREDENTIAL_RULE = 'has a line break or another control character in it';

/** Whether a text can be a credential. */
export function isCredential(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** Shorter than this it is not a secret that anybody issues, and would be found in ordinary words. */
const LEAST = 8;
const STARS = '***';

/** Redacts `secrets` in a text. The two halves of a pair are found by themselves and joined, as Basic authentication does. */
export function redactor(
  secrets: readonly (string | undefined)[],
  pairs: readonly (readonly [string, string])[] = [],
): (text: string) => string {
  const plain = [...secrets.flatMap((secret) => secret ?? []), ...pairs.flatMap(([user, key]) => [`${user}:${key}`, user, key])];
  const forms = [...new Set(plain.flatMap(formsOf))].filter((form) => form.length >= LEAST).sort((a, b) => b.length - a.length);
  return (text) => {
    if (text.length < LEAST) return text;
    return forms.reduce(redact, { text, small: small(text) }).text;
  };
}

/** What an echo makes of a secret, in small letters. */
function formsOf(secret: string): string[] {
  // Half a surrogate pair has no code.
  const whole = Buffer.from(secret).toString();
  // The padding says nothing, and is written in several ways.
  const base64 = Buffer.from(whole).toString('base64').replace(/=+$/, '');
  const written = [whole, base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
  return [...written, ...written.map(encodeURIComponent), JSON.stringify(whole).slice(1, -1)].map(small);
}

/** The length stays as it is: other letters may become two. */
function small(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

interface Searched {
  readonly text: string;
  /** The same in small letters. */
  readonly small: string;
}

function redact(text: Searched, form: string): Searched {
  const least = form.length < 2 * LEAST ? form.length : Math.ceil(form.length / 2);
  let searched = text;
  for (let start = 0; start + least <= form.length; start++) searched = redactFrom(searched, form, start, least);
  return searched;
}

/** Redacts what is in the form from `start` on, as far as it goes but at least so much. */
function redactFrom(text: Searched, form: string, start: number, least: number): Searched {
  const part = form.slice(start, start + least);
  let at = text.small.indexOf(part);
  if (at === -1) return text;
  const kept: [from: number, to: number][] = [];
  let from = 0;
  for (; at !== -1; at = text.small.indexOf(part, from)) {
    kept.push([from, at]);
    from = at + least;
    while (from < text.small.length && text.small[from] === form[start + from - at]) from++;
  }
  kept.push([from, text.small.length]);
  const rest = (whole: string): string => kept.map((piece) => whole.slice(...piece)).join(STARS);
  return { text: rest(text.text), small: rest(text.small) };
}

/** What is safe to keep of a foreign error: its name, code and first line. Those of HTTP clients hold what was sent and came back. */
export function plainError(error: unknown, redacted: (text: string) => string): Error {
  const { name = 'Error', message = '', code } = Object(error) as { name?: unknown; message?: unknown; code?: unknown };
  const [line = ''] = redacted(String(message)).split('\n');
  return Object.assign(new Error(line), { name: String(name), ...(code === undefined ? {} : { code: String(code) }) });
}
