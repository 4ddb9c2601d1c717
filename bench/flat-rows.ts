/**
 * The flat rows of two benches: events of about 171 bytes as NDJSON, and people as CSV with some cells in quotes and some
 * empty. As in rows.ts, the same seed gives the same bytes, and every row is valid.
 */
import { chunksOf, emailOf, int, mulberry32, pick } from './rows.ts';

const EVENTS = ['purchase', 'page_viewed', 'signed_up', 'cart_updated'];
const PAGES = ['/pricing', '/docs/getting-started', '/account', '/produkte/größen'];
const NAMES = ['Zoë', 'Ana', 'Jürgen', 'Łukasz', 'Maria', 'Søren', 'Chloé', 'Tom'];
const CITIES = ['München', 'São Paulo', 'Kraków', 'Köln', 'Paris', 'Zürich'];
const PLANS = ['free', 'basic', 'premium', ''];
const NOTES = ['"no calls, please"', 'naïve café visitor', '"said ""later"" twice"', '', 'prefers e-mail'];
const COLUMNS = 'person_email,first_name,city,plan,created_at,newsletter,street,zip,orders,total,note';
const FIRST_SECOND = 1_750_000_000;

/** The text of events without an id of their own, some hundred at a time. */
export function smallEvents(rows: number, seed = 1): Generator<string> {
  const random = mulberry32(seed);
  return chunksOf(rows, (index) =>
    JSON.stringify({
      person_email: emailOf(random),
      event_name: pick(EVENTS, random),
      timestamp: FIRST_SECOND + index,
      page: pick(PAGES, random),
      qty: 1 + int(9, random),
      total: int(100_000, random) / 100,
      session: `session-${int(1e9, random)}`,
    }),
  );
}

/** The text of a CSV file of people, its header row first. */
export function* csvPeople(rows: number, seed = 1): Generator<string> {
  const random = mulberry32(seed);
  yield `${COLUMNS}\n`;
  yield* chunksOf(rows, (index) =>
    [
      emailOf(random),
      pick(NAMES, random),
      pick(CITIES, random),
      pick(PLANS, random),
      FIRST_SECOND + index,
      random() < 0.5,
      `Hauptstraße ${int(200, random)}`,
      10_000 + int(89_999, random),
      int(30, random),
      int(100_000, random) / 100,
      pick(NOTES, random),
    ].join(','),
  );
}
