/**
 * With `others: 'snake_case'` the new name of a column must be known before its bytes can be copied. So the first rows that
 * have a column are read as records, and their columns are learned.
 */
import type { ColumnPlan, ColumnRule } from '../mapping/columns.ts';
import { snakeCase } from '../mapping/snake-case.ts';

/** Rows with ever new columns are all read as records. */
const MAX_COLUMNS = 500;
/** As often nothing is learned from a row before no more is tried. */
const MAX_VAIN = 100;

/** The columns that were learned. */
export class SnakeColumns {
  readonly #plan: ColumnPlan;
  readonly #learned = new Map<string, ColumnRule>();
  #vain = 0;

  constructor(plan: ColumnPlan) {
    this.#plan = plan;
  }

  /** The plan with the columns of this row, given as JSON; undefined if it has no new ones. */
  learn(json: string): ColumnPlan | undefined {
    if (this.#vain >= MAX_VAIN) return undefined;
    const before = this.#learned.size;
    for (const column of Object.keys(JSON.parse(json))) {
      if (this.#learned.size === MAX_COLUMNS) break;
      if (!this.#plan.rules.has(column)) this.#learned.set(column, { attribute: snakeCase(column) });
    }
    if (this.#learned.size > before) return { ...this.#plan, rules: new Map([...this.#plan.rules, ...this.#learned]) };
    this.#vain++;
    return undefined;
  }
}
