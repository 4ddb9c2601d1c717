/**
 * `Retry-After`: whole seconds (some say fractions) or an HTTP date, and nothing else. Date.parse() would take "try 3000"
 * for a year. A wait of more than a day is taken for a mistake and ignored.
 */

const LONGEST_MS = 86_400_000;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** The three forms of RFC 9110: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. */
const DATE = /^[A-Z][a-z]{2,8}, (?<day>\d\d)([ -])(?<month>[A-Z][a-z]{2})\2(?<year>\d{4}|\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/;
const OLD_DATE = /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/;

/** The wait in milliseconds; undefined if the header is absent, unreadable or unlikely. */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text, wallMs) - wallMs;
  return ms <= LONGEST_MS ? Math.max(0, ms) : undefined;
}

/** Unix milliseconds, or NaN. */
function dateOf(text: string, wallMs: number): number {
  const { day, month = '', year = '', time = '' } = (DATE.exec(text) ?? OLD_DATE.exec(text))?.groups ?? {};
  const at = MONTHS.indexOf(month);
  if (month === '' || at % 3 !== 0) return Number.NaN;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const date = (fullYear: number): number => Date.UTC(fullYear, at / 3, Number(day), hours, minutes, seconds);
  if (year.length === 4) return date(Number(year));
  const century = Math.floor(new Date(wallMs).getUTCFullYear() / 100) * 100;
  return date(century + Number(year));
}
