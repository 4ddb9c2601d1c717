/**
 * What may identify a person, an object or an event: one rule for the whole package. White space and invisible characters
 * at both ends are trimmed; what remains is sent, and order, dedupe and event ids use it. A text that identifies nobody (a
 * mark for "no value", characters that a person can't see) has a flaw: if it were sent, many records would become one.
 */
import { ExactNumber } from '../json/exact.ts';

/** Invisible at the ends of a text: white space, control characters, what Unicode does not display, the Braille blank. */
const BLANK = /^(?![\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]$/u;
/** Invisible inside a text: the same without the plain space and the wide one of Chinese and Japanese, but with variation selectors. */
const HIDDEN = /(?![ \u3000])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]/u;
/**
 * Invisible characters that change how their neighbours look: joined emoji, flags made of tags, another form of an emoji or
 * a Chinese character, letters of Arabic and Indic scripts that are joined or not.
 */
const SEEN = new RegExp(
  [
    String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
    String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]|(?<=[0-9#*])\uFE0F(?=\u20E3)`,
    String.raw`\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}`,
    String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`(?<=[\p{Script=Arabic}\p{Script=Syriac}])\u200C(?=[\p{Script=Arabic}\p{Script=Syriac}])`,
    String.raw`(?<=(?!\p{Script=Inherited})\p{M})[\u200C\u200D](?=\p{L})`,
  ].join('|'),
  'gu',
);
/** The flags of England, Scotland and Wales: without their tags all three would be the same. */
const FLAG_AT_END = /\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}$/u;
const MAX_FLAG = 32;
/** A lone surrogate, and the character that decoders put in place of bytes that they can't read. */
const UNREADABLE = /[\p{Cs}\uFFFD]/u;

/** The text without invisible characters at its ends. */
export function trimIdentifier(text: string): string {
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text;
  let [from, to] = [0, text.length];
  while (from < to && BLANK.test(characterAt(text, from))) from += characterAt(text, from).length;
  while (to > from && BLANK.test(characterBefore(text, to)) && !isFlag(text, to)) to -= characterBefore(text, to).length;
  return text.slice(from, to);
}

function isFlag(text: string, to: number): boolean {
  return characterBefore(text, to) === CANCEL_TAG && FLAG_AT_END.test(text.slice(Math.max(0, to - MAX_FLAG), to));
}

const CANCEL_TAG = '\u{E007F}';

/** Why the trimmed text identifies nobody, in words that follow the name of its field. */
export function identifierFlaw(text: string): string | undefined {
  if (isOrdinary(text)) return undefined;
  if (text === '') return 'is empty';
  const mark = markFlaw(text);
  if (mark !== undefined) return mark;
  if (UNREADABLE.test(text)) return 'has a character that could not be read: the input has another encoding';
  if (HIDDEN.test(text) && HIDDEN.test(text.replace(SEEN, '')))
    return 'has an invisible character, such as a zero-width or no-break space: it looks like the same text without';
  return undefined;
}

/** True for the types that an id may have. */
export function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value) || typeof value === 'bigint' || value instanceof ExactNumber;
}

const SHORTENED = /^-?\d(?:[.,]\d+)?E\+\d+$/i;
const MAX_MARK = 40;

/** Why the trimmed text is a mark for a missing value. Names of events are checked with this, too. */
export function markFlaw(text: string): string | undefined {
  if (isLetter(text.charCodeAt(0)) && !mayBeMark(text)) return undefined;
  if (text.startsWith('[object ')) return 'is "[object ...]", which a program wrote instead of an object';
  if (PLACEHOLDERS.some(([open, close]) => text.startsWith(open) && text.endsWith(close))) return 'is a placeholder that was not filled in';
  if (text.length > MAX_MARK) return undefined;
  if (SHORTENED.test(text)) return 'is a number that a spreadsheet has shortened (such as 1.2E+11): its digits are lost';
  // The message may repeat the text: what is in the table is not a secret.
  return isMark(text)
    ? `is "${text}", which means no value: leave it out, or if a CSV has it in empty cells, name it with --null (csv({ null }))`
    : undefined;
}

