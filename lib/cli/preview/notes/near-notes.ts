/**
 * Notes on a column that stays text although nearly all of its cells are numbers, times or booleans: how many, what the others are, and
 * the flag that converts it. Nothing of this is proposed, as the rows of the other cells are rejected then.
 */
import { markFlaw } from '../../../track/identifier.ts';
import { countOf, number } from '../../../wording.ts';
import type { NearForm } from '../columns/near-form.ts';
import type { Near } from '../columns/near-guess.ts';
import { mayBeNull } from '../columns/null-marks.ts';
import { flagText } from '../flag-text.ts';
import { quoted } from './quoted.ts';

/** The column, as the note speaks of it. */
export interface NearColumn {
  readonly name: string;
  /** What becomes of it now: `stays text`. */
  readonly fate: string;
  /** It would be the time of the event, of which fewer years are likely. */
  readonly isTimestamp: boolean;
  readonly isCsv: boolean;
  /** The flag for a conversion. */
  readonly flagFor: (form: NearForm) => string;
}

const NOTHING = new Set(['unknown', 'not set', 'not available', 'not applicable', 'empty', 'blank', 'never', '(none)', '(blank)']);
const ZERO_DAY = /^0000-00-00(?: 00:00:00)?$/;

/** The note. */
export function nearNote(column: NearColumn, near: Near): string {
  const { name, fate, isTimestamp } = column;
  const start = `${quoted(name)} ${fate}:`;
  if (near.how === 'several') return `${start} ${severalForms(column, near)}`;
  const [best, ...choices] = near.forms as [NearForm, ...NearForm[]];
  const reads = (form: NearForm): number => (isTimestamp ? form.timely : form.reads);
  const left = near.cells - reads(best);
  const flags = [best, ...choices].map((form) => {
    const isSame = reads(form) === reads(best);
    return `${column.flagFor(form)}${isSame ? '' : ` (${number(reads(form))} cells)`}`;
  });
  const what = whatOf(best);
  if (left === 0) {
    return `${start} all ${number(near.cells)} cells can be read as ${what.name}, ${doubtOf(near, best)} (${examples(near)}). ${added(flags, near)}`;
  }
  const which = choices.length === 0 ? what.text : what.name;
  const others = `${number(left)} ${left === 1 ? 'is' : 'are'} not${near.others.length === 0 ? '' : ` (${examples(near)})`}`;
  const rejects = `${added(flags, near)} and rejects the ${left === 1 ? 'row with the other' : 'rows with the others'}`;
  return `${start} ${number(reads(best))} of ${number(near.cells)} cells are ${which}, and ${others}. ${rejects}${nullHint(column, near)}`;
}

/** What a column looks like to a person, and no conversion reads. */
export function unreadNote(name: string, fate: string, look: { readonly what: string; readonly cells: number; readonly example: string }) {
  return `${quoted(name)} ${fate}: ${countOf(look.cells, 'cell')} hold ${look.what} (${quoted(look.example)}), which no conversion reads: change them in the export, or convert them with --transform`;
}

/** Why it is not proposed although it reads all cells. */
function doubtOf({ type }: Near, { byName, reads }: NearForm): string {
  if (type === 'boolean') return 'in several words';
  return byName === reads ? 'in different units' : 'and some may mean something else';
}

function added(flags: readonly string[], { type }: Near): string {
  if (flags.length === 1) return `${flags[0]} converts them`;
  const why = type === 'time' ? 'Day and month can be mixed up' : 'They can be read in two ways';
  return `${why}, so add the right one: ${flags.join(' or ')}. It converts them`;
}

/** Only for what stands for nothing: --null counts in all columns. */
function nullHint({ isCsv }: NearColumn, { word }: Near): string {
  if (!isCsv || word === undefined || !(mayBeNull(word) || NOTHING.has(word.toLowerCase()) || ZERO_DAY.test(word) || markFlaw(word)))
    return '';
  return `; if ${quoted(word)} means no value, add ${flagText('null', word)} too: such cells then count as empty, in all columns`;
}

function severalForms({ flagFor, isTimestamp }: NearColumn, { forms, read, cells, others }: Near): string {
  const [best, next] = forms as [NearForm, NearForm | undefined];
  const each = forms.map((form) => `${whatOf(form).form} reads ${number(isTimestamp ? form.timely : form.reads)}`).join(', ');
  const odd = others.length === 0 ? '' : ` (not ${others.map(quoted).join(', ')})`;
  const start = `${number(read)} of ${number(cells)} cells are ${whatOf(best).name}${odd}, but in several forms: ${each}`;
  if (forms.some((one) => forms.some((other) => one.differsFrom(other))))
    return `${start}. Some cells can be read in both, so repair the column before you convert it`;
  const then = next === undefined ? '' : `, which you can send again with ${flagFor(next)}`;
  return `${start}. ${flagFor(best)} converts the first and rejects the rows with the others${then}`;
}

/** What a form reads, in the plural, and how it is called. */
function whatOf({ conversion: { type, format }, byName, reads }: NearForm): { name: string; form: string; text: string } {
  if (type === 'boolean') return { name: 'booleans', form: 'boolean', text: 'booleans' };
  if (type === 'number')
    return { name: 'numbers', form: format ?? '1234.56', text: `numbers${format === undefined ? '' : ` (${format})`}` };
  const name = format !== undefined && !/[Hh]/.test(format) ? 'days' : 'times';
  const form = format ?? (byName === reads ? 'Unix seconds, milliseconds or digits' : 'ISO 8601');
  return { name, form, text: `${name} (${form})` };
}

function examples({ others }: Near): string {
  return others.map(quoted).join(', ');
}
