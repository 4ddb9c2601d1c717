/**
 * What may identify a person, an object or an event: one rule for all who ask. White space and invisible
 * characters at both ends come off; what is left is what is sent, and what order, dedupe and event ids see. A text that
 * identifies nobody (a mark for "no value", characters that no person sees) has a flaw: sent, it would make one of many.
 */
import { ExactNumber } from '../json/exact.ts';

/** Neither seen nor meant: white space, control characters, what Unicode says is not shown, the blank of Braille. */
const BLANK = /^(?![\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]$/u;
/** Inside a text a plain space is seen, also the wide one of Chinese and Japanese; selectors of a variant are not. */
const HIDDEN = /(?![ \u3000])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]/u;
/**
 * Invisible by themselves, but seen in what they make of their neighbours: joined emoji, flags of tags, another form of an
 * emoji or a Chinese character, letters of Arabic and Indic scripts apart or together.
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
/** The flags of England, Scotland and Wales: without their tags they are one. */
const FLAG_AT_END = /\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}$/u;
const MAX_FLAG = 32;
/** Half of a character, and what decoders put in the place of bytes that they can't read. */
const UNREADABLE = /[\p{Cs}\uFFFD]/u;

/** The text without what nobody sees at its ends. */
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

/** Why the text, once trimmed, identifies nobody; in words that stand behind the name of its field. */
export function identifierFlaw(text: string): string | undefined {
  if (isOrdinary(text)) return undefined;
  if (text === '') return 'is empty';
  const mark = markFlaw(text);
  if (mark !== undefined) return mark;
  if (UNREADABLE.test(text)) return 'holds a character that could not be read: the encoding of the input is another one';
  if (HIDDEN.test(text) && HIDDEN.test(text.replace(SEEN, '')))
    return 'holds an invisible character, such as a zero-width or no-break space: nobody could tell it from the same text without';
  return undefined;
}

/** What an id may be. */
export function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value) || typeof value === 'bigint' || value instanceof ExactNumber;
}

const SHORTENED = /^-?\d(?:[.,]\d+)?E\+\d+$/i;
const MAX_MARK = 40;

/** Why the text, once trimmed, is a stand-in for a value that is not there. Names of events are asked this, too. */
export function markFlaw(text: string): string | undefined {
  if (isLetter(text.charCodeAt(0)) && !mayBeMark(text)) return undefined;
  if (text.startsWith('[object ')) return 'is "[object ...]": what a program writes in place of an object';
  if (PLACEHOLDERS.some(([open, close]) => text.startsWith(open) && text.endsWith(close))) return 'is a placeholder that was not filled in';
  if (text.length > MAX_MARK) return undefined;
  if (SHORTENED.test(text)) return 'is a number that a spreadsheet has shortened (such as 1.2E+11): its digits are lost';
  // What is in the table is no secret, however it is spelled.
  return isMark(text)
    ? `is "${text}", a mark for no value: if a CSV has it in empty cells, name it with --null (csv({ null }))`
    : undefined;
}

/** Marks for no value: of databases, languages, data frames; in small letters and without what stands around them. */
const MARKS = new Set([
  ...['null', 'nil', 'none', 'undefined', 'nan', 'nat', 'na', 'n/a', 'n.a.', 'n.a', 'n/a n/a', String.raw`\n`, String.raw`\\n`],
  ...['true', 'false', '__hive_default_partition__', '_dbt_utils_surrogate_key_null_', '00000000-0000-0000-0000-000000000000'],
]);
/** Marks put together, as a name or a key that is made of parts. */
const TWICE = /^(?:null|undefined)(?:[^\p{L}\p{N}]{0,3}(?:null|undefined))+$/iu;
/** Words that are marks in brackets or quotes only. */
const BRACKETED = new Set(['empty', 'blank', 'missing', 'unknown', 'not set', 'no value']);
const AROUND = /^([[(<{'"`#-]*)(.*?)[\])>}'"`!]*$/;
/** What a spreadsheet writes into a cell that it can't work out. */
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

/** No single mark that begins with a letter is longer. */
const MAX_WORD = 12;
/** The letters that a mark without brackets begins with. */
const FIRST_LETTERS = 'nutfNUTF';

/** True for nearly all identifiers, at one look at each character: then nothing else is asked. */
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

/** A letter, a digit or a mark of ASCII that is seen. */
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
/** What nearly all addresses are: quicker to see than what may be one. */
const USUAL_ADDRESS = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
/** Something, an @ and a domain; only a quoted name may hold more than that. */
const ADDRESS = new RegExp(String.raw`^(?:[^\s@<>(),;:"[\]\\]+|"[^"]+")@(?:${LABEL}(?:\.${LABEL})*|\[[\w.:]+\])$`, 'u');

/** True for a text that can't be an email address, such as a name, or an address with a name beside it. */
export function isOddEmail(text: string): boolean {
  return !USUAL_ADDRESS.test(text) && !ADDRESS.test(text);
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** True for a text that is no phone number as Customer.io knows them: + and 7 to 15 digits (E.164). */
export function isOddPhone(text: string): boolean {
  return !E164.test(text);
}
