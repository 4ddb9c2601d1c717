/** The number of the row that an element was made of. */
import { Checkpoint, Entry, originOf, Rejection, Skipped } from '../../../lib/index.ts';
import type { Format } from './rows.ts';

export function numberOf(element: unknown, format: Format = 'ndjson'): number {
  const isOurs = element instanceof Entry || element instanceof Rejection || element instanceof Skipped;
  const origin = isOurs ? element.origin : originOf(element);
  return Number(origin?.line) - (format === 'csv' ? 1 : 0);
}

/** Those of all elements that are of rows. */
export function numbersOf(elements: readonly unknown[], format?: Format): number[] {
  return elements.filter((element) => !(element instanceof Checkpoint)).map((element) => numberOf(element, format));
}
