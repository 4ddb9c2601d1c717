/**
 * `First Name`, `firstName` and `FIRST-NAME` -> `first_name`. Letters, marks and digits of any script make words, and all
 * else stands between words. A word also begins at a capital after a small letter, and at the last capital before a small
 * letter (`HTTPServer` -> `http_server`, `MP3Player` -> `mp3_player`, but `B2B` -> `b2b`).
 */

const BETWEEN_WORDS = /(?<=\p{Ll})(?=[\p{Lu}\p{Lt}])|(?<=[\p{Lu}\p{Lt}\p{N}])(?=[\p{Lu}\p{Lt}]\p{Ll})|[^\p{L}\p{M}\p{N}]+/u;

/**
 * The name in snake case, in the composed form of Unicode (NFC). Underscores at its ends stay (`_id`), and so does a name
 * without a letter or a digit.
 */
export function snakeCase(name: string): string {
  const composed = name.normalize('NFC');
  const words = composed.split(BETWEEN_WORDS).filter((word) => word !== '');
  if (words.length === 0) return name;
  const first = composed.search(/[^_]/);
  let end = composed.length;
  while (composed[end - 1] === '_') end--;
  return `${composed.slice(0, first)}${words.join('_').toLowerCase().normalize('NFC')}${composed.slice(end)}`;
}
