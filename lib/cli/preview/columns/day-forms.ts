/** The formats that days and times of one column may be written in: those of each shape that came. */
import { type FewTexts, NearForm, wayOf } from './near-form.ts';
import { formatsFor } from './time-guess.ts';

/** No column of times has more shapes. */
const MOST_SHAPES = 64;

/** Grows with the cells. */
export class DayForms {
  readonly #now: number;
  readonly #shapes = new Set<string>();
  readonly #forms = new Map<string, NearForm>();

  /** `now`: Unix milliseconds. */
  constructor(now: number) {
    this.#now = now;
  }

  get all(): NearForm[] {
    return [...this.#forms.values()];
  }

  /** Adds those that may read a cell. A shape has all of its formats, so none of them reads a cell that came `before`. */
  add(text: string, before: FewTexts): void {
    const shape = text.replace(/\d/g, '9').replace(/[A-Za-z]+/g, 'a');
    if (this.#shapes.has(shape) || this.#shapes.size >= MOST_SHAPES) return;
    this.#shapes.add(shape);
    const formats = formatsFor(text);
    for (const [at, format] of formats.entries()) {
      if (this.#forms.has(format)) continue;
      const strict = this.#forms.get(formats[at - formats.length / 2] ?? '');
      this.#forms.set(format, new NearForm(wayOf({ type: 'time', format }, this.#now), this.#now, { before, strict }));
    }
  }
}
