/**
 * Secrets are blotted out of text that comes from outside: an API, or a proxy on the way, may echo what it was sent. They
 * are found in the forms that an echo has, whatever the capitals, and half of a long one is as good as the whole.
 */

/** Shorter than this it is not a secret that anybody issues, and would be found in ordinary words. */
const LEAST = 8;
const STARS = '***';

/** Blots `secrets` out of a text. The two halves of a pair are found by themselves and joined, as Basic authentication does. */
export function blotter(
  secrets: readonly (string | undefined)[],
  pairs: readonly (readonly [string, string])[] = [],
): (text: string) => string {
  const plain = [...secrets.flatMap((secret) => secret ?? []), ...pairs.flatMap(([user, key]) => [`${user}:${key}`, user, key])];
  const forms = [...new Set(plain.flatMap(formsOf))].filter((form) => form.length >= LEAST).sort((a, b) => b.length - a.length);
  return (text) => (text.length < LEAST ? text : forms.reduce(blot, text));
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

function blot(text: string, form: string): string {
  const least = form.length < 2 * LEAST ? form.length : Math.ceil(form.length / 2);
  let [told, searched] = [text, small(text)];
  for (let start = 0; start + least <= form.length; start++) {
    const part = form.slice(start, start + least);
    for (let at = searched.indexOf(part); at !== -1; at = searched.indexOf(part, at)) {
      let end = at + least;
      while (end < searched.length && searched[end] === form[start + end - at]) end++;
      told = told.slice(0, at) + STARS + told.slice(end);
      searched = searched.slice(0, at) + STARS + searched.slice(end);
    }
  }
  return told;
}

/** What is safe to keep of a foreign error: its name, code and first line. Those of HTTP clients hold what was sent and came back. */
export function plainError(error: unknown, blotted: (text: string) => string): Error {
  const { name = 'Error', message = '', code } = Object(error) as { name?: unknown; message?: unknown; code?: unknown };
  const [line = ''] = blotted(String(message)).split('\n');
  return Object.assign(new Error(line), { name: String(name), ...(code === undefined ? {} : { code: String(code) }) });
}
