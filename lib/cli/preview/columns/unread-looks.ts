/** Cells that look like a number, a day or a boolean to a person, and that no conversion reads so: their column needs a hand. */
import { isMost } from './near-form.ts';
import { SHORT_YEAR } from './time-guess.ts';

/** What nearly all cells of a column look like. */
export interface UnreadLook {
  /** In the plural. */
  readonly what: string;
  readonly cells: number;
  readonly example: string;
}

const CURRENCIES = 'EUR|USD|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|INR|CNY|SGD|HKD|ZAR|TRY';
const SIGN = String.raw`(?:\p{Sc}|%|[RAC]\$|US\$|kr\.?|zł|Kč|${CURRENCIES})`;
const AMOUNT = String.raw`\d[\d.,'’\s]*`;
const SIGNED = new RegExp(String.raw`^[(+\-−]?\s?(?:${SIGN}\s?[+\-−]?${AMOUNT}|${AMOUNT}${SIGN})\)?$`, 'u');
const DAY_NUMBER = /^[2-6]\d{4}(?:\.\d+)?$/;
/** Words for true and false that are not English, true first. */
const BOOLEANS = [
  ...['wahr falsch', 'ja nein', 'ja nee', 'ja nej', 'vrai faux', 'oui non', 'verdadero falso', 'sí no', 'si no', 'sì no', 'vero falso'],
  ...['verdadeiro falso', 'sim não', 'sim nao', 'tak nie', 'prawda fałsz', 'да нет', 'on off'],
].map((pair) => pair.split(' '));
const WORDS = new Set(BOOLEANS.flat());
const LONGEST = 60;

/** How cells may look. Of columns that are numbers, only the last is asked for. */
const LOOKS: readonly { readonly what: string; readonly isLike: (text: string) => boolean; readonly isNumber?: true }[] = [
  { what: 'days with years of two digits', isLike: (text) => SHORT_YEAR.test(text) },
  { what: 'amounts with a currency or % beside the number', isLike: (text) => SIGNED.test(text) },
  { what: 'words for true and false', isLike: (text) => WORDS.has(text.toLowerCase()) },
  { what: 'the numbers that a spreadsheet gives to days', isLike: (text) => DAY_NUMBER.test(text), isNumber: true },
];

/** Counts them. */
export class UnreadLooks {
  readonly #counts = LOOKS.map((look) => ({ ...look, cells: 0, example: '' }));
  readonly #words = new Set<string>();

  see(text: string): void {
    if (text.length > LONGEST) return;
    for (const look of this.#counts) {
      if (!look.isLike(text)) continue;
      if (look.cells === 0) look.example = text;
      look.cells++;
    }
    const word = text.toLowerCase();
    if (WORDS.has(word)) this.#words.add(word);
  }

  /** What at least nine of ten of the cells are. */
  most(cells: number, isNumber: boolean): UnreadLook | undefined {
    const found = this.#counts.find((look) => (look.isNumber ?? false) === isNumber && isMost(look.cells, cells));
    // One word alone may be any word.
    const isPair = BOOLEANS.some((pair) => pair.every((word) => this.#words.has(word)));
    return found === undefined || (WORDS.has(found.example.toLowerCase()) && !isPair) ? undefined : found;
  }
}
