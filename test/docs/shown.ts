/** Output as a page shows it, beside that of a run of now. */
import assert from 'node:assert/strict';

/** What differs from run to run: times, rates, ports, and what goes into one request. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\d+\.\d s\b/g, 'TIME'],
  [/[\d,]+ rows\/s/g, 'RATE'],
  [/\d+ requests?, [\d,]+ B\b/g, 'REQUESTS'],
  [/127\.0\.0\.1:\d+/g, 'HOST'],
];

/** The page shows what was printed, but for what changes. */
export function assertShown(printed: string, shown: string): void {
  const plain = (text: string): string => CHANGING.reduce((so, [what, name]) => so.replace(what, name), text.trim());
  assert.equal(plain(printed), plain(shown));
}
