/**
 * The rows that most benches read: NDJSON of about 295 bytes a row, nested and non-ASCII, one file of people and one of
 * events. The same seed gives the same bytes on every machine, so that figures can be compared. All rows are valid for
 * `validate({ object, identifier: 'email' })`: how bad rows fare is not a question of speed.
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What a file holds: one pipeline of streams handles one kind. */
export type RowKind = 'person_identify' | 'person_event';

/** A file of rows. */
export interface RowFile {
  readonly path: string;
  readonly kind: RowKind;
  readonly rows: number;
}

/** Numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number;

const ROWS_PER_CHUNK = 500;
const FIRST_NAMES = ['Zoë', 'Ana', 'Jürgen', 'Łukasz', 'Maria', 'Søren', '美咲', 'Иван', 'Chloé', 'Tom', 'Nguyễn', 'Aïcha'];
const CITIES = ['München', 'São Paulo', 'Kraków', 'Köln', '東京', 'Paris', 'Москва', 'Reykjavík', 'Lyon', 'Zürich'];
const PLANS = ['free', 'basic', 'premium', 'enterprise'];
const EVENTS = ['purchase', 'page_viewed', 'signed_up', 'cart_updated', 'häufig gesehen'];
const PRODUCTS = ['Crème brûlée set', 'Kaffee «Röstfrisch»', 'Blue mug', '抹茶', 'Sněhulák', 'Desk lamp'];
const SYSTEMS = ['Android 15', 'iOS 19', 'Windows 11'];
const NOTES = ['Bitte klingeln – danke!', 'naïve café visitor', 'prefers e-mail', 'ありがとう', 'no calls before noon'];
const FIRST_SECOND = 1_750_000_000;

/** Writes the text of rows to a file, in bounded memory. */
export async function writeRows(file: RowFile, text: Iterable<string>): Promise<RowFile> {
  await pipeline(text, createWriteStream(file.path));
  return file;
}

/** The text of the rows, some hundred at a time; each row ends with a newline. */
export function chunks(kind: RowKind, rows: number, seed: number): Generator<string> {
  const random = mulberry32(seed);
  const make = kind === 'person_identify' ? personRow : eventRow;
  return chunksOf(rows, (index) => JSON.stringify(make(index, random)));
}

/** The lines of rows that `lineOf` gives, some hundred at a time. */
export function* chunksOf(rows: number, lineOf: (index: number) => string): Generator<string> {
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    let text = '';
    const to = Math.min(rows, from + ROWS_PER_CHUNK);
    for (let index = from; index < to; index++) text += `${lineOf(index)}\n`;
    yield text;
  }
}

function personRow(index: number, random: Random): object {
  return {
    person_email: emailOf(random),
    first_name: pick(FIRST_NAMES, random),
    city: pick(CITIES, random),
    plan: pick(PLANS, random),
    created_at: FIRST_SECOND + index,
    newsletter: random() < 0.5,
    address: {
      street: `Hauptstraße ${int(200, random)}`,
      zip: String(10_000 + int(89_999, random)),
      geo: { lat: degrees(random), lon: degrees(random) },
    },
    tags: [pick(PLANS, random), pick(CITIES, random)],
    note: pick(NOTES, random),
  };
}

function eventRow(index: number, random: Random): object {
  return {
    person_email: emailOf(random),
    event_name: pick(EVENTS, random),
    // Some sources name their events, some don't: the pipeline derives an event id either way.
    ...(random() < 0.5 ? { event_id: uuid(random) } : { session: `session-${int(1e9, random)}` }),
    timestamp: FIRST_SECOND + index,
    total: int(100_000, random) / 100,
    items: [{ name: pick(PRODUCTS, random), quantity: 1 + int(5, random), price: int(10_000, random) / 100 }],
    context: { city: pick(CITIES, random), device: { os: pick(SYSTEMS, random) } },
    note: pick(NOTES, random),
  };
}

/** The email of one of two million people. */
export function emailOf(random: Random): string {
  return `person.${int(2_000_000, random)}@example.com`;
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 4 }, () =>
    int(2 ** 32, random)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function degrees(random: Random): number {
  return int(9_000_000, random) / 100_000;
}

/** A whole number of at least 0. */
export function int(below: number, random: Random): number {
  return Math.floor(random() * below);
}

/** One of a list. */
export function pick(from: readonly string[], random: Random): string {
  return from[int(from.length, random)] as string;
}

/** Tommy Ettinger's mulberry32: small, quick and good enough for rows. */
export function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