/** Marks for no value of databases, languages and data frames, in small letters and without the brackets or quotes around them. */
const MARKS = new Set([
  ...['null', 'nil', 'none', 'undefined', 'nan', 'nat', 'na', 'n/a', 'n.a.', 'n.a', 'n/a n/a', String.raw`\n`, String.raw`\\n`],
  ...['true', 'false', '__hive_default_partition__', '_dbt_utils_surrogate_key_null_', '00000000-0000-0000-0000-000000000000'],
]);
/** Several marks, as in a name or a key that was joined from parts. */
const TWICE = /^(?:null|undefined)(?:[^\p{L}\p{N}]{0,3}(?:null|undefined))+$/iu;
/** Words that are marks only within brackets or quotes. */
const BRACKETED = new Set(['empty', 'blank', 'missing', 'unknown', 'not set', 'no value']);
const AROUND = /^([[(<{'"`#-]*)(.*?)[\])>}'"`!]*$/;
/** What a spreadsheet writes into a cell whose formula fails. */
const ERROR =
  /^['"]?#(?:ref!|value!|name\?|div\/0!|num!|null!|error!|spill!|calc!|getting_data|field!|blocked!|connect!|unknown!|busy!)['"]?$/;
/** Dashes, dots and their like, and nothing else. */
const PUNCTUATION = /^[ -/:-@[-`{-~\u2010-\u2027\u00b7]+$/;
const PLACEHOLDERS = [
  ...[['{{', '}}'] as const, ['{%', '%}'] as const, ['${', '}'] as const],
  ...[['*|', '|*'] as const, ['%%', '%%'] as const, ['<%', '%>'] as const],
] as const;

function isMark(text: string): boolean {
  const word = text.toLowerCase();
  const [, open = '', bare = ''] = AROUND.exec(word) ?? [];
  return MARKS.has(bare) || (open !== '' && BRACKETED.has(bare)) || TWICE.test(bare) || ERROR.test(word) || PUNCTUATION.test(text);
}

/** The length of the longest mark that begins with a letter. */
const MAX_WORD = 12;
/** The letters that a mark without brackets begins with. */
const FIRST_LETTERS = 'nutfNUTF';

/** The fast path: true for nearly all identifiers after one look at each character, and then nothing else is checked. */
function isOrdinary(text: string): boolean {
  const first = text.charCodeAt(0);
  const isNumber = isDigit(first) || (first === PLUS && isDigit(text.charCodeAt(1)));
  if (!isNumber && !(isLetter(first) && !mayBeMark(text))) return false;
  if (first === ZERO && text.startsWith('00000000-')) return false;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || (isNumber && code === PLUS)) return false;
  }
  return true;
}

function mayBeMark(text: string): boolean {
  if (!FIRST_LETTERS.includes(text.charAt(0))) return false;
  return (text.length <= MAX_WORD && !text.includes('@')) || TWICE.test(text);
}

const PLUS = 43;
const ZERO = 48;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A visible character of ASCII. */
function isPlain(code: number): boolean {
  return code > 32 && code < 127;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function characterBefore(text: string, index: number): string {
  const code = text.codePointAt(index - 2) ?? 0;
  return code > 0xffff ? String.fromCodePoint(code) : text.charAt(index - 1);
}

const LABEL = String.raw`[\w\u{80}-\u{10FFFF}-]+`;
/** The form of nearly all addresses: a quicker check than that of all addresses. */
const USUAL_ADDRESS = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
/** Something, an @ and a domain; only a quoted name may hold more than that. */
const ADDRESS = new RegExp(String.raw`^(?:[^\s@<>(),;:"[\]\\]+|"[^"]+")@(?:${LABEL}(?:\.${LABEL})*|\[[\w.:]+\])$`, 'u');

/** True for a text that is not an email address, such as a name, or an address with a name beside it. */
export function isOddEmail(text: string): boolean {
  return !USUAL_ADDRESS.test(text) && !ADDRESS.test(text);
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** True for a text that is not a phone number as Customer.io reads them: + and 7 to 15 digits (E.164). */
export function isOddPhone(text: string): boolean {
  return !E164.test(text);
}
