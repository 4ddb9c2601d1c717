/** What the API says is wrong with an item or a request: the form of an error in a 207 or 400 reply. */

/** One error of a reply, without its index. */
export interface RefusedItem {
  readonly reason: 'required' | 'invalid';
  readonly field: string;
  readonly message: string;
}

/** Something is there, but wrong. */
export function invalid(field: string, message: string): RefusedItem {
  return { reason: 'invalid', field, message };
}

/** Something is missing. */
export function required(field: string, message = 'is required'): RefusedItem {
  return { reason: 'required', field, message };
}

/** An item that was refused. */
export interface Refusal extends RefusedItem {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** Its JSON text as it came. */
  readonly text: string;
}
